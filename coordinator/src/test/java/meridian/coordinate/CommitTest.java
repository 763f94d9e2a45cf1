package meridian.coordinate;

import static meridian.coordinate.CoordinatorBench.A;
import static meridian.coordinate.CoordinatorBench.B;
import static meridian.coordinate.CoordinatorBench.C;
import static meridian.coordinate.CoordinatorBench.CLIENT;
import static meridian.coordinate.CoordinatorBench.GENERATION;
import static meridian.coordinate.CoordinatorBench.HIGH;
import static meridian.coordinate.CoordinatorBench.LOW;
import static meridian.coordinate.CoordinatorBench.MIDDLE;
import static meridian.coordinate.CoordinatorBench.key;
import static meridian.coordinate.CoordinatorBench.put;
import static meridian.coordinate.CoordinatorBench.yes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import meridian.model.AbortReason;
import meridian.model.Invariant;
import meridian.model.KeyRange;
import meridian.model.NodeId;
import meridian.model.Observed;
import meridian.model.Outcome;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.model.Value;
import meridian.model.Write;
import meridian.participant.CoordinatorMessage;
import meridian.participant.Participant;
import meridian.participant.ParticipantMessage;
import meridian.participant.TxnStatus;
import meridian.paxos.Ballot;
import meridian.paxos.Decision;
import meridian.sim.Exhaustive;
import meridian.txn.ClientMessage;
import org.junit.jupiter.api.Test;

/// Committing (rules C1 to C7, R1, R2, G3).
class CommitTest {
  private static final AbortReason REASON = AbortReason.of(AbortReason.Kind.LOCK_CONFLICT, "test");
  private static final Decision ABORT = new Decision.Abort(REASON);

  private final CoordinatorBench bench = new CoordinatorBench();

  private static CoordinatorMessage.Vote no(TxnId txn, long slot) {
    return new CoordinatorMessage.Vote(slot, txn, 0, new CoordinatorMessage.Choice.No(REASON));
  }

  // ---- C2, C3

  /// C3, over everything that can be known of two participants, in either order.
  @Test
  void aTransactionIsCommittedIffAllArePreparedAndAbortedIffOneHasRefused() {
    Exhaustive.forEveryChoice(
        given -> {
          CoordinatorBench bench = new CoordinatorBench();
          TxnId txn = bench.commit(put("a"), put("i"));
          int prepared = 0;
          boolean refused = false;
          for (ShardId shard : given.anyOrderOf(List.of(LOW, MIDDLE))) {
            TxnPart part = bench.part(shard);
            long ts = shard.equals(LOW) ? 70 : 60;
            switch (given.index(6)) {
              case 0 -> {}
              case 1 -> bench.voted(shard, A, new Ballot(1, A), yes(part, 4, ts));
              case 2 -> {
                bench.chosen(shard, yes(part, 4, ts));
                prepared++;
              }
              case 3 -> {
                bench.status(shard, txn, new TxnStatus.Prepared(new Timestamp(ts)));
                prepared++;
              }
              case 4 -> {
                bench.chosen(shard, no(txn, 4));
                refused = true;
              }
              default -> {
                bench.status(shard, txn, new TxnStatus.Settled(ABORT));
                refused = true;
              }
            }
          }
          List<Outcome> expected =
              refused
                  ? List.of(new Outcome.Aborted(REASON))
                  : prepared == 2 ? List.of(new Outcome.Committed(new Timestamp(70))) : List.of();
          assertEquals(expected, bench.outcomes());
        });
  }

  /// C2, T2: a vote is chosen when a majority of the replicas hold it in one slot of one ballot.
  @Test
  void votesOfDifferentBallotsSlotsOrContentAreNeverAddedUp() {
    Exhaustive.forEveryChoice(
        given -> {
          CoordinatorBench bench = new CoordinatorBench();
          bench.commit(put("a"));
          TxnPart part = bench.part(LOW);
          Map<String, Integer> counted = new TreeMap<>();
          List<NodeId> voters = List.of(A, B, C, new NodeId(4));
          int enough = 0;
          boolean[] spoken = new boolean[voters.size()];
          for (int i = 0; i < 3; i++) {
            int voter = given.index(voters.size());
            if (spoken[voter]) {
              return;
            }
            spoken[voter] = true;
            Ballot ballot = given.pick(new Ballot(1, A), new Ballot(2, B));
            long slot = given.pick(4L, 5L);
            boolean same = given.flip();
            CoordinatorMessage.Vote vote = yes(part, slot, 60);
            bench.voted(
                LOW,
                voters.get(voter),
                ballot,
                same
                    ? vote
                    : new CoordinatorMessage.Vote(
                        slot, part.txn(), part.hash() + 1, vote.choice()));
            if (same && voter < 3) {
              int votes = counted.merge(ballot + "/" + slot, 1, Integer::sum);
              enough = Math.max(enough, votes);
            }
          }
          assertEquals(enough >= 2 ? 1 : 0, bench.outcomes().size());
        });
  }

