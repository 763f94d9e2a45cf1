package meridian.participant;

import static meridian.participant.LeaderBench.COORDINATOR;
import static meridian.participant.LeaderBench.ELSEWHERE;
import static meridian.participant.LeaderBench.PEER;
import static meridian.participant.LeaderBench.SHARD;
import static meridian.participant.LeaderBench.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import meridian.model.AbortReason;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Observed;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.model.Write;
import meridian.paxos.Command;
import meridian.paxos.Decision;
import meridian.sim.Exhaustive;
import org.junit.jupiter.api.Test;

/// How a leader votes (rules L1, L2, L4, L5, S1, 2.10, 2.12).
class VotingTest {
  private final LeaderBench bench = new LeaderBench();

  private static final Decision ABORT =
      new Decision.Abort(AbortReason.of(AbortReason.Kind.RECOVERED, "test"));

  // ---- L1: one vote

  /// L1, T11: whenever and however often it is asked again, one entry, one timestamp.
  @Test
  void aResendGetsTheRecordedVoteAndNeverASecondOne() {
    Exhaustive.forEveryChoice(
        given -> {
          LeaderBench bench = new LeaderBench();
          TxnPart part = bench.part(bench.txn(), List.of(), put("a", "1"));
          bench.prepare(part);
          Command vote = bench.about(part.txn()).getFirst();
          for (int i = 0; i < 3; i++) {
            switch (given.index(4)) {
              case 0 -> bench.chooseAll();
              case 1 -> bench.decide(part.txn(), new Decision.Commit(bench.ts(part.txn())));
              case 2 -> bench.written("b", "moves the clocks on");
              default -> {
                bench.depose();
                bench.leadAgain();
              }
            }
            bench.prepare(part);
          }
          assertEquals(vote, bench.about(part.txn()).getFirst());
          assertTrue(
              bench.about(part.txn()).stream().skip(1).allMatch(Command.Decide.class::isInstance));
          assertTrue(bench.about(part.txn()).size() <= 2);
        });
  }

  @Test
  void aResendIsAnsweredWithWhatIsAcceptedAndOnceChosenWithAProof() {
    TxnPart part = bench.part(bench.txn(), List.of(), put("a", "1"));
    bench.prepare(part);
    List<CoordinatorMessage.Vote> first = bench.votes();
    bench.prepare(part);
    assertEquals(first, bench.votes());

    bench.chooseAll();
    bench.prepare(part);
    assertTrue(bench.votes().isEmpty());
    var status = bench.takeOne(CoordinatorMessage.Status.class);
    assertEquals(new TxnStatus.Prepared(bench.ts(part.txn())), status.status());
  }

  /// T17.
  @Test
  void anIdThatComesWithOtherContentIsNotVotedOn() {
    TxnPart part = bench.part(bench.txn(), List.of(), put("a", "1"));
    bench.prepare(part);
    bench.votes();
    bench.prepare(bench.part(part.txn(), List.of(), put("a", "2")));

    assertTrue(bench.votes().isEmpty());
    bench.takeOne(CoordinatorMessage.Busy.class);
    assertEquals(1, bench.about(part.txn()).size());
  }

  @Test
  void aPartThatDoesNotHaveTheHashItCarriesIsNotVotedOn() {
    TxnPart good = bench.part(bench.txn(), List.of(), put("a", "1"));
    TxnPart bad =
        new TxnPart(
            good.txn(),
            good.shard(),
            good.ts(),
            good.deadline(),
            good.coordinator(),
            good.participants(),
            good.isolation(),
            good.snapshot(),
            good.reads(),
            List.of(put("a", "2")),
            good.hash());
    bench.prepare(bad);
    bench.takeOne(CoordinatorMessage.Busy.class);
    assertTrue(bench.about(good.txn()).isEmpty());
  }

  /// The hash covers content alone: the same transaction through another coordinator is a resend.
  @Test
  void theSameTransactionThroughAnotherCoordinatorIsAResendAndKeepsItsTimestamp() {
    TxnPart part = bench.part(bench.txn(), List.of(), put("a", "1"));
    bench.prepare(part);
    bench.votes();
    TxnPart again =
        TxnPart.of(
            part.txn(),
            SHARD,
            part.ts().plusMillis(100),
            part.deadline().plusMillis(100),
            PEER,
            part.participants(),
            part.reads(),
            part.writes());
    bench.prepare(again);

    assertEquals(
        List.of(new CoordinatorMessage.Choice.Yes(part.ts())),
        bench.votes().stream().map(CoordinatorMessage.Vote::choice).toList());
    assertEquals(1, bench.about(part.txn()).size());
  }

