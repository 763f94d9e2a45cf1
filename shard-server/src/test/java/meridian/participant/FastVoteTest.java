package meridian.participant;

import static meridian.participant.LeaderBench.COORDINATOR;
import static meridian.participant.LeaderBench.OTHER_PEER;
import static meridian.participant.LeaderBench.PEER;
import static meridian.participant.LeaderBench.SELF;
import static meridian.participant.LeaderBench.SHARD;
import static meridian.participant.LeaderBench.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeMap;
import meridian.model.AbortReason;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Observed;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.model.Write;
import meridian.participant.CoordinatorMessage.Choice;
import meridian.paxos.Ballot;
import meridian.paxos.Command;
import meridian.paxos.Decision;
import meridian.paxos.Electorate;
import meridian.paxos.PaxosMessage;
import meridian.sim.Exhaustive;
import org.junit.jupiter.api.Test;

/// Votes on the fast path: the leader's (rule L3) and those of the members of an electorate (rules
/// E1 to E5, P3, P4).
class FastVoteTest {
  private static final Decision ABORT =
      new Decision.Abort(AbortReason.of(AbortReason.Kind.RECOVERED, "test"));
  private static final Electorate TWO = new Electorate(List.of(PEER, SELF));

  private final LeaderBench bench = new LeaderBench(Settings.DEFAULT, LeaderBench.FAST);

  private static void ask(LeaderBench bench, TxnPart part) {
    bench.ask(new ParticipantMessage.PrepareTxn(part, true));
  }

  private static boolean saysFastYes(LeaderBench bench, TxnPart part) {
    return bench.votes().stream()
        .anyMatch(
            v -> v.txn().equals(part.txn()) && v.choice() instanceof Choice.Yes y && y.fast());
  }

  private static boolean saysTentatively(LeaderBench bench, TxnPart part) {
    return bench.votes().stream()
        .anyMatch(v -> v.txn().equals(part.txn()) && v.choice() instanceof Choice.Tentative);
  }

  // ---- L3

  /// L3, T3: whatever conflicts must be over, and its end chosen, not just logged.
  @Test
  void aLeaderVotesFastOnlyWhenTheEndOfWhateverConflictsIsChosen() {
    Exhaustive.forEveryChoice(
        given -> {
          LeaderBench bench = new LeaderBench(Settings.DEFAULT, LeaderBench.FAST);
          boolean readsBefore = given.flip();
          boolean reads = given.flip();
          boolean sameKey = given.flip();
          List<Observed> seen = List.of(bench.sees("a"));
          TxnPart before =
              readsBefore
                  ? bench.part(bench.txn(), seen)
                  : bench.part(bench.txn(), List.of(), put("a", "1"));
          ask(bench, before);
          bench.chooseAll();
          bench.decide(
              before.txn(), given.flip() ? ABORT : new Decision.Commit(bench.ts(before.txn())));
          boolean isChosen = given.flip();
          if (isChosen) {
            bench.chooseAll();
          }
          bench.pass(1_000);
          String key = sameKey ? "a" : "b";
          long slot = bench.log().slotLast();
          TxnPart part =
              reads
                  ? bench.part(
                      bench.txn(), List.of(new Observed(KeyRange.point(Key.utf8(key)), slot)))
                  : bench.part(bench.txn(), List.of(), put(key, "2"));
          bench.votes();
          ask(bench, part);

          boolean conflicts = sameKey && !(reads && readsBefore);
          assertEquals(isChosen || !conflicts, saysFastYes(bench, part));
          assertTrue(bench.isPrepared(part.txn()), "the slow path goes on");
        });
  }

  @Test
  void aLeaderVotesFastOnlyOnceItsBarrierIsChosen() {
    bench.depose();
    bench.leadAgain();
    bench.pass(1_000);
    TxnPart early = bench.part(bench.txn(), List.of(), put("a", "1"));
    ask(bench, early);
    assertFalse(saysFastYes(bench, early));

    bench.chooseAll();
    TxnPart late = bench.part(bench.txn(), List.of(), put("b", "1"));
    ask(bench, late);
    assertTrue(saysFastYes(bench, late));
  }

