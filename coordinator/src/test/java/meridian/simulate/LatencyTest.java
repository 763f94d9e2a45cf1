package meridian.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import meridian.model.NodeId;
import meridian.model.ShardId;
import org.junit.jupiter.api.Test;

/// What a measurement of latency is held against, and that it is one.
class LatencyTest {
  /// Oregon, belgium and taiwan are 136, 118 and 252 ms apart.
  private static final LatencyPlan.Regions THREE =
      LatencyPlan.Regions.of(List.of("oregon", "belgium", "taiwan"));

  @Test
  void theBoundsAreWhatDistanceAllows() {
    LatencyPlan plan = new LatencyPlan(THREE.matrix(), THREE.names(), 3);
    NodeId oregon = LatencyPlan.coordinator(0);
    ShardId ofTaiwan = new ShardId(3);
    assertEquals(
        List.of(LatencyPlan.server(2), LatencyPlan.server(0), LatencyPlan.server(1)),
        plan.replicas(ofTaiwan));
    // To the leader and back, during which the server next door has heard of it.
    assertEquals(118_000, plan.boundLeader(oregon, ofTaiwan, LatencyPlan.server(2)));
    assertEquals(118_000, plan.boundAny(oregon, ofTaiwan));
    // Led from belgium, though taiwan is nearer.
    assertEquals(136_000, plan.boundLeader(oregon, ofTaiwan, LatencyPlan.server(1)));
    assertEquals(118_000, plan.boundAny(oregon, ofTaiwan));
    assertEquals(
        118_000, plan.boundLeader(LatencyPlan.coordinator(2), ofTaiwan, LatencyPlan.server(2)));
  }

  @Test
  void noCommitIsFasterThanItsBoundAndNextToAReplicaHardlySlower() {
    List<Latency.Row> rows = Latency.table(THREE, Optional.of(3), 1);
    // With three shards there are at most three participants.
    assertEquals(2 * 3 * 3, rows.size());
    for (Latency.Row row : rows) {
      assertTrue(row.medianOverBoundLeader() >= 1, row::line);
      assertTrue(row.medianOverBoundLeader() < 1.05, row::line);
      assertTrue(row.p99OverBoundLeader() >= row.medianOverBoundLeader(), row::line);
    }
  }

  @Test
  void aPictureHasACellForEveryRegionAndNumberOfParticipants() {
    List<Latency.Row> rows =
        List.of(
            new Latency.Row("commit", "oregon", 1, 3, 1.02, 1.1, 1.3, 120),
            new Latency.Row("commit", "taiwan", 1, 3, 1.4, 1.5, 1.6, 250),
            new Latency.Row("commit-slow", "taiwan", 1, 3, 2.0, 2.0, 2.0, 300));
    String svg = HeatMap.svg(rows);
    assertEquals(2, svg.split("<rect ", -1).length - 1);
    assertTrue(svg.contains("1.02 (120)") && svg.contains("1.40 (250)"), svg);
  }

  @Test
  void fewerThanThreeRegionsAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> LatencyPlan.Regions.of(List.of("oregon", "oregon", "iowa")));
    assertThrows(IllegalArgumentException.class, () -> LatencyPlan.Regions.of(List.of("atlantis")));
  }
}
