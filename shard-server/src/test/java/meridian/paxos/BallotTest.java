package meridian.paxos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import meridian.model.NodeId;
import meridian.sim.Exhaustive;
import org.junit.jupiter.api.Test;

class BallotTest {
  private static Ballot any(Exhaustive given) {
    return new Ballot(given.index(3), given.pick(NodeId.NONE, Entries.A, Entries.B));
  }

  @Test
  void ballotsAreInOneOrderOfRoundThenOwnerSoThatNoTwoLeadersShareOne() {
    Exhaustive.forEveryChoice(
        given -> {
          Ballot x = any(given);
          Ballot y = any(given);
          Ballot z = any(given);
          boolean same = x.round() == y.round() && x.leader().equals(y.leader());

          assertEquals(same, x.compareTo(y) == 0);
          assertEquals(x.isBelow(y), y.isAbove(x));
          assertEquals(
              1, List.of(x.isBelow(y), x.isAbove(y), same).stream().filter(b -> b).count());
          assertTrue(!(x.isBelow(y) && y.isBelow(z)) || x.isBelow(z));
          assertTrue(x.round() >= y.round() || x.isBelow(y));
          assertEquals(x.isBelow(y) ? y : x, Ballot.max(x, y));
        });
  }

  @Test
  void nobodyCanLeadABallotAtOrBelowZero() {
    assertTrue(new Ballot(1, Entries.A).isAbove(Ballot.ZERO));
    assertTrue(new Ballot(0, Entries.A).isAbove(Ballot.ZERO));
  }
}