  @Test
  void aLeaderThatRaisesTheTimestampDoesNotVoteFast() {
    bench.pass(1_000);
    TxnPart reader = bench.part(bench.txn(), List.of(bench.sees("a")));
    ask(bench, reader);
    bench.chooseAll();
    bench.commit(reader.txn(), reader.ts().plusMillis(50));
    TxnPart writer = bench.part(bench.txn(), List.of(), put("a", "1"));
    bench.votes();
    ask(bench, writer);

    assertFalse(saysFastYes(bench, writer));
    assertTrue(bench.ts(writer.txn()).isAfter(writer.ts()));
  }

  /// S1, B2: whoever leads next may have applied a horizon that is only logged here, and could not
  /// tell any more that what was read is still so.
  @Test
  void aReadFromBeforeAHorizonThatIsLoggedIsTooOldForAFastVote() {
    Observed early = bench.sees("b");
    Ballot ballot = bench.follow(PEER, TWO);
    long slot = bench.log().slotLast();
    bench.accept(
        ballot, new Command.Collect(Timestamp.ZERO, new TreeMap<>(), slot, Timestamp.ZERO));
    bench.leadAgain();
    assertEquals(0, bench.ledger().horizonSlot());
    TxnPart part = bench.part(bench.txn(), List.of(early), put("e", "1"));
    ask(bench, part);
    assertEquals(
        AbortReason.Kind.TOO_OLD, bench.refusal(part.txn()).map(AbortReason::kind).orElseThrow());
  }

  /// L1: the recorded vote, and whether it was a fast one.
  @Test
  void aResendIsToldAgainWhetherTheVoteWasAFastOne() {
    bench.pass(1_000);
    TxnPart part = bench.part(bench.txn(), List.of(), put("a", "1"));
    ask(bench, part);
    assertTrue(saysFastYes(bench, part));
    ask(bench, part);
    assertTrue(saysFastYes(bench, part));
  }

  @Test
  void withoutAnElectorateNoLeaderVotesFast() {
    LeaderBench slow = new LeaderBench();
    slow.pass(1_000);
    TxnPart part = slow.part(slow.txn(), List.of(), put("a", "1"));
    ask(slow, part);
    assertFalse(saysFastYes(slow, part));
  }

  /// 2.12: for a transaction of one shard the coordinator says which way it wants.
  @Test
  void aTransactionOfOneShardIsPreparedOnlyIfItsElectorateIsAskedToo() {
    bench.pass(1_000);
    TxnPart near = bench.part(bench.txn(), List.of(SHARD), List.of(), put("a", "1"));
    bench.prepare(near);
    assertTrue(bench.about(near.txn()).getFirst() instanceof Command.OnePhase);

    TxnPart far = bench.part(bench.txn(), List.of(SHARD), List.of(), put("b", "1"));
    ask(bench, far);
    assertTrue(saysFastYes(bench, far));
    bench.chooseAll();
    assertTrue(bench.isPrepared(far.txn()));
  }

  /// 2.7: nobody else can be asked about it.
  @Test
  void anOrphanOfOneShardIsCommittedByItsShardAlone() {
    bench.pass(1_000);
    TxnPart part = bench.part(bench.txn(), List.of(SHARD), List.of(), put("a", "1"));
    ask(bench, part);
    bench.chooseAll();
    bench.pass(5_000_000);
    bench.chooseAll();
    assertEquals(
        new Decision.Commit(part.ts()),
        bench.ledger().versions().outcome(part.txn()).orElseThrow().decision());
  }

