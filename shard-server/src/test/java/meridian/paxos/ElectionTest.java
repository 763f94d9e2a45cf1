package meridian.paxos;

import static meridian.paxos.Entries.A;
import static meridian.paxos.Entries.B;
import static meridian.paxos.Entries.C;
import static meridian.paxos.Entries.D;
import static meridian.paxos.Entries.E;
import static meridian.paxos.HandGroup.between;
import static meridian.paxos.HandGroup.from;
import static meridian.paxos.HandGroup.of;
import static meridian.paxos.HandGroup.to;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import meridian.model.NodeId;
import meridian.sim.Exhaustive;
import org.junit.jupiter.api.Test;

/// Who leads, and from which log it goes on; by schedules written by hand.
class ElectionTest {
  /// B4.
  @Test
  void theFirstBallotIsThePreferredReplicasAndTheOthersLetItHaveIt() {
    HandGroup group = new HandGroup(A, B, C);
    group.members.values().forEach(HandGroup.Member::tick);
    group.deliver(letter -> true);

    assertTrue(group.get(A).leads);
    assertEquals(new Ballot(1, A), group.get(C).replica().ballot());
    assertFalse(group.get(B).leads || group.get(C).leads);
  }

  @Test
  void aGroupOfOneLeadsItselfAndChoosesWhatIsOnItsOwnDisk() {
    HandGroup group = new HandGroup(A);
    group.elect(A);
    group.get(A).syncsLate = true;
    group.propose(A, 1);
    group.deliver(letter -> true);
    assertEquals(1, group.get(A).applied.size());

    group.get(A).sync();
    group.deliver(letter -> true);
    assertEquals(2, group.get(A).applied.size());
  }

  /// The scenario of rule P5: A and B hold ten chosen entries; C leads the next ballot, sends B the
  /// first five, and dies. Whoever leads then must find all ten.
  @Test
  void aLogHalfReplacedByALeaderThatDiedLosesNothingThatWasChosen() {
    HandGroup group = tenChosenOnAAndB();

    // C has fetched the ten from B, and leads; of its log only the first five reach B.
    group.electUnheard(C, B);
    group.get(B).receive(firstEntries(group.get(C), 5), C);
    assertEquals(new Ballot(1, A), group.get(B).disk.logBallot());
    assertEquals(10, group.get(B).disk.slotLast());
    group.get(C).crash();
    group.lose(letter -> true);

    group.get(A).restart();
    group.elect(A, B);
    group.beat(A, B);
    assertEquals(11, group.get(B).applied.size());
    for (long slot = 2; slot <= 10; slot++) {
      assertEquals(new Ballot(1, A), group.get(B).disk.get(slot).origin());
    }
  }

  /// One barrier and nine entries, chosen by A and B; C has heard of none.
  private static HandGroup tenChosenOnAAndB() {
    HandGroup group = new HandGroup(A, B, C);
    group.elect(A, B);
    group.propose(A, 9);
    group.deliver(between(A, B));
    assertEquals(10, group.get(A).applied.size());
    group.get(A).crash();
    group.lose(letter -> true);
    return group;
  }

  private static PaxosMessage.Accept firstEntries(HandGroup.Member leader, int count) {
    Log log = leader.acceptor().log();
    return new PaxosMessage.Accept(
        Entries.SHARD,
        leader.replica().ballot(),
        leader.replica().leader().orElseThrow().barrierSlot(),
        0,
        Ballot.ZERO,
        log.from(1, count, Long.MAX_VALUE),
        log.slotLast(),
        0,
        0);
  }

  /// P2: not the longest log, but the longest of the highest ballot; from either end of the choice.
  @Test
  void theLowerBallotsLongerLogGivesWayToTheHigherBallotsShorterOneWhoeverLeads() {
    for (NodeId candidate : List.of(A, B)) {
      HandGroup group = new HandGroup(A, B, C);
      List<LogEntry> shorter = new ArrayList<>(Entries.run(1, 3, Entries.B1));
      shorter.add(Entries.barrier(4, Entries.B2));
      group.write(A, Entries.run(1, 8, Entries.B1), Entries.B1, Entries.B1);
      group.write(B, shorter, Entries.B2, Entries.B2);

      group.elect(candidate, A, B);
      group.beat(candidate, A, B);

      for (NodeId node : List.of(A, B)) {
        assertEquals(shorter, Entries.all(group.get(node).acceptor().log()).subList(0, 4));
        assertEquals(5, group.get(node).disk.slotLast());
        assertEquals(5, group.get(node).applied.size());
      }
    }
  }

