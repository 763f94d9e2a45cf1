package meridian.coordinate;

import static meridian.coordinate.CoordinatorBench.A;
import static meridian.coordinate.CoordinatorBench.B;
import static meridian.coordinate.CoordinatorBench.C;
import static meridian.coordinate.CoordinatorBench.LOW;
import static meridian.coordinate.CoordinatorBench.MIDDLE;
import static meridian.coordinate.CoordinatorBench.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import meridian.model.NodeId;
import meridian.model.Outcome;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.participant.CoordinatorMessage;
import meridian.participant.CoordinatorMessage.Choice;
import meridian.participant.ParticipantMessage;
import meridian.participant.TxnStatus;
import meridian.paxos.Ballot;
import meridian.paxos.Electorate;
import meridian.sim.Exhaustive;
import org.junit.jupiter.api.Test;

/// The fast path as a coordinator sees it (rules C1, C2, C4).
class FastPathTest {
  private static final Ballot FIRST = new Ballot(1, A);
  private static final Ballot SECOND = new Ballot(2, B);
  private static final Electorate TWO = new Electorate(List.of(A, B));
  private static final Electorate ALL = new Electorate(List.of(A, B, C));

  private final CoordinatorBench bench = new CoordinatorBench();

  private static CoordinatorMessage.Vote vote(TxnPart part, NodeId by, Ballot ballot, long ts) {
    Timestamp at = new Timestamp(ts);
    return by.equals(ballot.leader())
        ? new CoordinatorMessage.Vote(4, part.txn(), part.hash(), new Choice.Yes(at, true))
        : new CoordinatorMessage.Vote(0, part.txn(), part.hash(), new Choice.Tentative(at));
  }

  private static void voted(
      CoordinatorBench bench,
      NodeId by,
      Ballot ballot,
      Electorate electorate,
      CoordinatorMessage.Vote vote) {
    bench.from(by, new CoordinatorMessage.Voted(LOW, ballot, electorate, List.of(vote)));
  }

  /// C2, T1, T2: over three votes with any ballots, timestamps and electorates of two or three.
  @Test
  void aFastQuorumIsEqualVotesOfOneBallotWithTheLeadersAmongThem() {
    Exhaustive.forEveryChoice(
        given -> {
          CoordinatorBench bench = new CoordinatorBench();
          bench.commit(put("a"));
          TxnPart part = bench.part(LOW);
          Electorate electorate = given.pick(TWO, ALL);
          Map<String, TreeSet<NodeId>> equal = new TreeMap<>();
          boolean proven = false;
          for (NodeId by : given.anyOrderOf(List.of(A, B, C))) {
            Ballot ballot = given.pick(FIRST, SECOND);
            long ts = given.pick(60L, 61L);
            if (given.flip()) {
              continue;
            }
            voted(bench, by, ballot, electorate, vote(part, by, ballot, ts));
            if (electorate.contains(by)) {
              TreeSet<NodeId> voters =
                  equal.computeIfAbsent(ballot + "@" + ts, k -> new TreeSet<>());
              voters.add(by);
              proven |=
                  voters.contains(ballot.leader()) && voters.size() == electorate.members().size();
            }
          }
          assertEquals(proven ? 1 : 0, bench.outcomes().size());
        });
  }

  /// T3: a YES that the leader does not call fast is one replica's accepted vote and no more.
  @Test
  void aLeadersSlowYesProvesNothingBesideTentativeVotes() {
    bench.commit(put("a"));
    TxnPart part = bench.part(LOW);
    voted(bench, B, FIRST, TWO, vote(part, B, FIRST, 60));
    voted(bench, A, FIRST, TWO, CoordinatorBench.yes(part, 4, 60));
    assertTrue(bench.outcomes().isEmpty());
    voted(bench, C, FIRST, TWO, CoordinatorBench.yes(part, 4, 60));
    assertEquals(List.of(new Outcome.Committed(new Timestamp(60))), bench.outcomes());
  }