  /// B3: an electorate whose votes rarely come first goes with a new ballot, and is tried again.
  @Test
  void aFastPathThatDoesNotPayIsSwitchedOffAndTriedAgainLater() {
    Ballot first = bench.ballot();
    decideSome(FastRatio.WINDOW * FastRatio.PERCENT_MIN / 100 + 1, true);
    decideSome(FastRatio.WINDOW * (100 - FastRatio.PERCENT_MIN) / 100, false);
    bench.pass(400_000);
    assertEquals(first, bench.ballot(), "it pays just so");

    decideSome(FastRatio.WINDOW, false);
    bench.pass(400_000);
    promise();
    assertTrue(bench.ballot().isAbove(first));
    assertTrue(bench.replica().participant().electorate().isEmpty());
    bench.chooseAll();

    bench.pass(FastRatio.REST_MICROS + 400_000);
    promise();
    assertFalse(bench.replica().participant().electorate().isEmpty());
  }

  private void decideSome(int commits, boolean fast) {
    for (int i = 0; i < commits; i++) {
      TxnPart part = bench.part(bench.txn(), List.of(), put("k" + i, "1"));
      bench.pass(1_000);
      ask(bench, part);
      Decision commit = new Decision.Commit(bench.ts(part.txn()));
      bench.ask(new ParticipantMessage.Decided(SHARD, part.txn(), commit, fast));
      bench.chooseAll();
    }
    bench.sent.clear();
  }

  /// The other replica promises the ballot that this one wants to lead.
  private void promise() {
    bench.from(PEER, new PaxosMessage.Promise(SHARD, bench.ballot(), Ballot.ZERO, 0, 1, 0));
    assertTrue(bench.replica().leading().isPresent());
  }

  // ---- E1 to E4, P4

  /// E1, P4: a vote is tagged with the ballot of the log, and not cast between a promise and the
  /// log that belongs to it.
  @Test
  void aMemberVotesInTheBallotOfItsLogAndNotBetweenAPromiseAndThatLog() {
    Ballot ballot = bench.follow(PEER, TWO);
    TxnPart part = bench.part(bench.txn(), List.of(), put("a", "1"));
    ask(bench, part);
    CoordinatorMessage.Voted voted = bench.takeOne(CoordinatorMessage.Voted.class);
    assertEquals(ballot, voted.ballot());
    assertEquals(TWO, voted.electorate());
    assertEquals(new Choice.Tentative(part.ts()), voted.votes().getFirst().choice());
    assertEquals(ballot, bench.disk.votes().getFirst().tag());
    assertEquals(part, bench.disk.votes().getFirst().part());

    bench.from(OTHER_PEER, new PaxosMessage.Prepare(SHARD, new Ballot(40, OTHER_PEER)));
    TxnPart late = bench.part(bench.txn(), List.of(), put("b", "1"));
    ask(bench, late);
    assertFalse(saysTentatively(bench, late));
    assertEquals(1, bench.disk.votes().size());
    bench.takeOne(CoordinatorMessage.NotLeader.class);
  }

  @Test
  void whoIsNoMemberDoesNotVote() {
    bench.follow(PEER, new Electorate(List.of(PEER, OTHER_PEER)));
    TxnPart part = bench.part(bench.txn(), List.of(), put("a", "1"));
    ask(bench, part);
    assertFalse(saysTentatively(bench, part));
    assertTrue(bench.disk.votes().isEmpty());
  }

  @Test
  void whoIsAskedForTheLeadersVoteAloneDoesNotVote() {
    bench.follow(PEER, TWO);
    bench.prepare(bench.part(bench.txn(), List.of(), put("a", "1")));
    assertTrue(bench.disk.votes().isEmpty());
    bench.takeOne(CoordinatorMessage.NotLeader.class);
  }

  /// E2: of what the log, the state or the watermark tells, nothing can be voted for any more.
  @Test
  void aMemberDoesNotVoteForWhatItsLogKnows() {
    TxnPart applied = bench.prepared(bench.txn(), List.of(), put("a", "1"));
    bench.commit(applied.txn(), bench.ts(applied.txn()));
    TxnPart logged = bench.part(bench.txn(), List.of(), put("b", "1"));
    Ballot ballot = bench.follow(PEER, TWO);
    bench.accept(ballot, new Command.Prepare(logged, logged.ts()));
    bench.sent.clear();
    ask(bench, applied);
    ask(bench, logged);

    assertTrue(bench.disk.votes().isEmpty());
    assertEquals(
        List.of(new Choice.Yes(logged.ts())),
        bench.votes().stream().map(CoordinatorMessage.Vote::choice).toList());
    bench.takeOne(CoordinatorMessage.Status.class);
  }

