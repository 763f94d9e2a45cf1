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
import meridian.model.NodeId;
import meridian.model.Timestamp;
import meridian.model.TxnPart;
import meridian.paxos.Ballot;
import meridian.paxos.Command;
import meridian.paxos.Decision;
import meridian.paxos.Electorate;
import meridian.paxos.LogEntry;
import meridian.paxos.Tentative;
import meridian.sim.Exhaustive;
import org.junit.jupiter.api.Test;

/// What a new leader prepares beyond the log that it starts from (rule B2). The replica under test
/// follows PEER, whose ballot had a fast path, and leads after it with the help of another.
class AdoptionTest {
  private static final Electorate TWO = new Electorate(List.of(PEER, OTHER_PEER));
  private static final Electorate ALL = new Electorate(List.of(PEER, SELF, OTHER_PEER));

  private final LeaderBench bench = new LeaderBench(Settings.DEFAULT, LeaderBench.FAST);

  private static List<Tentative> votes(Ballot tag, TxnPart... parts) {
    return java.util.Arrays.stream(parts).map(part -> new Tentative(tag, part)).toList();
  }

  private static void ask(LeaderBench bench, TxnPart part) {
    bench.ask(new ParticipantMessage.PrepareTxn(part, true));
  }

  /// T12: at the very timestamp that was voted on, whatever others there are by now.
  @Test
  void aTransactionThatMayHaveBeenChosenIsPreparedAtTheTimestampThatWasVotedOn() {
    Ballot ballot = bench.follow(PEER, TWO);
    TxnPart part = bench.part(bench.txn(), List.of(), put("a", "1"));
    TxnPart neighbour = bench.part(bench.txn(), List.of(), put("b", "1"));
    // A neighbour on another key may well have a larger timestamp.
    bench.accept(ballot, new Command.Prepare(neighbour, part.ts().plusMillis(500)));
    bench.leadAgain(OTHER_PEER, ballot, votes(ballot, part));

    assertEquals(part.ts(), bench.ts(part.txn()));
    assertEquals(part, ((Command.Prepare) bench.about(part.txn()).getFirst()).part());
  }

  /// B3, P5: what is adopted stands before the barrier, so that nobody has the ballot's log
  /// without.
  @Test
  void whatIsAdoptedStandsBeforeTheBarrier() {
    Ballot ballot = bench.follow(PEER, TWO);
    TxnPart part = bench.part(bench.txn(), List.of(), put("a", "1"));
    bench.leadAgain(OTHER_PEER, ballot, votes(ballot, part));
    LogEntry last = bench.log().get(bench.log().slotLast());
    LogEntry before = bench.log().get(bench.log().slotLast() - 1);
    assertTrue(last.command() instanceof Command.Barrier);
    assertTrue(before.command() instanceof Command.Prepare);
    assertEquals(bench.ballot(), before.origin());
  }

  /// The threshold: of an electorate of two the other one has it; of all three everyone who
  /// answers.
  @Test
  void asManyMembersMustHoldItAsAQuorumWouldHaveLeft() {
    Exhaustive.forEveryChoice(
        given -> {
          LeaderBench bench = new LeaderBench(Settings.DEFAULT, LeaderBench.FAST);
          boolean all = given.flip();
          boolean own = given.flip();
          boolean others = given.flip();
          Ballot ballot = bench.follow(PEER, all ? ALL : TWO);
          TxnPart part = bench.part(bench.txn(), List.of(), put("a", "1"));
          if (own && all) {
            ask(bench, part);
            assertEquals(1, bench.disk.votes().size());
          }
          bench.leadAgain(OTHER_PEER, ballot, others ? votes(ballot, part) : List.of());
          assertEquals(all ? own && others : others, bench.isPrepared(part.txn()));
          assertTrue(bench.disk.votes().isEmpty());
        });
  }

  /// Whoever has answered from an older log has voted for nothing in this one's ballot.
  @Test
  void votesThatAreTaggedWithAnotherBallotCountForNothing() {
    Ballot ballot = bench.follow(PEER, TWO);
    TxnPart part = bench.part(bench.txn(), List.of(), put("a", "1"));
    Ballot other = new Ballot(ballot.round() - 1, OTHER_PEER);
    bench.leadAgain(OTHER_PEER, other, votes(other, part));
    assertFalse(bench.isPrepared(part.txn()));
  }

  @Test
  void votesOfWhoIsNoMemberCountForNothing() {
    Ballot ballot = bench.follow(PEER, new Electorate(List.of(PEER, SELF)));
    TxnPart part = bench.part(bench.txn(), List.of(), put("a", "1"));
    bench.leadAgain(OTHER_PEER, ballot, votes(ballot, part));
    assertFalse(bench.isPrepared(part.txn()));
  }