  @Test
  void aReplicaThatRepeatsItselfCountsOnce() {
    bench.commit(put("a"));
    TxnPart part = bench.part(LOW);
    for (int i = 0; i < 5; i++) {
      bench.voted(LOW, A, new Ballot(1, A), yes(part, 4, 60));
    }
    assertEquals(List.of(), bench.outcomes());
  }

  /// 2.12.
  @Test
  void aTransactionOfOneShardIsCommittedByThatShardAndNobodyIsToldADecision() {
    bench.commit(put("a"));
    TxnPart part = bench.part(LOW);
    bench.chosen(
        LOW,
        new CoordinatorMessage.Vote(
            4, part.txn(), part.hash(), new CoordinatorMessage.Choice.Done(new Timestamp(60))));
    assertEquals(List.of(new Outcome.Committed(new Timestamp(60))), bench.outcomes());
    bench.pass(3_000_000);
    assertTrue(bench.take(ParticipantMessage.Decided.class).isEmpty());
  }

  @Test
  void twoOutcomesOfOneTransactionStopTheNodeAndBothAreNamed() {
    TxnId txn = committed();
    var broken =
        assertThrows(
            Invariant.Broken.class, () -> bench.status(LOW, txn, new TxnStatus.Settled(ABORT)));
    assertTrue(broken.getMessage().contains("Commit["), broken::getMessage);
    assertTrue(broken.getMessage().contains("Abort["), broken::getMessage);
  }

  private TxnId committed() {
    TxnId txn = bench.commit(put("a"), put("i"));
    bench.chosen(LOW, yes(bench.part(LOW), 4, 60));
    bench.chosen(MIDDLE, yes(bench.part(MIDDLE), 9, 61));
    assertEquals(List.of(new Outcome.Committed(new Timestamp(61))), bench.outcomes());
    return txn;
  }

  // ---- what is asked

  /// 2.1: whoever holds a part of it can finish the whole.
  @Test
  void everyParticipantIsToldOfAllParticipantsAndGetsItsOwnReadsAndWrites() {
    Observed seen = new Observed(KeyRange.point(key("q")), 17);
    bench.from(
        CLIENT,
        new ClientMessage.Commit(
            1,
            bench.txn(),
            List.of(new ClientMessage.ShardRead(HIGH, GENERATION, seen)),
            List.of(put("a"), put("i")),
            Timestamp.ZERO,
            1_000_000));
    for (ShardId shard : List.of(LOW, MIDDLE, HIGH)) {
      TxnPart part = bench.part(shard);
      assertEquals(List.of(LOW, MIDDLE, HIGH), part.participants());
      assertEquals(part.expectedHash(), part.hash());
      assertEquals(CoordinatorBench.SELF, part.coordinator());
    }
    assertEquals(List.of(put("a")), bench.part(LOW).writes());
    assertEquals(List.of(put("i")), bench.part(MIDDLE).writes());
    assertEquals(List.of(seen), bench.part(HIGH).reads());
    assertEquals(List.of(A, B, C), bench.receivers(ParticipantMessage.PrepareTxn.class));
  }

  /// C1.
  @Test
  void theProposedTimestampIsAboveTheSessionsTokenAndTheClock() {
    Timestamp token = bench.clock().plusMillis(700);
    bench.from(
        CLIENT,
        new ClientMessage.Commit(1, bench.txn(), List.of(), List.of(put("a")), token, 1_000_000));
    assertTrue(bench.part(LOW).ts().isAfter(token));
    bench.sent.clear();
    bench.commit(put("b"));
    assertTrue(!bench.part(LOW).ts().isBefore(bench.clock()));
  }