  /// E3, T14: over points, ranges, deletions and reads of two votes, in either order.
  @Test
  void aMemberNeverHoldsTwoVotesThatConflict() {
    Exhaustive.forEveryChoice(
        given -> {
          LeaderBench bench = new LeaderBench(Settings.DEFAULT, LeaderBench.FAST);
          bench.follow(PEER, TWO);
          TxnPart[] parts = new TxnPart[2];
          for (int i = 0; i < 2; i++) {
            parts[i] =
                switch (given.index(6)) {
                  case 0 -> bench.part(bench.txn(), List.of(), put("c", "1"));
                  case 1 -> bench.part(bench.txn(), List.of(), put("d", "1"));
                  case 2 -> bench.part(bench.txn(), List.of(), new Write.Delete(Key.utf8("c")));
                  case 3 -> bench.part(bench.txn(), List.of(bench.sees("c")));
                  case 4 -> bench.part(bench.txn(), List.of(bench.sees("a", "d")));
                  default -> bench.part(bench.txn(), List.of(bench.sees("c", "c")));
                };
          }
          ask(bench, parts[0]);
          assertTrue(saysTentatively(bench, parts[0]));
          ask(bench, parts[1]);
          boolean conflict = writes(parts[0], parts[1]) || writes(parts[1], parts[0]);
          assertEquals(!conflict, saysTentatively(bench, parts[1]));
          assertEquals(conflict ? 1 : 2, bench.disk.votes().size());
        });
  }

  /// Whether one writes what the other reads or writes.
  private static boolean writes(TxnPart one, TxnPart other) {
    for (Write write : one.writes()) {
      if (other.writes().stream().anyMatch(w -> w.key().equals(write.key()))
          || other.reads().stream().anyMatch(r -> r.range().contains(write.key()))) {
        return true;
      }
    }
    return false;
  }

  /// C5, 2.1: asked again, with another timestamp or with other content.
  @Test
  void aMemberRepeatsItsVoteAndNeverGivesAnotherOne() {
    bench.follow(PEER, TWO);
    TxnPart part = bench.part(bench.txn(), List.of(), put("a", "1"));
    ask(bench, part);
    bench.votes();
    bench.pass(2_000);
    ask(bench, bench.part(part.txn(), List.of(), put("a", "1")));
    assertEquals(new Choice.Tentative(part.ts()), bench.votes().getFirst().choice());
    ask(bench, bench.part(part.txn(), List.of(), put("a", "2")));
    assertTrue(bench.votes().isEmpty());
    assertEquals(1, bench.disk.votes().size());
  }

  /// T25: what a member votes for may be prepared from its vote alone.
  @Test
  void aMemberDoesNotVoteForATimestampTooFarAhead() {
    bench.follow(PEER, TWO);
    TxnId txn = bench.txn();
    Timestamp far = bench.clock().plusMillis(Settings.DEFAULT.aheadMillisMax() + 1);
    ask(
        bench,
        TxnPart.of(
            txn, SHARD, far, far, COORDINATOR, List.of(SHARD), List.of(), List.of(put("a", "1"))));
    assertTrue(bench.disk.votes().isEmpty());
  }

  // ---- P3