  // ---- L5: refusals

  /// L5, T8: a NO is an entry like any other, and is reported as one that is accepted.
  @Test
  void aRefusalIsInTheLogAndIsReportedOnlyAsAnAcceptedEntry() {
    bench.prepared(bench.txn(), List.of(), put("a", "1"));
    bench.sent.clear();
    TxnId young = bench.txn();
    bench.prepare(bench.part(young, List.of(), put("a", "2")));

    assertEquals(AbortReason.Kind.LOCK_CONFLICT, bench.refusal(young).orElseThrow().kind());
    List<CoordinatorMessage.Vote> votes = bench.votes();
    assertEquals(1, votes.size());
    assertEquals(bench.log().slotLast(), votes.getFirst().slot());
    assertTrue(votes.getFirst().choice() instanceof CoordinatorMessage.Choice.No);
    assertTrue(bench.take(CoordinatorMessage.Status.class).isEmpty(), "shown before it is chosen");
    assertTrue(bench.disk.slotLast() >= votes.getFirst().slot(), "told before it is durable");
  }

  @Test
  void aRefusedTransactionStaysRefusedEvenWhenNothingIsInItsWayAnyMore() {
    TxnId holder = bench.txn();
    bench.prepared(holder, List.of(), put("a", "1"));
    TxnPart young = bench.part(bench.txn(), List.of(), put("a", "2"));
    bench.prepare(young);
    bench.decide(holder, ABORT);
    bench.chooseAll();
    bench.prepare(young);
    assertTrue(bench.refusal(young.txn()).isPresent());
    assertFalse(bench.isPrepared(young.txn()));
  }

  @Test
  void theReasonOfARefusalNamesTheKeyAndTheHolder() {
    TxnId holder = bench.txn();
    bench.prepared(holder, List.of(), put("a", "1"));
    TxnId young = bench.txn();
    bench.prepare(bench.part(young, List.of(), put("a", "2")));
    AbortReason reason = bench.refusal(young).orElseThrow();
    assertEquals(Optional.of(Key.utf8("a")), reason.key());
    assertEquals(Optional.of(holder), reason.holder());
  }

  // ---- L5: wait-die

  /// L5: only the older waits, whatever the conflict is about.
  @Test
  void onlyATransactionOlderThanEveryHolderWaits() {
    Exhaustive.forEveryChoice(
        given -> {
          LeaderBench bench = new LeaderBench();
          List<TxnId> byAge = List.of(bench.txn(), bench.txn(), bench.txn());
          int newcomer = given.index(3);
          boolean alsoSecond = given.flip();
          for (int age = 0; age < 3; age++) {
            if (age != newcomer) {
              bench.prepared(byAge.get(age), List.of(), put("k" + age, "1"));
            }
          }
          int firstHolder = newcomer == 0 ? 1 : 0;
          int secondHolder = newcomer == 2 ? 1 : 2;
          Write first = put("k" + firstHolder, "2");
          Write second = put("k" + secondHolder, "2");
          TxnId txn = byAge.get(newcomer);
          bench.prepare(
              alsoSecond
                  ? bench.part(txn, List.of(), first, second)
                  : bench.part(txn, List.of(), second));
          boolean older = newcomer < secondHolder && (!alsoSecond || newcomer < firstHolder);
          assertEquals(older, bench.about(txn).isEmpty());
          assertEquals(!older, bench.refusal(txn).isPresent());
        });
  }

  @Test
  void aWaiterGetsItsVoteAsSoonAsTheHolderIsDecided() {
    TxnId old = bench.txn();
    TxnId holder = bench.txn();
    bench.prepared(holder, List.of(), put("a", "1"));
    bench.prepare(bench.part(old, List.of(), put("a", "2")));
    assertTrue(bench.about(old).isEmpty());
    bench.votes();

    bench.decide(holder, new Decision.Commit(bench.ts(holder)));

    assertTrue(bench.isPrepared(old), "a lost wake-up");
    assertTrue(bench.ts(old).isAfter(bench.ts(holder)));
  }