  @Test
  void aReadFromAnotherLifeOfAShardOrFromNoShardIsRefusedBeforeAnythingIsSent() {
    Observed seen = new Observed(KeyRange.point(key("a")), 17);
    for (ClientMessage.ShardRead read :
        List.of(
            new ClientMessage.ShardRead(LOW, GENERATION - 1, seen),
            new ClientMessage.ShardRead(new ShardId(9), GENERATION, seen))) {
      CommitTest test = new CommitTest();
      test.bench.from(
          CLIENT,
          new ClientMessage.Commit(
              1, test.bench.txn(), List.of(read), List.of(put("i")), Timestamp.ZERO, 1_000_000));
      test.refusedWithoutEffect(ClientMessage.Code.UNAVAILABLE);
    }
  }

  // ---- C5: resends

  @Test
  void aResendKeepsIdAndContentAndGoesToEveryReplicaOfWhoHasNotAnswered() {
    bench.commit(put("a"), put("i"));
    TxnPart low = bench.part(LOW);
    TxnPart middle = bench.part(MIDDLE);
    bench.chosen(LOW, yes(low, 4, 60));
    bench.sent.clear();
    bench.pass(Patience.DEFAULT.resendMicros() + 100_000);

    var again = bench.take(ParticipantMessage.PrepareTxn.class);
    assertEquals(3, again.size());
    again.forEach(message -> assertEquals(middle, message.part()));
  }

  @Test
  void aNewLeaderIsAskedTheSameQuestionAtOnce() {
    TxnId txn = bench.commit(put("a"));
    TxnPart part = bench.part(LOW);
    bench.sent.clear();
    bench.from(
        A, new CoordinatorMessage.NotLeader(LOW, new Ballot(3, C), java.util.Optional.of(txn), 0));
    assertEquals(List.of(C), bench.receivers(ParticipantMessage.PrepareTxn.class));
    assertEquals(part, bench.part(LOW));
  }

  @Test
  void aShardThatIsBusyIsAskedAgainAfterTheTimeItNamed() {
    TxnId txn = bench.commit(put("a"));
    bench.sent.clear();
    bench.from(A, new CoordinatorMessage.Busy(LOW, txn, 200_000, "test"));
    assertEquals(List.of(), bench.outcomes());
    bench.pass(100_000);
    assertTrue(bench.take(ParticipantMessage.PrepareTxn.class).isEmpty());
    bench.pass(200_000);
    assertEquals(3, bench.take(ParticipantMessage.PrepareTxn.class).size());
  }

  /// C5, C7: a client that asks twice has one transaction and two answers.
  @Test
  void aClientThatSendsItsCommitAgainHasOneTransaction() {
    TxnId txn = bench.txn();
    bench.from(CLIENT, bench.request(txn, put("a")));
    TxnPart part = bench.part(LOW);
    bench.sent.clear();
    bench.from(CLIENT, bench.request(txn, put("a")));
    assertTrue(bench.take(ParticipantMessage.PrepareTxn.class).isEmpty());
    bench.chosen(LOW, yes(part, 4, 60));
    assertEquals(2, bench.outcomes().size());
    bench.status(LOW, txn, new TxnStatus.Settled(new Decision.Commit(new Timestamp(60))));

    bench.from(CLIENT, bench.request(txn, put("a")));
    assertEquals(List.of(new Outcome.Committed(new Timestamp(60))), bench.outcomes());
    assertTrue(bench.take(ParticipantMessage.PrepareTxn.class).isEmpty());
  }

  // ---- C6: time

  /// C6, T37.
  @Test
  void aClientWhoseTimeIsUpIsToldUnknownAndNeverAbortedAndTheTransactionIsResolved() {
    TxnId txn = bench.commit(put("a"), put("i"));
    TxnPart low = bench.part(LOW);
    bench.chosen(LOW, yes(low, 4, 60));
    bench.pass(3_100_000);
    assertEquals(
        List.of(new Outcome.Unknown(new Outcome.Token(txn, List.of(LOW, MIDDLE), key("a")))),
        bench.outcomes());

    bench.sent.clear();
    bench.pass(1_000_000);
    var questions = bench.take(ParticipantMessage.QueryOrFence.class);
    assertEquals(3, questions.size(), "each replica of the shard that has not answered");
    questions.forEach(
        q ->
            assertEquals(
                new ParticipantMessage.QueryOrFence(
                    MIDDLE, txn, List.of(LOW, MIDDLE), Participant.COORDINATOR),
                q));

    bench.status(MIDDLE, txn, new TxnStatus.Prepared(new Timestamp(61)));
    assertEquals(List.of(), bench.outcomes(), "nobody waits any more");
    assertEquals(
        new Decision.Commit(new Timestamp(61)),
        bench.take(ParticipantMessage.Decided.class).getFirst().decision());
  }