  @Test
  void ofTwoLogsOfOneBallotTheLongerIsTakenWhoeverLeads() {
    for (NodeId candidate : List.of(A, B)) {
      HandGroup group = new HandGroup(A, B, C);
      group.write(A, Entries.run(1, 3, Entries.B1), Entries.B1, Entries.B1);
      group.write(B, Entries.run(1, 7, Entries.B1), Entries.B1, Entries.B1);

      group.elect(candidate, A, B);
      group.beat(candidate, A, B);

      assertEquals(8, group.get(A).applied.size());
      assertEquals(group.get(A).applied, group.get(B).applied);
    }
  }

  /// Pre-vote: a replica that was away asks first, and those who have a leader say no.
  @Test
  void aReturningReplicaDisturbsNobodyWhoHasALeader() {
    HandGroup group = new HandGroup(A, B, C);
    group.elect(A, B, C);
    Ballot ballot = group.get(A).replica().ballot();
    for (int i = 0; i < 20; i++) {
      // C hears nothing and wants to lead, again and again; the others go on.
      group.pass(Timing.WIDE_AREA.suspectMicros());
      group.get(C).tick();
      group.lose(from(C));
      group.beat(A, B);
      group.lose(to(C));
    }
    assertEquals(ballot, group.get(C).disk.promised(), "it promised itself something while away");

    group.pass(Timing.WIDE_AREA.suspectMicros());
    group.beat(A, B);
    group.get(C).tick();
    group.deliver(letter -> true);
    group.beat(A, B, C);

    assertTrue(group.get(A).leads);
    assertEquals(ballot, group.get(C).replica().ballot());
    assertEquals(ballot, group.get(B).disk.promised());
  }

  @Test
  void aLeaderThatHearsOfAHigherBallotStepsDownAndIsRefusedUntilThen() {
    HandGroup group = new HandGroup(A, B, C);
    group.elect(A, B, C);
    group.elect(B, C);
    group.lose(to(A));
    assertTrue(group.get(A).leads && group.get(B).leads, "two of different ballots");

    group.propose(A, 1);
    group.lose(from(A).and(to(B)));
    PaxosMessage late = group.deliverOne(from(A).and(to(C)).and(of(PaxosMessage.Accept.class)));
    assertTrue(((PaxosMessage.Accept) late).ballot().isBelow(group.get(C).disk.promised()));
    group.deliver(between(A, C));

    assertFalse(group.get(A).leads);
    group.beat(B, A, C);
    assertEquals(group.get(B).applied, group.get(A).applied);
    assertTrue(
        group.get(A).applied.stream().noneMatch(e -> e.command() instanceof Command.TsLimit),
        "what only a deposed leader had was chosen");
  }

  @Test
  void aLeaderThatHearsNobodyStandsDown() {
    HandGroup group = new HandGroup(A, B, C);
    group.elect(A, B, C);
    group.pass(2 * Timing.WIDE_AREA.suspectMicros() + 1);
    group.get(A).tick();
    assertFalse(group.get(A).leads);
  }

  @Test
  void leadershipPassesToTheReplicaAskedForWithoutLosingAnything() {
    HandGroup group = new HandGroup(A, B, C);
    group.elect(A, B, C);
    group.propose(A, 3);
    group.deliver(letter -> true);

    group.get(A).receive(new PaxosMessage.TransferLeader(Entries.SHARD, C), new NodeId(99));
    assertFalse(group.get(A).replica().mayPropose(), "nothing new while handing over");
    group.deliver(letter -> true);

    assertTrue(group.get(C).leads);
    assertFalse(group.get(A).leads);
    group.beat(C, A, B);
    for (NodeId node : List.of(A, B, C)) {
      assertEquals(5, group.get(node).applied.size());
    }
  }

