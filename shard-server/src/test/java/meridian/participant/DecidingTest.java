package meridian.participant;

import static meridian.participant.LeaderBench.COORDINATOR;
import static meridian.participant.LeaderBench.ELSEWHERE;
import static meridian.participant.LeaderBench.PEER;
import static meridian.participant.LeaderBench.SHARD;
import static meridian.participant.LeaderBench.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import meridian.model.AbortReason;
import meridian.model.Invariant;
import meridian.model.Key;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.model.Value;
import meridian.paxos.Command;
import meridian.paxos.Decision;
import meridian.sim.Exhaustive;
import org.junit.jupiter.api.Test;

/// Decisions, recovery and forgetting (rules C3, G1, G2, G3, R1, R2).
class DecidingTest {
  private static final Decision ABORT =
      new Decision.Abort(AbortReason.of(AbortReason.Kind.RECOVERED, "test"));
  private static final List<ShardId> BOTH = List.of(SHARD, ELSEWHERE);

  private final LeaderBench bench = new LeaderBench();

  private Optional<Value> value(String key) {
    return bench.ledger().latest(Key.utf8(key)).flatMap(v -> v.value());
  }

  // ---- G1, G2

  @Test
  void versionsAppearOnlyOnceTheDecisionIsChosen() {
    TxnId txn = bench.txn();
    bench.prepared(txn, List.of(), put("a", "1"));
    bench.decide(txn, new Decision.Commit(bench.ts(txn)));
    assertEquals(Optional.empty(), value("a"));
    bench.chooseAll();
    assertEquals(Optional.of(Value.utf8("1")), value("a"));
  }

  @Test
  void aDecisionIsAcknowledgedOnlyOnceItIsChosenAndAgainWheneverItIsTold() {
    TxnId txn = bench.txn();
    bench.prepared(txn, List.of(), put("a", "1"));
    Decision commit = new Decision.Commit(bench.ts(txn));
    bench.decide(txn, commit);
    bench.decide(txn, commit);
    assertTrue(bench.take(CoordinatorMessage.Status.class).isEmpty());
    bench.chooseAll();
    assertEquals(
        new TxnStatus.Settled(commit), bench.takeOne(CoordinatorMessage.Status.class).status());
    bench.decide(txn, commit);
    bench.takeOne(CoordinatorMessage.Status.class);
    assertEquals(2, bench.about(txn).size(), "one prepare and one decision");
  }

  /// G2, T18.
  @Test
  void aCommitOfATransactionThatTheLogLacksIsIgnored() {
    TxnId txn = bench.txn();
    bench.commit(txn, bench.clock());
    assertTrue(bench.about(txn).isEmpty());
    bench.prepared(txn, List.of(), put("a", "1"));
  }

  /// G3.
  @Test
  void anAbortOfATransactionThatTheLogLacksKeepsItOutForGood() {
    TxnPart part = bench.part(bench.txn(), List.of(), put("a", "1"));
    bench.decide(part.txn(), ABORT);
    assertEquals(1, bench.about(part.txn()).size());
    bench.prepare(part);
    bench.chooseAll();
    bench.prepare(part);
    assertFalse(bench.isPrepared(part.txn()));
    assertEquals(1, bench.about(part.txn()).size());
  }

  @Test
  void onlyAnActiveLeaderLogsADecision() {
    TxnId txn = bench.txn();
    bench.prepared(txn, List.of(), put("a", "1"));
    Timestamp ts = bench.ts(txn);
    bench.depose();
    bench.decide(txn, new Decision.Commit(ts));
    bench.decide(bench.txn(), ABORT);
    assertEquals(1, bench.about(txn).size());
    assertEquals(2, bench.log().slotLast());
  }

  /// One outcome, and one timestamp with it, whether the first is logged only or chosen.
  @Test
  void aDecisionThatContradictsTheOneKnownStopsTheNodeAndNamesBoth() {
    Exhaustive.forEveryChoice(
        given -> {
          LeaderBench bench = new LeaderBench();
          TxnId txn = bench.txn();
          bench.prepared(txn, List.of(), put("a", "1"));
          Timestamp ts = bench.ts(txn);
          List<Decision> all =
              List.of(
                  new Decision.Commit(ts),
                  new Decision.Commit(ts.next()),
                  ABORT,
                  new Decision.Abort(AbortReason.of(AbortReason.Kind.DEADLINE, "other words")));
          Decision first = given.pick(all);
          Decision second = given.pick(all);
          bench.decide(txn, first);
          if (given.flip()) {
            bench.chooseAll();
          }
          boolean agree =
              first instanceof Decision.Abort
                  ? second instanceof Decision.Abort
                  : first.equals(second);
          if (agree) {
            bench.decide(txn, second);
          } else {
            var broken = assertThrows(Invariant.Broken.class, () -> bench.decide(txn, second));
            assertTrue(broken.getMessage().contains(first.toString()), broken::getMessage);
            assertTrue(broken.getMessage().contains(second.toString()), broken::getMessage);
          }
        });
  }