  @Test
  void nothingIsSentForACommitWhoseTimeIsUpBeforeItBegins() {
    bench.from(
        CLIENT,
        new ClientMessage.Commit(1, bench.txn(), List.of(), List.of(put("a")), Timestamp.ZERO, 0));
    refusedWithoutEffect(ClientMessage.Code.DEADLINE_EXCEEDED);
  }

  private void refusedWithoutEffect(ClientMessage.Code code) {
    assertEquals(code, bench.takeOne(ClientMessage.Refused.class).code());
    assertEquals(List.of(), bench.sent);
    bench.pass(2_000_000);
    assertTrue(bench.take(ParticipantMessage.PrepareTxn.class).isEmpty());
  }

  /// C7, T25.
  @Test
  void anIdThatLiesTooFarFromTheClockIsRefusedAndChangesNothing() {
    for (Timestamp begin :
        List.of(bench.clock().plusMillis(1_500), bench.clock().minusMillis(130_000))) {
      CommitTest test = new CommitTest();
      test.bench.from(CLIENT, test.bench.request(new TxnId(begin, 5, 1, 0), put("a")));
      test.refusedWithoutEffect(ClientMessage.Code.CLOCK_SKEW);
    }
  }

  @Test
  void aTransactionBeyondALimitIsRefusedAndChangesNothing() {
    List<Write[]> bad =
        List.of(
            new Write[] {put("")},
            new Write[] {put("b"), put("a")},
            new Write[] {put("a"), put("a")},
            new Write[] {put("k".repeat(4_097))},
            new Write[] {new Write.Put(key("a"), Value.wrap(new byte[1024 * 1024 + 1]))},
            writes(11, 1024 * 1024),
            writes(100_001, 1));
    for (Write[] writes : bad) {
      CommitTest test = new CommitTest();
      test.bench.commit(writes);
      test.refusedWithoutEffect(ClientMessage.Code.INVALID_ARGUMENT);
    }
  }

  private static Write[] writes(int keys, int bytesEach) {
    Value value = Value.wrap(new byte[bytesEach]);
    return IntStream.range(0, keys)
        .mapToObj(i -> new Write.Put(key("a%06d".formatted(i)), value))
        .toArray(Write[]::new);
  }

  @Test
  void aCoordinatorWithTooMuchUnderWaySaysWhenToComeBackAndChangesNothing() {
    CoordinatorBench full =
        new CoordinatorBench(new Patience(600_000, 600_000, 10_000_000, 1, 1, 1, 1_000));
    full.commit(put("a"));
    full.sent.clear();
    full.commit(put("b"));
    var refused = full.takeOne(ClientMessage.Refused.class);
    assertEquals(ClientMessage.Code.RESOURCE_EXHAUSTED, refused.code());
    assertTrue(refused.retryAfterMicros() > 0);
    assertEquals(List.of(), full.sent);
  }

  // ---- C4: telling the decision

  /// Both shards were heard of in a ballot of A, whoever led them at first.
  @Test
  void theDecisionIsToldToLeadersAndThenToEveryoneUntilItIsAcknowledged() {
    TxnId txn = committed();
    assertEquals(List.of(A, A), bench.receivers(ParticipantMessage.Decided.class));
    assertEquals(
        List.of(LOW, MIDDLE),
        bench.take(ParticipantMessage.Decided.class).stream().map(m -> m.shard()).toList());
    bench.pass(700_000);
    assertEquals(6, bench.take(ParticipantMessage.Decided.class).size());
    var settled = new TxnStatus.Settled(new Decision.Commit(new Timestamp(61)));
    bench.status(LOW, txn, settled);
    bench.pass(700_000);
    var again = bench.take(ParticipantMessage.Decided.class);
    assertEquals(3, again.size());
    again.forEach(message -> assertEquals(MIDDLE, message.shard()));
    bench.status(MIDDLE, txn, settled);
    bench.pass(5_000_000);
    assertEquals(List.of(), bench.take(ParticipantMessage.Decided.class));
  }