  /// L5: readers do not barge past a writer who waits.
  @Test
  void whoeverConflictsWithAnOlderWaiterIsTreatedAsIfItHeldItsLocks() {
    TxnId old = bench.txn();
    TxnId holder = bench.txn();
    TxnId reader = bench.txn();
    bench.prepared(holder, List.of(bench.sees("a")));
    bench.prepare(bench.part(old, List.of(), put("a", "2")));
    bench.prepare(bench.part(reader, List.of(bench.sees("a")), put("b", "1")));
    assertEquals(Optional.of(old), bench.refusal(reader).orElseThrow().holder());
  }

  @Test
  void aYoungerWaiterIsNotInTheWayOfAnOlderTransaction() {
    TxnId oldest = bench.txn();
    TxnId old = bench.txn();
    TxnId holder = bench.txn();
    bench.prepared(holder, List.of(bench.sees("a")));
    bench.prepare(bench.part(old, List.of(), put("a", "2")));
    bench.prepare(bench.part(oldest, List.of(bench.sees("a")), put("b", "1")));
    assertTrue(bench.isPrepared(oldest));
  }

  @Test
  void anEarlierAttemptOfTheSameTransactionIsWaitedFor() {
    TxnId attempt = bench.txn();
    bench.prepared(attempt, List.of(), put("a", "1"));
    TxnId next = attempt.nextAttempt();
    bench.prepare(bench.part(next, List.of(), put("a", "2")));
    assertTrue(bench.about(next).isEmpty());

    bench.decide(attempt, ABORT);
    assertTrue(bench.isPrepared(next));
  }

  /// The attempt before waits itself, and is then done in one phase: it never holds a lock.
  @Test
  void whoWaitsBehindAWaiterIsWokenWhenThatOneIsDoneAtOnce() {
    TxnId attempt = bench.txn();
    TxnId holder = bench.txn();
    bench.prepared(holder, List.of(), put("a", "1"));
    bench.prepare(bench.part(attempt, List.of(SHARD), List.of(), put("a", "2"), put("b", "2")));
    TxnId next = attempt.nextAttempt();
    bench.prepare(bench.part(next, List.of(), put("b", "3")));
    assertTrue(bench.about(attempt).isEmpty() && bench.about(next).isEmpty());

    bench.decide(holder, ABORT);

    assertEquals(1, bench.about(attempt).size());
    assertTrue(bench.isPrepared(next), "a lost wake-up");
  }

  @Test
  void aWaiterEndsAtItsDeadlineAndWakesWhoWaitedBehindIt() {
    TxnId attempt = bench.txn();
    TxnId holder = bench.txn();
    bench.prepared(holder, List.of(), put("a", "1"));
    bench.prepare(bench.part(attempt, List.of(), put("a", "2"), put("b", "2")));
    TxnId next = attempt.nextAttempt();
    bench.pass(5_000_000);
    bench.prepare(bench.part(next, List.of(), put("b", "3")));
    bench.pass(6_000_000);

    assertEquals(AbortReason.Kind.DEADLINE, bench.refusal(attempt).orElseThrow().kind());
    assertTrue(bench.isPrepared(next));
  }

  @Test
  void aWaiterThatIsFencedLeavesTheQueueAndIsNotPreparedLater() {
    TxnId old = bench.txn();
    TxnId holder = bench.txn();
    bench.prepared(holder, List.of(), put("a", "1"));
    TxnPart part = bench.part(old, List.of(), put("a", "2"));
    bench.prepare(part);
    bench.ask(
        new ParticipantMessage.QueryOrFence(
            SHARD, old, part.participants(), Participant.COORDINATOR));
    bench.decide(holder, ABORT);

    assertFalse(bench.isPrepared(old));
    assertTrue(bench.refusal(old).isPresent());
  }

