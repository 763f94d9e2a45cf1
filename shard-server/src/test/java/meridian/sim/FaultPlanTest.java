package meridian.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeSet;
import meridian.model.NodeId;
import meridian.model.ShardId;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
  private static final NodeId COORDINATOR = new NodeId(70_000);

  private static List<Nemesis.Strike> plan(long seed) {
    var targets =
        new FaultPlan.Targets(
            List.of(Toy.A, Toy.B, Toy.C),
            List.of(COORDINATOR),
            List.of(List.of(Toy.A, COORDINATOR), List.of(Toy.B), List.of(Toy.C)),
            List.of(new ShardId(0), new ShardId(1)));
    return new FaultPlan(new Chance(seed), targets, true).between(1_000_000, 40_000_000);
  }

  @Test
  void everyRunHasACrashAPartitionAChangeOfLeaderAndAWrongClock() {
    for (long seed = 0; seed < 300; seed++) {
      List<Fault> faults = plan(seed).stream().map(Nemesis.Strike::fault).toList();
      assertTrue(faults.stream().anyMatch(Fault.Crash.class::isInstance));
      assertTrue(faults.stream().anyMatch(fault -> fault.kind().contains("partition")));
      assertTrue(faults.stream().anyMatch(Fault.MoveLeader.class::isInstance));
      assertTrue(faults.stream().anyMatch(Fault::isOfClock));
    }
  }

  @Test
  void everyKindOfFaultIsDrawnSoonerOrLater() {
    var kinds = new TreeSet<String>();
    for (long seed = 0; seed < 300; seed++) {
      plan(seed).forEach(strike -> kinds.add(strike.fault().kind()));
    }
    assertEquals(
        "[clock freeze, clock slew, clock step, crash, leader transfer, loss, one-way partition,"
            + " partition, pause, rot, slow disk, slow link, slow machine]",
        kinds.toString());
  }
}