  @Test
  void aParticipantThatStillHoldsItPreparedHasNotAcknowledged() {
    TxnId txn = committed();
    bench.take(ParticipantMessage.Decided.class);
    bench.status(LOW, txn, new TxnStatus.Prepared(new Timestamp(60)));
    bench.pass(700_000);
    assertEquals(6, bench.take(ParticipantMessage.Decided.class).size());
  }

  /// 2.7: asked first, a coordinator says what it knows, and nothing that it does not.
  @Test
  void aParticipantThatAsksIsToldTheDecisionAndNothingBeforeThereIsOne() {
    TxnId open = bench.commit(put("a"), put("i"));
    bench.sent.clear();
    bench.from(A, new CoordinatorMessage.WhatBecameOf(LOW, open));
    bench.from(A, new CoordinatorMessage.WhatBecameOf(LOW, bench.txn()));
    assertEquals(List.of(), bench.sent);

    CommitTest test = new CommitTest();
    TxnId txn = test.committed();
    test.bench.sent.clear();
    test.bench.from(A, new CoordinatorMessage.WhatBecameOf(LOW, txn));
    assertEquals(
        new ParticipantMessage.Decided(LOW, txn, new Decision.Commit(new Timestamp(61))),
        test.bench.takeOne(ParticipantMessage.Decided.class));
  }

  // ---- resolving

  private void resolve(TxnId txn, List<ShardId> participants) {
    bench.from(
        CLIENT,
        new ClientMessage.Resolve(99, new Outcome.Token(txn, participants, key("i")), 2_000_000));
  }

  /// R1, R2.
  @Test
  void aTransactionOfAnotherCoordinatorIsResolvedByAskingEveryParticipant() {
    TxnId txn = bench.txn();
    resolve(txn, List.of(LOW, HIGH));
    assertEquals(List.of(A, B, C, C, A, B), bench.receivers(ParticipantMessage.QueryOrFence.class));
    bench.status(LOW, txn, new TxnStatus.Prepared(new Timestamp(5)));
    assertEquals(List.of(), bench.outcomes());
    bench.status(HIGH, txn, new TxnStatus.Prepared(new Timestamp(7)));
    assertEquals(List.of(new Outcome.Committed(new Timestamp(7))), bench.outcomes());
  }

  @Test
  void whereTheParticipantsAreNotKnownOnlyASettledOutcomeOfTheAnchorsOwnerCounts() {
    TxnId txn = bench.txn();
    resolve(txn, List.of());
    assertEquals(List.of(B, C, A), bench.receivers(ParticipantMessage.QueryOrFence.class));
    bench.status(MIDDLE, txn, new TxnStatus.Prepared(new Timestamp(5)));
    assertEquals(List.of(), bench.outcomes());
    bench.status(MIDDLE, txn, new TxnStatus.Settled(new Decision.Commit(new Timestamp(6))));
    assertEquals(List.of(new Outcome.Committed(new Timestamp(6))), bench.outcomes());
  }

  /// G3: to a client, forgotten is unknown.
  @Test
  void aTransactionThatAParticipantHasForgottenIsUnknownToTheClient() {
    TxnId txn = bench.txn();
    resolve(txn, List.of(LOW, HIGH));
    bench.status(LOW, txn, new TxnStatus.Forgotten());
    List<Outcome> outcomes = bench.outcomes();
    assertEquals(1, outcomes.size());
    assertTrue(outcomes.getFirst() instanceof Outcome.Unknown);
    assertTrue(bench.take(ParticipantMessage.Decided.class).isEmpty());
  }

  @Test
  void whatTwoCoordinatorsMakeOfTheSameVotesIsTheSame() {
    CoordinatorBench other = new CoordinatorBench();
    TxnId txn = bench.txn();
    bench.from(CLIENT, bench.request(txn, put("a"), put("i")));
    other.pass(50_000);
    other.from(CLIENT, other.request(txn, put("a"), put("i")));
    assertNotEquals(bench.part(LOW).ts(), other.part(LOW).ts());
    for (CoordinatorBench coordinator : List.of(bench, other)) {
      coordinator.chosen(LOW, yes(bench.part(LOW), 4, 60));
      coordinator.chosen(MIDDLE, yes(bench.part(MIDDLE), 9, 61));
      assertEquals(List.of(new Outcome.Committed(new Timestamp(61))), coordinator.outcomes());
    }
  }
}