  @Test
  void onlyTheLeaderOfTheBallotMayHandItsLeadershipOver() {
    HandGroup group = new HandGroup(A, B, C);
    group.elect(A, B, C);
    Ballot ballot = group.get(C).replica().ballot();
    group.get(C).receive(new PaxosMessage.TakeOver(Entries.SHARD, ballot), B);
    group.get(C).receive(new PaxosMessage.TakeOver(Entries.SHARD, new Ballot(5, A)), A);
    assertEquals(ballot, group.get(C).disk.promised());
  }

  @Test
  void nobodyOutsideTheGroupIsListenedTo() {
    HandGroup group = new HandGroup(A, B, C);
    group.get(A).receive(new PaxosMessage.Prepare(Entries.SHARD, new Ballot(9, D)), D);
    assertEquals(Ballot.ZERO, group.get(A).disk.promised());
    assertTrue(group.letters.isEmpty());
  }

  /// B1: with fewer than a majority of promises nobody leads, with a majority somebody does.
  @Test
  void ofFiveAnyThreeMakeALeaderAndNoTwoDo() {
    Exhaustive.forEveryChoice(
        given -> {
          List<NodeId> others = List.of(B, C, D, E);
          List<NodeId> alive = others.stream().filter(n -> given.flip()).toList();
          HandGroup group = new HandGroup(A, B, C, D, E);
          group.get(A).tick();
          group.deliver(l -> alive.contains(l.to()) || (l.to().equals(A)));

          assertEquals(alive.size() >= 2, group.get(A).leads);
          assertEquals(alive.size() >= 2, group.get(A).applied.size() == 1);
        });
  }

  /// The leader's own vote counts only after its own sync, though its Accepts leave before it.
  @Test
  void anAcceptLeavesBeforeTheLeadersSyncButItsOwnVoteIsCountedOnlyAfterIt() {
    HandGroup group = new HandGroup(A, B, C, D, E);
    group.elect(A, B, C, D, E);
    group.get(A).syncsLate = true;
    group.propose(A, 1);

    group.deliver(between(A, B, C));
    assertEquals(2, group.get(B).disk.slotLast(), "followers hold it already");
    assertEquals(1, group.get(A).applied.size(), "two of five, and not the leader");

    group.get(A).sync();
    group.deliver(between(A, B, C));
    assertEquals(2, group.get(A).applied.size());
  }

  /// The same leader never speaks twice in one ballot: what it forgot it cannot contradict.
  @Test
  void aLeaderThatForgotWhatItSentComesBackInAnotherBallotAndFindsItAtTheOthers() {
    HandGroup group = new HandGroup(A, B, C);
    group.elect(A, B, C);
    Ballot before = group.get(A).replica().ballot();
    group.get(A).syncsLate = true;
    group.propose(A, 1);
    group.deliver(between(A, B, C));
    assertEquals(1, group.get(A).disk.slotLast());
    group.get(A).crash();
    group.lose(letter -> true);
    group.get(A).syncsLate = false;

    group.get(A).restart();
    group.elect(A, B);

    assertTrue(group.get(A).replica().ballot().isAbove(before));
    assertEquals(before, group.get(A).disk.get(2).origin());
  }

  /// Every majority of promises and every late or lost message in the elections of a group.
  @Test
  void whoeverLeadsAfterWhomeverWhatWasAppliedStays() {
    Exhaustive.forEveryChoice(
        given -> {
          HandGroup group = new HandGroup(A, B, C);
          group.elect(A, B);
          for (int term = 0; term < 2; term++) {
            NodeId leader = given.pick(A, B, C);
            NodeId helper =
                given.pick(List.of(A, B, C).stream().filter(n -> !n.equals(leader)).toList());
            group.lose(letter -> true);
            group.elect(leader, helper);
            group.propose(leader, 2);
            if (given.flip()) {
              group.deliver(between(leader, helper).and(to(helper)));
            } else {
              group.beat(leader, helper);
            }
            if (given.flip()) {
              group.get(leader).crash();
              group.get(leader).restart();
            }
          }
          group.lose(letter -> true);
          group.elect(C, A, B);
          group.beat(C, A, B);
          group.beat(C, A, B);
          assertEquals(group.chosenThrough(), group.get(A).applied.size());
          assertEquals(group.get(A).applied, group.get(B).applied);
        });
  }
}
