package meridian.paxos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import meridian.model.Invariant;
import meridian.model.NodeId;
import meridian.node.Effects;
import meridian.node.Now;
import meridian.sim.Exhaustive;
import org.junit.jupiter.api.Test;

/// Counting, at the leader of one ballot.
class LeaderTest {
  private static final Ballot BALLOT = new Ballot(9, Entries.A);
  private static final long BARRIER_SLOT = 3;
  private static final Now NOW = new Now(1_000, 1_000);

  /// A leader whose own log ends at slot 5, its barrier in slot 3.
  private static final class Fixture {
    final Acceptor acceptor;
    final Leader leader;

    Fixture(List<NodeId> replicas) {
      List<LogEntry> entries =
          List.of(
              Entries.entry(1, Entries.B1),
              Entries.entry(2, Entries.B1),
              Entries.barrier(BARRIER_SLOT, BALLOT),
              Entries.entry(4, BALLOT),
              Entries.entry(5, BALLOT));
      acceptor = new Acceptor(Entries.SHARD, BALLOT, BALLOT, new Log(0, Ballot.ZERO, entries), 0);
      leader =
          new Leader(
              Entries.SHARD,
              new Membership(replicas, Entries.A),
              Timing.WIDE_AREA,
              BALLOT,
              BARRIER_SLOT,
              acceptor,
              new TreeMap<>(),
              NOW);
    }
  }

  private final Leader leader = new Fixture(FIVE.subList(0, 3)).leader;

  private static final List<NodeId> FIVE =
      List.of(Entries.A, Entries.B, Entries.C, Entries.D, Entries.E);

  /// B1, P2: entries of earlier ballots are chosen together with the barrier, never by themselves.
  @Test
  void aSlotIsChosenWhenAMajorityHoldsTheLogUpToItAndOnlyFromTheBarrierOn() {
    Exhaustive.forEveryChoice(
        given -> {
          List<NodeId> replicas = FIVE.subList(0, given.pick(3, 5));
          var of = new Fixture(replicas);
          var held = new TreeMap<NodeId, Long>();
          for (int vote = 0; vote < 3; vote++) {
            NodeId by = given.pick(replicas);
            long slot = given.pick(0L, 2L, 3L, 5L);
            boolean more =
                by.equals(Entries.A)
                    ? of.leader.selfAccepted(slot)
                    : of.leader.accepted(by, slot, 0, NOW);
            long before = chosen(held, replicas.size());
            held.merge(by, slot, Math::max);
            long now = chosen(held, replicas.size());
            assertEquals(now > before, more);
            assertEquals(now, of.acceptor.chosenThrough());
            assertEquals(now >= BARRIER_SLOT, of.leader.barrierChosen());
          }
        });
  }

  /// By definition: the largest slot that more than half of the replicas hold.
  private static long chosen(TreeMap<NodeId, Long> held, int replicas) {
    for (long slot = 5; slot >= BARRIER_SLOT; slot--) {
      long at = slot;
      if (held.values().stream().filter(s -> s >= at).count() * 2 > replicas) {
        return slot;
      }
    }
    return 0;
  }

  /// 2.11: an answer counts for every question asked before the message that it answers left.
  @Test
  void aQuestionIsConfirmedOnceAMajorityWithTheLeaderHasAnsweredItOrALaterOne() {
    Exhaustive.forEveryChoice(
        given -> {
          List<NodeId> replicas = FIVE.subList(0, given.pick(3, 5));
          var of = new Fixture(replicas);
          for (long asked = 1; asked <= 2; asked++) {
            assertEquals(asked, of.leader.probe());
            of.leader.send(NOW, true, new Effects());
          }
          var answered = new TreeMap<NodeId, Long>();
          long confirmed = 0;
          for (int answer = 0; answer < 3; answer++) {
            NodeId by = given.pick(replicas.subList(1, replicas.size()));
            long probe = given.pick(0L, 1L, 2L);
            if (given.flip()) {
              of.leader.accepted(by, 0, probe, NOW);
            } else {
              of.leader.behind(by, 1, probe, NOW);
            }
            answered.merge(by, probe, Math::max);
            long now = 0;
            for (long p = 1; p <= 2; p++) {
              long at = p;
              long who = 1 + answered.values().stream().filter(a -> a >= at).count();
              now = who * 2 > replicas.size() ? p : now;
            }
            assertEquals(
                now > confirmed ? Optional.of(now) : Optional.empty(), of.leader.confirmed());
            confirmed = now;
          }
        });
  }