  // ---- C3, R2: the one rule

  /// C3 over every combination of what up to three participants can prove. What can never be is
  /// left out: a commit beside a refusal, or beside one that has forgotten while another holds it.
  @Test
  void aTransactionIsCommittedIffAllArePreparedAndAbortedIffOneHasRefused() {
    Exhaustive.forEveryChoice(
        given -> {
          List<ShardId> participants = new ArrayList<>();
          Map<ShardId, TxnStatus> votes = new TreeMap<>();
          int count = 1 + given.index(3);
          boolean refused = false;
          long prepared = 0;
          Timestamp max = Timestamp.ZERO;
          for (int i = 1; i <= count; i++) {
            ShardId shard = new ShardId(i);
            participants.add(shard);
            switch (given.index(4)) {
              case 0 -> {}
              case 1 -> {
                Timestamp ts = new Timestamp(given.pick(5L, 9L));
                max = Timestamp.max(max, ts);
                prepared++;
                votes.put(shard, new TxnStatus.Prepared(ts));
              }
              case 2 -> {
                refused = true;
                votes.put(shard, new TxnStatus.Settled(ABORT));
              }
              default -> {
                refused = true;
                votes.put(shard, new TxnStatus.Forgotten());
              }
            }
          }
          Optional<Decision> decision = Enquiry.decide(participants, votes);
          if (refused) {
            assertTrue(decision.orElseThrow() instanceof Decision.Abort);
          } else if (prepared == count) {
            assertEquals(Optional.of(new Decision.Commit(max)), decision);
          } else {
            assertEquals(Optional.empty(), decision);
          }
        });
  }

  @Test
  void aParticipantThatRemembersACommitHasTheLastWord() {
    Decision commit = new Decision.Commit(new Timestamp(9));
    for (ShardId who : BOTH) {
      Map<ShardId, TxnStatus> votes = new TreeMap<>();
      BOTH.forEach(shard -> votes.put(shard, new TxnStatus.Prepared(new Timestamp(5))));
      votes.put(who, new TxnStatus.Settled(commit));
      assertEquals(Optional.of(commit), Enquiry.decide(BOTH, votes));
    }
  }

  // ---- R1

  private void query(TxnId txn) {
    bench.ask(new ParticipantMessage.QueryOrFence(SHARD, txn, BOTH, Participant.COORDINATOR));
  }

  private List<TxnStatus> answers() {
    return bench.take(CoordinatorMessage.Status.class).stream()
        .map(CoordinatorMessage.Status::status)
        .toList();
  }

  /// R1, T10.
  @Test
  void aQuestionAboutAnEntryThatIsNotChosenIsAnsweredOnceItIs() {
    TxnId txn = bench.txn();
    bench.prepare(bench.part(txn, List.of(), put("a", "1")));
    query(txn);
    query(txn);
    assertEquals(List.of(), answers());
    bench.chooseAll();
    assertEquals(List.of(new TxnStatus.Prepared(bench.ts(txn))), answers());
  }

  /// R1, T9.
  @Test
  void anUnknownTransactionIsFencedFirstAndOnlyThenReportedAborted() {
    TxnPart part = bench.part(bench.txn(), List.of(), put("a", "1"));
    query(part.txn());
    assertTrue(bench.refusal(part.txn()).isPresent());
    assertEquals(List.of(), answers());
    bench.prepare(part);
    assertFalse(bench.isPrepared(part.txn()));
    bench.chooseAll();
    assertTrue(
        answers().getFirst() instanceof TxnStatus.Settled s
            && s.decision() instanceof Decision.Abort);
  }

  @Test
  void anUnchosenFenceOfADeposedLeaderIsReportedToNobody() {
    TxnId txn = bench.txn();
    query(txn);
    bench.depose();
    query(txn);
    assertEquals(List.of(), answers());
    bench.takeOne(CoordinatorMessage.NotLeader.class);
  }

  @Test
  void whateverIsChosenIsAnsweredByAnyReplica() {
    TxnId txn = bench.txn();
    bench.prepared(txn, List.of(), put("a", "1"));
    bench.depose();
    query(txn);
    assertEquals(List.of(new TxnStatus.Prepared(bench.ts(txn))), answers());
  }

  // ---- orphans (2.7)

  private TxnId orphan() {
    TxnId txn = bench.txn();
    bench.prepared(txn, List.of(), put("a", "1"));
    bench.sent.clear();
    bench.pass(2_000_000);
    bench.takeOne(CoordinatorMessage.WhatBecameOf.class);
    bench.pass(2_000_000);
    return txn;
  }