  @Test
  void aNewLeaderStartsWithoutWaitersAndAResendRefillsTheQueue() {
    TxnId old = bench.txn();
    TxnId holder = bench.txn();
    bench.prepared(holder, List.of(), put("a", "1"));
    TxnPart part = bench.part(old, List.of(), put("a", "2"));
    bench.prepare(part);
    assertEquals(2, bench.replica().participant().undecided());
    bench.depose();
    bench.leadAgain();
    assertEquals(1, bench.replica().participant().undecided());
    bench.prepare(part);
    assertEquals(2, bench.replica().participant().undecided());
    bench.prepare(part);
    assertEquals(2, bench.replica().participant().undecided(), "one place per transaction");
  }

  // ---- S1: what was read

  @Test
  void aReadThatWasOverwrittenSinceIsRefused() {
    bench.written("a", "1");
    Observed seen = bench.sees("a");
    bench.written("a", "2");
    TxnId txn = bench.txn();
    bench.prepare(bench.part(txn, List.of(seen), put("b", "1")));
    AbortReason reason = bench.refusal(txn).orElseThrow();
    assertEquals(AbortReason.Kind.READ_CONFLICT, reason.kind());
    assertEquals(Optional.of(Key.utf8("a")), reason.key());
  }

  /// The entry that made a version visible counts, not the one that prepared it.
  @Test
  void aReadBetweenAWritersPrepareAndItsDecisionIsRefused() {
    TxnId writer = bench.txn();
    bench.prepared(writer, List.of(), put("a", "1"));
    Observed between = bench.sees("a");
    bench.commit(writer, bench.ts(writer));
    TxnId txn = bench.txn();
    bench.prepare(bench.part(txn, List.of(between), put("b", "1")));
    assertEquals(AbortReason.Kind.READ_CONFLICT, bench.refusal(txn).orElseThrow().kind());
  }

  /// The leader votes on the whole of its log, chosen or not (P1 ties their fates together).
  @Test
  void aReadOverwrittenByAnEntryThatIsNotChosenYetIsRefusedToo() {
    bench.written("a", "1");
    Observed seen = bench.sees("a");
    bench.prepare(bench.part(bench.txn(), List.of(SHARD), List.of(), put("a", "2")));
    TxnId txn = bench.txn();
    bench.prepare(bench.part(txn, List.of(seen), put("b", "1")));
    assertEquals(AbortReason.Kind.READ_CONFLICT, bench.refusal(txn).orElseThrow().kind());
  }

  /// Phantoms: inserted, deleted and overwritten keys of a range that was scanned; not its edges.
  @Test
  void aScanIsValidOnlyIfNothingWasWrittenInItsRange() {
    Exhaustive.forEveryChoice(
        given -> {
          LeaderBench bench = new LeaderBench();
          bench.written("c", "1");
          Observed seen = bench.sees("b", "d");
          String key = given.pick("a", "b", "bb", "c", "cz", "d", "e");
          boolean delete = given.flip();
          boolean chosen = given.flip();
          Write write = delete ? new Write.Delete(Key.utf8(key)) : put(key, "2");
          bench.prepare(bench.part(bench.txn(), List.of(SHARD), List.of(), write));
          if (chosen) {
            bench.chooseAll();
          }
          TxnId txn = bench.txn();
          bench.prepare(bench.part(txn, List.of(seen), put("k", "1")));
          boolean inside = key.compareTo("b") >= 0 && key.compareTo("d") < 0;
          assertEquals(inside, bench.refusal(txn).isPresent(), key);
          assertEquals(!inside, bench.isPrepared(txn), key);
        });
  }

  @Test
  void anEmptyRangeConflictsWithNothing() {
    Observed nothing = new Observed(KeyRange.of(Key.utf8("b"), Key.utf8("b")), 0);
    bench.written("b", "1");
    TxnId txn = bench.txn();
    bench.prepare(bench.part(txn, List.of(nothing), put("c", "1")));
    assertTrue(bench.isPrepared(txn));
    TxnId other = bench.txn();
    bench.prepare(bench.part(other, List.of(), put("b", "1")));
    assertTrue(bench.isPrepared(other));
  }

  // ---- 2.10: timestamps

  @Test
  void aWriteGetsATimestampAboveTheLastVersionOfEveryKeyItWrites() {
    TxnId first = bench.txn();
    bench.prepared(first, List.of(), put("a", "1"));
    Timestamp far = bench.clock().plusMillis(60_000);
    bench.commit(first, far);
    TxnId second = bench.txn();
    bench.prepare(bench.part(second, List.of(), put("a", "2")));
    assertEquals(far.next(), bench.ts(second));
    TxnId elsewhere = bench.txn();
    bench.prepare(bench.part(elsewhere, List.of(), put("b", "2")));
    assertTrue(bench.ts(elsewhere).isBefore(far), "another key is not held up");
  }