  /// P3, T5: nothing but the log itself, or a higher ballot's, ends a vote.
  @Test
  void aVoteGoesWhenTheLogTellsOfTheTransactionOrMovesOnAndForNothingElse() {
    Exhaustive.forEveryChoice(
        given -> {
          LeaderBench bench = new LeaderBench(Settings.DEFAULT, LeaderBench.FAST);
          Ballot ballot = bench.follow(PEER, TWO);
          TxnPart part = bench.part(bench.txn(), List.of(), put("a", "1"));
          ask(bench, part);
          boolean stays =
              switch (given.index(7)) {
                case 0 -> {
                  bench.accept(ballot, new Command.Prepare(part, part.ts().next()));
                  yield false;
                }
                case 1 -> {
                  bench.accept(
                      ballot,
                      new Command.Fence(
                          part.txn(),
                          part.participants(),
                          COORDINATOR,
                          AbortReason.of(AbortReason.Kind.LOCK_CONFLICT, "test")));
                  yield false;
                }
                case 2 -> {
                  bench.follow(OTHER_PEER, TWO);
                  yield false;
                }
                case 3 -> {
                  bench.decide(part.txn(), new Decision.Commit(part.ts()));
                  yield true;
                }
                case 4 -> {
                  bench.decide(part.txn(), ABORT);
                  yield true;
                }
                case 5 -> {
                  bench.from(
                      OTHER_PEER, new PaxosMessage.Prepare(SHARD, new Ballot(40, OTHER_PEER)));
                  yield true;
                }
                default -> {
                  bench.pass(60_000_000);
                  yield true;
                }
              };
          assertEquals(stays, !bench.disk.votes().isEmpty());
          assertEquals(stays, !bench.replica().tentatives().isEmpty());
        });
  }

  /// A promise shows the votes; the disk held them before.
  @Test
  void aPromiseShowsTheVotesThatAreHeld() {
    bench.follow(PEER, TWO);
    ask(bench, bench.part(bench.txn(), List.of(), put("a", "1")));
    bench.from(OTHER_PEER, new PaxosMessage.Prepare(SHARD, new Ballot(40, OTHER_PEER)));
    PaxosMessage.Promise promise = bench.takeOne(PaxosMessage.Promise.class);
    assertEquals(bench.disk.votes(), promise.tentatives());
    assertEquals(1, promise.tentatives().size());
  }

  @Test
  void aVoteIsThereAfterARestart() {
    bench.follow(PEER, TWO);
    ask(bench, bench.part(bench.txn(), List.of(), put("a", "1")));
    assertEquals(bench.disk.votes(), bench.disk.recovered().tentatives());
    assertEquals(
        bench.disk.votes(), new Tentatives(SHARD, bench.disk.recovered().tentatives()).all());
    assertEquals(1, bench.disk.votes().size());
  }

  // ---- E5

  /// E5: a vote that nothing becomes of is reported, and the leader has the log tell.
  @Test
  void aVoteThatNothingBecomesOfIsReportedToTheLeaderWhichRefuses() {
    bench.follow(PEER, TWO);
    TxnPart part = bench.part(bench.txn(), List.of(), put("a", "1"));
    ask(bench, part);
    bench.pass(2 * Settings.DEFAULT.orphanMicros());
    List<ParticipantMessage.QueryOrFence> reports =
        bench.take(ParticipantMessage.QueryOrFence.class);
    assertEquals(part.txn(), reports.getFirst().txn());
    assertEquals(SHARD, reports.getFirst().asker());

    LeaderBench leader = new LeaderBench(Settings.DEFAULT, LeaderBench.FAST);
    leader.from(PEER, reports.getFirst());
    assertTrue(leader.refusal(part.txn()).isPresent());
  }

  /// E5: one that is voted on, or waits to be, gets into the log by itself.
  @Test
  void aReportOfWhatTheLeaderKnowsOrHasWaitChangesNothing() {
    TxnId old = bench.txn();
    TxnPart holder = bench.part(bench.txn(), List.of(), put("a", "1"));
    ask(bench, holder);
    TxnPart waiter = bench.part(old, List.of(), put("a", "2"));
    ask(bench, waiter);
    for (TxnPart part : List.of(holder, waiter)) {
      bench.from(
          PEER, new ParticipantMessage.QueryOrFence(SHARD, part.txn(), part.participants(), SHARD));
      assertTrue(bench.refusal(part.txn()).isEmpty());
    }
    bench.chooseAll();
    bench.decide(holder.txn(), ABORT);
    assertTrue(bench.isPrepared(waiter.txn()));
  }
}