  @Test
  void everyQuestionIsAskedOfEveryFollowerInAMessageThatLeavesAfterIt() {
    Effects before = new Effects();
    leader.send(NOW, true, before);
    leader.send(NOW, true, new Effects());
    long probe = leader.probe();

    Effects after = new Effects();
    leader.send(NOW, true, after);

    for (NodeId follower : List.of(Entries.B, Entries.C)) {
      assertTrue(probesTo(follower, before).stream().allMatch(p -> p < probe));
      assertEquals(List.of(probe), probesTo(follower, after));
    }
    // A question put after that message has left needs another.
    assertEquals(probe + 1, leader.probe());
  }

  private static List<Long> probesTo(NodeId follower, Effects out) {
    return out.sendsAhead().stream()
        .filter(send -> send.to().equals(follower))
        .map(send -> ((PaxosMessage.Accept) send.message()).probe())
        .toList();
  }

  @Test
  void aVoteForMoreThanTheLeaderHasNeverHappens() {
    assertThrows(
        Invariant.Broken.class, () -> leader.accepted(Entries.B, 6, 0, NOW), "slot 6 of 5");
  }

  @Test
  void leadershipIsOfferedToASuccessorOnlyOnceItHoldsTheWholeLog() {
    leader.handOver(Entries.B, NOW);
    assertTrue(leader.isHandingOver());
    leader.accepted(Entries.B, 4, 0, NOW);
    assertTrue(takeOvers().isEmpty());

    leader.accepted(Entries.B, 5, 0, NOW);
    assertEquals(List.of(Entries.B), takeOvers());
    assertTrue(takeOvers().isEmpty(), "offered twice");

    leader.tick(new Now(NOW.monotonicMicros() + Timing.WIDE_AREA.suspectMicros() + 1, 0));
    assertTrue(!leader.isHandingOver(), "a successor that does not come is not waited for");
  }

  private List<NodeId> takeOvers() {
    Effects out = new Effects();
    leader.send(NOW, true, out);
    return out.sendsAhead().stream()
        .filter(send -> send.message() instanceof PaxosMessage.TakeOver)
        .map(Effects.Send::to)
        .toList();
  }

  @Test
  void leadershipIsHandedToNobodyOutsideTheGroup() {
    leader.handOver(new NodeId(77), NOW);
    assertTrue(!leader.isHandingOver());
  }

  /// P2: of the highest ballot's logs the longest; this replica's own where it is as good.
  @Test
  void aNewLeaderGoesOnFromTheLongestLogOfTheHighestBallotInWhateverOrderPromisesCome() {
    Exhaustive.forEveryChoice(
        given -> {
          Candidate candidate = new Candidate(BALLOT, 0);
          Ballot highest = Ballot.ZERO;
          long longest = 0;
          for (NodeId node : given.anyOrderOf(List.of(Entries.A, Entries.B, Entries.C))) {
            Ballot logBallot = given.pick(Entries.B1, Entries.B2);
            long slotLast = given.pick(1L, 2L, 3L);
            candidate.promised(
                node, new PaxosMessage.Promise(Entries.SHARD, BALLOT, logBallot, slotLast, 1, 0));
            if (logBallot.isAbove(highest)) {
              highest = logBallot;
              longest = slotLast;
            } else if (logBallot.equals(highest)) {
              longest = Math.max(longest, slotLast);
            }
          }

          candidate.settled(new Now(1, 1));
          var best = candidate.best(Entries.A);
          assertEquals(highest, best.getValue().logBallot());
          assertEquals(longest, best.getValue().slotLast());
          var own = candidate.promises().get(Entries.A);
          boolean ownIsAsGood = own.logBallot().equals(highest) && own.slotLast() == longest;
          assertEquals(ownIsAsGood, best.getKey().equals(Entries.A));
        });
  }

  /// B2: whoever promises later may have moved on meanwhile, and dropped the votes that are looked
  /// for; it would count as a member that was heard and holds nothing.
  @Test
  void aPromiseThatComesAfterTheMajorityDoesNotCount() {
    Candidate candidate = new Candidate(BALLOT, 0);
    candidate.promised(
        Entries.A, new PaxosMessage.Promise(Entries.SHARD, BALLOT, Entries.B1, 1, 1, 0));
    candidate.promised(
        Entries.B, new PaxosMessage.Promise(Entries.SHARD, BALLOT, Entries.B1, 2, 1, 0));
    candidate.settled(new Now(1, 1));
    candidate.promised(
        Entries.C, new PaxosMessage.Promise(Entries.SHARD, BALLOT, Entries.B2, 3, 1, 0));
    assertEquals(List.of(Entries.A, Entries.B), List.copyOf(candidate.quorum().keySet()));
    assertEquals(Entries.B1, candidate.logBallot(Entries.A));
  }
}