  private void report(TxnId txn, TxnStatus status) {
    bench.from(PEER, new ParticipantMessage.StatusReport(SHARD, ELSEWHERE, txn, status));
  }

  @Test
  void anOrphansCoordinatorIsAskedFirstAndThenEveryReplicaOfEveryOtherParticipant() {
    TxnId txn = orphan();
    var asked =
        bench.sent.stream()
            .filter(s -> s.message() instanceof ParticipantMessage.QueryOrFence)
            .toList();
    assertTrue(asked.size() >= 2, asked::toString);
    for (var send : asked) {
      var question = (ParticipantMessage.QueryOrFence) send.message();
      assertEquals(new ParticipantMessage.QueryOrFence(ELSEWHERE, txn, BOTH, SHARD), question);
    }
  }

  @Test
  void anOrphanIsCommittedAtTheLargestTimestampOnceAllAreKnownToBePrepared() {
    TxnId txn = orphan();
    Timestamp later = bench.ts(txn).plusMillis(50);
    report(txn, new TxnStatus.Prepared(later));
    assertEquals(new Command.Decide(txn, new Decision.Commit(later)), bench.about(txn).getLast());
  }

  @Test
  void anOrphanIsAbortedOnceOneParticipantHasRefusedOrForgottenIt() {
    for (TxnStatus status : List.of(new TxnStatus.Settled(ABORT), new TxnStatus.Forgotten())) {
      DecidingTest test = new DecidingTest();
      TxnId txn = test.orphan();
      test.report(txn, status);
      var decide = (Command.Decide) test.bench.about(txn).getLast();
      assertTrue(decide.decision() instanceof Decision.Abort);
    }
  }

  /// While leadership is being handed over nothing can be logged; if that fails, it still must be.
  @Test
  void anAnswerThatComesWhileLeadershipIsHandedOverIsNotLost() {
    TxnId txn = orphan();
    bench.from(PEER, new meridian.paxos.PaxosMessage.TransferLeader(SHARD, PEER));
    assertFalse(bench.replica().mayPropose());
    report(txn, new TxnStatus.Prepared(bench.ts(txn)));
    bench.pass(1_000_000);
    assertTrue(bench.replica().mayPropose(), "the successor did not come");

    bench.take(ParticipantMessage.QueryOrFence.class);
    bench.pass(3_000_000);
    if (!bench.take(ParticipantMessage.QueryOrFence.class).isEmpty()) {
      report(txn, new TxnStatus.Prepared(bench.ts(txn)));
    }
    assertEquals(2, bench.about(txn).size(), "undecided for as long as this leader leads");
  }

  // ---- G3

  private static final Settings FORGETFUL =
      new Settings(1_000_000, 5_000, 1_000_000, 500, 300_000, 1_000, 2_000, 10, 1_000);

  /// The same, but for snapshots of up to 90 seconds ago.
  private static final Settings REMEMBERING =
      new Settings(1_000_000, 5_000, 1_000_000, 500, 300_000, 90_000, 2_000, 10, 1_000);

  /// A bench that forgets after five seconds, and a transaction that ended there.
  private LeaderBench forgetful(Decision how, TxnId[] txn) {
    LeaderBench bench = new LeaderBench(FORGETFUL);
    txn[0] = bench.txn();
    bench.prepared(txn[0], List.of(), put("a", "1"));
    bench.decide(
        txn[0], how instanceof Decision.Commit ? new Decision.Commit(bench.ts(txn[0])) : how);
    bench.chooseAll();
    return bench;
  }

  private static void settle(LeaderBench bench, long micros) {
    for (int i = 0; i < 4; i++) {
      bench.pass(micros / 4);
      bench.chooseAll();
    }
  }

  /// G3, T15.
  @Test
  void anOutcomeIsKeptForAsLongAsAnotherParticipantMayAskAndGoesWhenNoneWill() {
    for (Decision how : List.of(ABORT, new Decision.Commit(Timestamp.MAX))) {
      TxnId[] txn = new TxnId[1];
      LeaderBench bench = forgetful(how, txn);
      settle(bench, 20_000_000);
      assertTrue(bench.ledger().watermark().isAfter(txn[0].begin()), "the watermark did not move");
      assertTrue(bench.ledger().versions().outcome(txn[0]).isPresent(), "forgotten too early");

      bench.from(
          PEER,
          new ParticipantMessage.Resolved(
              SHARD, ELSEWHERE, new Timestamp(txn[0].begin().packed() - 1)));
      settle(bench, 4_000_000);
      assertTrue(bench.ledger().versions().outcome(txn[0]).isPresent(), "forgotten too early");

      bench.from(PEER, new ParticipantMessage.Resolved(SHARD, ELSEWHERE, txn[0].begin()));
      settle(bench, 8_000_000);
      assertFalse(bench.ledger().versions().outcome(txn[0]).isPresent(), "kept for ever");
    }
  }