  /// T13: what the log alone says against it.
  @Test
  void whatTheOldLeaderCannotHaveVotedForIsNotPrepared() {
    Exhaustive.forEveryChoice(
        given -> {
          LeaderBench bench = new LeaderBench(Settings.DEFAULT, LeaderBench.FAST);
          Ballot ballot = bench.follow(PEER, TWO);
          long slot = bench.log().slotLast();
          Timestamp ts = bench.clock().plusMillis(10);
          TxnPart reader = bench.part(bench.txn(), List.of(bench.sees("a")));
          TxnPart part =
              given.flip()
                  ? bench.part(bench.txn(), List.of(bench.sees("a")), put("b", "1"))
                  : bench.part(bench.txn(), List.of(), put("a", "1"));
          boolean writes = part.reads().isEmpty();
          boolean good =
              switch (given.index(6)) {
                // Undecided, and in the way.
                case 0 -> {
                  TxnPart holder = bench.part(bench.txn(), List.of(), put("a", "2"));
                  bench.accept(ballot, new Command.Prepare(holder, ts.minusMillis(10)));
                  yield false;
                }
                // Written since it was read; or written at a later time than it wants to write at.
                case 1 -> {
                  TxnPart writer =
                      bench.part(bench.txn(), List.of(SHARD), List.of(), put("a", "2"));
                  bench.accept(ballot, new Command.OnePhase(writer, ts));
                  yield false;
                }
                // Read by somebody who committed at a later time.
                case 2 -> {
                  bench.accept(ballot, new Command.Prepare(reader, ts));
                  bench.accept(ballot, new Command.Decide(reader.txn(), new Decision.Commit(ts)));
                  yield !writes;
                }
                case 3 -> {
                  bench.accept(ballot, new Command.TsLimit(ts));
                  yield false;
                }
                // Too old to tell.
                case 4 -> {
                  bench.accept(
                      ballot,
                      new Command.Collect(
                          part.txn().begin(), new java.util.TreeMap<>(), slot, Timestamp.ZERO));
                  yield false;
                }
                default -> true;
              };
          bench.leadAgain(OTHER_PEER, ballot, votes(ballot, part));
          assertEquals(good, bench.isPrepared(part.txn()), () -> "of " + part);
        });
  }

  /// One that the log knows is not prepared twice, however it ended.
  @Test
  void whatTheLogKnowsIsNotAdopted() {
    Ballot ballot = bench.follow(PEER, TWO);
    TxnPart prepared = bench.part(bench.txn(), List.of(), put("a", "1"));
    TxnPart refused = bench.part(bench.txn(), List.of(), put("b", "1"));
    bench.accept(ballot, new Command.Prepare(prepared, prepared.ts().next()));
    bench.accept(
        ballot,
        new Command.Fence(
            refused.txn(),
            refused.participants(),
            COORDINATOR,
            meridian.model.AbortReason.of(meridian.model.AbortReason.Kind.LOCK_CONFLICT, "test")));
    bench.leadAgain(OTHER_PEER, ballot, votes(ballot, prepared, refused));
    assertEquals(prepared.ts().next(), bench.ts(prepared.txn()));
    assertEquals(1, bench.about(prepared.txn()).size());
    assertFalse(bench.isPrepared(refused.txn()));
  }

  /// Of two that exclude each other at most one was chosen; to prepare both would break locks.
  @Test
  void ofTwoThatConflictOneIsAdopted() {
    Ballot ballot = bench.follow(PEER, TWO);
    TxnPart one = bench.part(bench.txn(), List.of(), put("a", "1"));
    TxnPart two = bench.part(bench.txn(), List.of(), put("a", "2"));
    bench.leadAgain(OTHER_PEER, ballot, votes(ballot, one, two));
    assertTrue(bench.isPrepared(one.txn()) != bench.isPrepared(two.txn()));
  }

  /// T19: a reader's locks outlive the leader that it was prepared by.
  @Test
  void anAdoptedReaderKeepsWritersAway() {
    Ballot ballot = bench.follow(PEER, TWO);
    TxnPart reader = bench.part(bench.txn(), List.of(bench.sees("a", "c")));
    bench.leadAgain(OTHER_PEER, ballot, votes(ballot, reader));
    bench.chooseAll();
    TxnPart writer = bench.part(bench.txn(), List.of(), put("b", "1"));
    bench.prepare(writer);
    assertFalse(bench.isPrepared(writer.txn()));
    assertTrue(bench.refusal(writer.txn()).isPresent());
  }

  /// The same when the barrier is cut from the log: the state remembers the electorate.
  @Test
  void theElectorateIsKnownWhenItsBarrierIsNotInTheLogAnyMore() {
    Ballot ballot = bench.follow(PEER, TWO);
    List<NodeId> members = bench.replica().participant().electorate().members();
    assertEquals(TWO.members(), members);
    long slot = bench.log().slotLast();
    bench.choose(ballot, slot);
    assertEquals(slot, bench.ledger().slot());
    assertEquals(TWO.members(), bench.ledger().tables().electorate().members());
    assertEquals(ballot, bench.ledger().tables().barrier());
  }
}