  /// What a member that is no leader says of itself proves nothing.
  @Test
  void aTentativeVoteIsNotAnAcceptedOne() {
    bench.commit(put("a"));
    TxnPart part = bench.part(LOW);
    for (NodeId by : List.of(A, B, C)) {
      voted(
          bench,
          by,
          FIRST,
          ALL,
          new CoordinatorMessage.Vote(0, part.txn(), part.hash(), new Choice.Tentative(part.ts())));
    }
    assertTrue(bench.outcomes().isEmpty());
  }

  /// Votes on other content under the same id are nobody's votes.
  @Test
  void aFastVoteOnOtherContentIsNotCounted() {
    bench.commit(put("a"));
    TxnPart part = bench.part(LOW);
    voted(bench, A, FIRST, TWO, vote(part, A, FIRST, 60));
    voted(
        bench,
        B,
        FIRST,
        TWO,
        new CoordinatorMessage.Vote(
            0, part.txn(), part.hash() + 1, new Choice.Tentative(new Timestamp(60))));
    assertTrue(bench.outcomes().isEmpty());
  }

  /// The first to settle wins, shard by shard; the decision says which.
  @Test
  void oneShardMayBeProvenFastAndAnotherByAMajority() {
    TxnId txn = bench.commit(put("a"), put("i"));
    TxnPart low = bench.part(LOW);
    voted(bench, A, FIRST, TWO, vote(low, A, FIRST, 60));
    voted(bench, B, FIRST, TWO, vote(low, B, FIRST, 60));
    bench.status(MIDDLE, txn, new TxnStatus.Prepared(new Timestamp(70)));

    assertEquals(List.of(new Outcome.Committed(new Timestamp(70))), bench.outcomes());
    Map<ShardId, Boolean> fast = new TreeMap<>();
    bench
        .take(ParticipantMessage.Decided.class)
        .forEach(decided -> fast.put(decided.shard(), decided.fast()));
    assertEquals(new TreeMap<>(Map.of(LOW, true, MIDDLE, false)), fast);
  }

  /// The electorate is learned from votes, and asked beside the leader from then on.
  @Test
  void theElectorateThatVotesTellOfIsAskedBesideTheLeader() {
    bench.commit(put("a"), put("i"));
    TxnPart first = bench.part(LOW);
    assertEquals(1, to(first).size());
    voted(bench, A, FIRST, TWO, vote(first, A, FIRST, 60));
    bench.sent.clear();
    bench.commit(put("b"), put("j"));
    assertEquals(List.of(A, B), to(bench.part(LOW)));
    assertEquals(1, to(bench.part(MIDDLE)).size());

    // A higher ballot of which no more is known has no electorate yet.
    bench.from(C, new CoordinatorMessage.NotLeader(LOW, SECOND, java.util.Optional.empty(), 0));
    bench.sent.clear();
    bench.commit(put("b"), put("j"));
    assertEquals(List.of(B), to(bench.part(LOW)));
  }

  private List<NodeId> to(TxnPart part) {
    List<NodeId> to = new ArrayList<>();
    bench.sent.forEach(
        send -> {
          if (send.message() instanceof ParticipantMessage.PrepareTxn m && m.part().equals(part)) {
            to.add(send.to());
          }
        });
    return to;
  }

  /// C1: a shard that raises timestamps gets later ones, within bounds, and earlier ones again once
  /// it does not.
  @Test
  void whatIsProposedAdaptsToTimestampsThatWereRaised() {
    Ahead ahead = new Ahead();
    Timestamp proposed = Timestamp.ofMillis(1_000);
    assertEquals(40, ahead.millis(LOW, 40_000));
    ahead.prepared(LOW, proposed, proposed.plusMillis(20));
    long more = ahead.millis(LOW, 40_000);
    assertTrue(more > 40 && more <= 61, "ms ahead: " + more);
    for (int i = 0; i < 1_000; i++) {
      ahead.prepared(LOW, proposed, proposed.plusMillis(100_000));
    }
    assertTrue(ahead.millis(LOW, 40_000) <= 340);
    for (int i = 0; i < 1_000; i++) {
      ahead.prepared(LOW, proposed, proposed);
    }
    assertEquals(40, ahead.millis(LOW, 40_000));
    assertEquals(0, ahead.millis(MIDDLE, 0));
    assertFalse(ahead.millis(MIDDLE, 1) == 0, "a way of less than a millisecond is rounded up");
  }
}