  @Test
  void belowTheWatermarkAnUnknownTransactionIsForgottenAndNeverPrepared() {
    TxnId[] txn = new TxnId[1];
    LeaderBench bench = forgetful(ABORT, txn);
    TxnPart late = bench.part(bench.txn(), List.of(), put("b", "1"));
    settle(bench, 20_000_000);
    bench.sent.clear();

    bench.ask(
        new ParticipantMessage.QueryOrFence(SHARD, late.txn(), BOTH, Participant.COORDINATOR));
    assertEquals(
        new TxnStatus.Forgotten(), bench.takeOne(CoordinatorMessage.Status.class).status());
    assertTrue(bench.about(late.txn()).isEmpty());

    bench.prepare(late);
    bench.chooseAll();
    assertFalse(bench.isPrepared(late.txn()));
    assertTrue(bench.ledger().prepared().isEmpty());
  }

  /// What others may conclude from a shard's word that all is settled there.
  @Test
  void aShardSaysItIsSettledOnlyUpToItsOldestUndecidedTransaction() {
    LeaderBench bench = new LeaderBench(FORGETFUL);
    TxnId undecided = bench.txn();
    bench.prepared(undecided, List.of(), put("a", "1"));
    settle(bench, 20_000_000);
    assertTrue(bench.ledger().watermark().isAfter(undecided.begin()));
    assertTrue(bench.ledger().resolvedThrough().isBefore(undecided.begin()));
    for (var resolved : bench.take(ParticipantMessage.Resolved.class)) {
      assertTrue(resolved.through().isBefore(undecided.begin()));
    }

    bench.commit(undecided, bench.ts(undecided));
    assertEquals(bench.ledger().watermark(), bench.ledger().resolvedThrough());
  }

  /// The horizon: what was read before it can no longer be told from what has changed since.
  @Test
  void aReadFromBeforeTheHorizonIsRefusedAsTooOld() {
    LeaderBench bench = new LeaderBench(FORGETFUL);
    bench.written("a", "1");
    var seen = new meridian.model.Observed(bench.sees("a").range(), 1);
    letPass(bench, 70_000_000);
    assertTrue(bench.ledger().horizonSlot() > 1, "the horizon did not move");
    TxnId txn = bench.txn();
    bench.prepare(bench.part(txn, List.of(seen), put("b", "1")));
    assertEquals(AbortReason.Kind.TOO_OLD, bench.refusal(txn).orElseThrow().kind());
  }

  private static void letPass(LeaderBench bench, long micros) {
    for (long passed = 0; passed < micros; passed += 2_000_000) {
      bench.pass(2_000_000);
      bench.chooseAll();
    }
  }

  /// T21: what was overwritten is kept for as long as a snapshot may be read, and no snapshot is
  /// read from before what is kept.
  @Test
  void theHorizonStaysBehindEverySnapshotThatMayBeReadAndNoTimestampUpToItIsAboveIt() {
    LeaderBench bench = new LeaderBench(REMEMBERING);
    var first = bench.written("a", "1");
    var second = bench.written("a", "2");
    long overwritten = bench.log().slotLast();
    letPass(bench, 70_000_000);
    assertTrue(
        bench.ledger().horizonSlot() < overwritten, "a snapshot of 90 seconds ago needs the first");
    assertTrue(bench.ledger().horizon().isBefore(first));
    letPass(bench, 30_000_000);
    assertTrue(bench.ledger().horizonSlot() >= overwritten, "the horizon did not move");
    assertFalse(bench.ledger().horizon().isBefore(second));
    assertTrue(bench.ledger().horizon().isBefore(bench.clock().minusMillis(85_000)));
  }

  // ---- who is told

  @Test
  void whateverIsAcceptedIsReportedToTheCoordinatorOncePerBallot() {
    TxnId txn = bench.txn();
    bench.prepare(bench.part(txn, List.of(), put("a", "1")));
    var voted =
        bench.sent.stream().filter(s -> s.message() instanceof CoordinatorMessage.Voted).toList();
    assertEquals(1, voted.size());
    assertEquals(COORDINATOR, voted.getFirst().to());
    bench.sent.clear();
    bench.depose();
    bench.leadAgain();

    var again = bench.takeOne(CoordinatorMessage.Voted.class);
    assertEquals(bench.ballot(), again.ballot());
    assertEquals(txn, again.votes().getFirst().txn());
  }
}
