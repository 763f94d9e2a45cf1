package meridian.paxos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import meridian.model.NodeId;
import org.junit.jupiter.api.Test;

/// The arithmetic of electorates (rules C2 and B2), over every group of up to nine, every
/// electorate of it, every pair of quorums and every majority: members are told apart by bits.
class ElectorateTest {
  private static final int REPLICAS_MAX = 7;

  private interface Sizes {
    void check(int replicas, int members, Electorate electorate);
  }

  private static void forEveryElectorate(Sizes sizes) {
    for (int replicas = 3; replicas <= REPLICAS_MAX; replicas += 2) {
      for (int members = replicas / 2 + 1; members <= replicas; members++) {
        List<NodeId> ids =
            java.util.stream.LongStream.rangeClosed(1, members).mapToObj(NodeId::new).toList();
        sizes.check(replicas, members, new Electorate(ids));
      }
    }
  }

  /// The first bits are members, the first of all is the leader.
  @Test
  void anyTwoQuorumsShareAMemberInAnyMajority() {
    forEveryElectorate(
        (replicas, members, electorate) -> {
          int quorum = electorate.quorum(replicas);
          assertTrue(quorum <= members, "a quorum of more than all of " + electorate);
          // Two quorums share at least 2q - |E| members; a majority lacks at most f replicas.
          int faults = (replicas - 1) / 2;
          assertTrue(
              2 * quorum - members > faults, replicas + " replicas, " + members + " members");
        });
  }

  /// B2: whoever has been chosen is suspected of it, and of two that exclude each other at most
  /// one.
  @Test
  void aQuorumIsSuspectedByAnyMajorityWithoutTheLeaderAndNeverAConflictingVoteBesideIt() {
    forEveryElectorate(
        (replicas, members, electorate) -> {
          int all = 1 << members;
          int needed = replicas - (replicas - 1) / 2;
          for (int promised = 0; promised < all; promised += 2) { // the leader is not among them
            int replied = Integer.bitCount(promised);
            if (replied + replicas - members < needed) {
              continue;
            }
            for (int voters = 1; voters < all; voters += 2) {
              if (Integer.bitCount(voters) < electorate.quorum(replicas)) {
                continue;
              }
              int shown = Integer.bitCount(voters & promised);
              int others = Integer.bitCount(promised & ~voters);
              int enough = electorate.suspicion(replied, replicas);
              assertTrue(shown >= enough, "a quorum is missed: " + electorate + " of " + replicas);
              assertTrue(others < enough, "two are suspected: " + electorate + " of " + replicas);
            }
          }
        });
  }

  /// With followers this near there is nothing to save.
  @Test
  void whoeverHasAMajorityNearByChoosesNoElectorate() {
    List<NodeId> three = List.of(Entries.A, Entries.B, Entries.C);
    long near = FastPath.NEAREST.nearMicros();
    assertTrue(FastPath.NEAREST.choose(three, near - 1).isEmpty());
    assertEquals(2, FastPath.NEAREST.choose(three, near).members().size());
  }

  private static final long FAR = 100_000;

  @Test
  void theFewestMembersAreAMajorityAndAlwaysHaveTheLeader() {
    List<NodeId> five = List.of(Entries.C, Entries.A, Entries.B, Entries.D, Entries.E);
    assertEquals(five.subList(0, 3), FastPath.NEAREST.choose(five, FAR).members());
    assertEquals(five.subList(0, 4), FastPath.of(4).choose(five, FAR).members());
    assertEquals(five, FastPath.of(99).choose(five, FAR).members());
    assertTrue(FastPath.OFF.choose(five, FAR).isEmpty());
    assertTrue(FastPath.NEAREST.choose(List.of(Entries.A), FAR).isEmpty());
  }
}