  /// T23, T24: those who read and found nothing have seen something too.
  @Test
  void aWriteGetsATimestampAboveEveryCommittedReaderOfItsKeyOrOfARangeAroundIt() {
    for (Observed read : List.of(bench.sees("e"), bench.sees("d", "f"))) {
      LeaderBench bench = new LeaderBench();
      TxnId reader = bench.txn();
      bench.prepared(reader, List.of(read));
      Timestamp far = bench.clock().plusMillis(60_000);
      bench.commit(reader, far);
      TxnId writer = bench.txn();
      bench.prepare(bench.part(writer, List.of(), put("e", "1")));
      assertEquals(far.next(), bench.ts(writer));
    }
  }

  @Test
  void aReaderGetsATimestampAboveTheVersionsItHasSeen() {
    TxnId first = bench.txn();
    bench.prepared(first, List.of(), put("a", "1"));
    Timestamp far = bench.clock().plusMillis(60_000);
    bench.commit(first, far);
    TxnId reader = bench.txn();
    bench.prepare(bench.part(reader, List.of(bench.sees("a"))));
    assertTrue(bench.ts(reader).isAfter(far));
  }

  /// B4: a new leader does not know who has read what, so it starts above everything in its log.
  @Test
  void aNewLeaderStartsAboveEveryTimestampInItsLog() {
    TxnId reader = bench.txn();
    bench.prepared(reader, List.of(bench.sees("e")));
    Timestamp far = bench.clock().plusMillis(60_000);
    bench.decide(reader, new Decision.Commit(far));
    bench.depose();
    bench.leadAgain();
    TxnId writer = bench.txn();
    bench.prepare(bench.part(writer, List.of(), put("e", "1")));
    assertTrue(bench.ts(writer).isAfter(far));
  }

  @Test
  void aTimestampTooFarAheadOfTheClockIsRefused() {
    TxnId txn = bench.txn();
    TxnPart part =
        TxnPart.of(
            txn,
            SHARD,
            bench.clock().plusMillis(Settings.DEFAULT.aheadMillisMax() + 2),
            bench.clock().plusMillis(60_000),
            COORDINATOR,
            List.of(SHARD, ELSEWHERE),
            List.of(),
            List.of(put("a", "1")));
    bench.prepare(part);
    assertEquals(AbortReason.Kind.CLOCK_SKEW, bench.refusal(txn).orElseThrow().kind());
  }

  // ---- 2.12: one phase

  /// T36.
  @Test
  void aTransactionOfOneShardThatIsAskedAgainReturnsTheRecordedTimestampAndHappensOnce() {
    TxnId txn = bench.txn();
    TxnPart part = bench.part(txn, List.of(SHARD), List.of(), new Write.Add(Key.utf8("n"), 5));
    bench.prepare(part);
    Timestamp ts = ((Command.OnePhase) bench.about(txn).getFirst()).ts();
    var done = new CoordinatorMessage.Choice.Done(ts);
    assertEquals(List.of(done), bench.votes().stream().map(v -> v.choice()).toList());
    bench.prepare(part);
    assertEquals(List.of(done), bench.votes().stream().map(v -> v.choice()).toList());

    bench.chooseAll();
    bench.prepare(part);
    assertEquals(
        new TxnStatus.Settled(new Decision.Commit(ts)),
        bench.takeOne(CoordinatorMessage.Status.class).status());
    assertEquals(1, bench.about(txn).size());
    assertEquals(
        5,
        bench
            .ledger()
            .latest(Key.utf8("n"))
            .orElseThrow()
            .value()
            .orElseThrow()
            .asNumber()
            .orElseThrow());
  }

  @Test
  void anAdditionThatCannotBeMadeIsRefused() {
    bench.written("n", "no number");
    bench.written("o", Long.toString(Long.MAX_VALUE));
    for (String key : List.of("n", "o")) {
      TxnId txn = bench.txn();
      bench.prepare(bench.part(txn, List.of(SHARD), List.of(), new Write.Add(Key.utf8(key), 1)));
      assertEquals(AbortReason.Kind.INVALID, bench.refusal(txn).orElseThrow().kind());
    }
  }

  // ---- who may vote

  @Test
  void areplicaThatDoesNotLeadSaysWhoDoesAndVotesOnNothing() {
    bench.depose();
    TxnId txn = bench.txn();
    bench.prepare(bench.part(txn, List.of(), put("a", "1")));
    assertEquals(
        LeaderBench.PEER, bench.takeOne(CoordinatorMessage.NotLeader.class).ballot().leader());
    assertTrue(bench.about(txn).isEmpty());
  }

  /// C5: whoever has an entry in its log says so, whether it leads or not.
  @Test
  void aReplicaThatHasTheEntryAnswersWithItsVoteForItEvenWhenItLeadsNoMore() {
    TxnPart part = bench.part(bench.txn(), List.of(), put("a", "1"));
    bench.prepare(part);
    List<CoordinatorMessage.Vote> votes = bench.votes();
    bench.depose();
    bench.prepare(part);
    assertEquals(votes, bench.votes());
  }

  @Test
  void aFullDiskOrTooMuchUnderWayChangesNothingAndSaysWhenToComeBack() {
    LeaderBench full = new LeaderBench();
    full.replica().participant().diskFull(true);
    refusesForNow(full, "b", "full");
    full.replica().participant().diskFull(false);
    full.prepared(full.txn(), List.of(), put("b", "1"));

    LeaderBench behind = new LeaderBench(SCARCE);
    for (int i = 0; i <= SCARCE.unappliedMax(); i++) {
      behind.prepare(behind.part(behind.txn(), List.of(), put("a" + i, "1")));
    }
    refusesForNow(behind, "b", "under way");
    behind.chooseAll();
    behind.prepared(behind.txn(), List.of(), put("b", "1"));

    LeaderBench queued = new LeaderBench(SCARCE);
    TxnId oldest = queued.txn();
    TxnId older = queued.txn();
    queued.prepared(queued.txn(), List.of(), put("b", "1"), put("c", "1"));
    queued.prepare(queued.part(older, List.of(), put("c", "2")));
    refusesForNow(queued, oldest, "b", "wait");
  }

  /// One waiter, and three entries that are not applied.
  private static final Settings SCARCE =
      new Settings(1_000_000, 600_000, 10_000_000, 500, 300_000, 90_000, 2_000, 1, 3);

  private static void refusesForNow(LeaderBench bench, String key, String why) {
    refusesForNow(bench, bench.txn(), key, why);
  }

  private static void refusesForNow(LeaderBench bench, TxnId txn, String key, String why) {
    bench.take(CoordinatorMessage.Busy.class);
    bench.prepare(bench.part(txn, List.of(), put(key, "2")));
    CoordinatorMessage.Busy busy = bench.takeOne(CoordinatorMessage.Busy.class);
    assertTrue(busy.retryAfterMicros() > 0);
    assertTrue(busy.why().contains(why), busy::why);
    assertTrue(bench.about(txn).isEmpty());
  }

  /// What is undecided is part of the tables that a follower is sent in one message.
  @Test
  void whatIsUndecidedInAShardIsBoundedUnlessOneAloneIsLarger() {
    TxnPart first = large("a");
    bench.prepare(first);
    assertTrue(bench.isPrepared(first.txn()));
    bench.take(CoordinatorMessage.Busy.class);
    TxnPart second = large("b");
    bench.prepare(second);
    assertEquals(List.of(), bench.about(second.txn()));
    assertEquals(
        List.of(second.txn()),
        bench.take(CoordinatorMessage.Busy.class).stream().map(m -> m.txn()).toList());

    bench.chooseAll();
    bench.decide(first.txn(), ABORT);
    bench.prepare(second);
    assertTrue(bench.isPrepared(second.txn()));
  }

  private TxnPart large(String prefix) {
    String value = "v".repeat(1 << 20);
    Write[] writes = new Write[7];
    for (int i = 0; i < writes.length; i++) {
      writes[i] = put(prefix + i, value);
    }
    return bench.part(bench.txn(), List.of(), writes);
  }
}
