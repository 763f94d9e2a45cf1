package meridian.runtime.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.model.ShardId;
import meridian.participant.ParticipantMessage.MapRequest;
import meridian.runtime.Meter;
import meridian.runtime.RegionMatrix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The wide area between two nodes on loopback: delays each way, and partitions.
class WanTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final RegionId THERE = Nodes.region(B);
  private static final RegionId HERE = Nodes.region(A);
  private static final long DELAY_MICROS = 300_000;

  private final Nodes nodes = new Nodes();
  private final Probe probeA = new Probe();
  private final Probe probeB = new Probe();

  @AfterEach
  void close() throws Exception {
    nodes.close();
  }

  @Test
  void aMessageTakesItsDelay() throws Exception {
    nodes.connect(nodes.start(A, probeA), nodes.start(B, probeB));
    nodes.wan.setOneWayMicros(HERE, THERE, DELAY_MICROS);
    long begun = System.nanoTime();
    probeA.say(B, message(1));
    probeB.hears(A, message(1));
    long micros = (System.nanoTime() - begun) / 1_000;
    assertTrue(micros >= DELAY_MICROS, "took only " + micros + " us");
  }

  @Test
  void eachDirectionHasADelayOfItsOwn() throws Exception {
    nodes.connect(nodes.start(A, probeA), nodes.start(B, probeB));
    nodes.wan.setOneWayMicros(HERE, THERE, 3_000_000);
    probeA.say(B, message(1));
    for (int i = 0; i < 10; i++) {
      probeB.say(A, message(2));
      probeA.hears(B, message(2));
    }
    assertTrue(probeB.heardNothing(), "the way back was as slow as the way there");
    probeB.hears(A, message(1));
  }

  /// If the delay were applied twice, no round trip could take less than twice what was set.
  @Test
  void theDelayIsAppliedOnceEachWayAndTheMeasuredRoundTripShowsIt() throws Exception {
    var a = nodes.start(A, probeA);
    nodes.connect(a, nodes.start(B, probeB));
    nodes.wan.setOneWayMicros(HERE, THERE, DELAY_MICROS);
    nodes.wan.setOneWayMicros(THERE, HERE, DELAY_MICROS);
    Nodes.await(
        () -> {
          long micros = a.peers().get(B).rttMicros().orElse(0L);
          return micros >= 2 * DELAY_MICROS && micros < 4 * DELAY_MICROS;
        });
  }

  @Test
  void aShorterDelayLetsNothingOvertake() throws Exception {
    nodes.connect(nodes.start(A, probeA), nodes.start(B, probeB));
    nodes.wan.setOneWayMicros(HERE, THERE, DELAY_MICROS);
    probeA.say(B, message(1));
    Nodes.await(probeA::hasSaidAll);
    nodes.wan.clearDelays();
    probeA.say(B, message(2));
    probeB.hears(A, message(1));
    probeB.hears(A, message(2));
  }

  @Test
  void aPartitionLosesMessagesBothWaysUntilItHeals() throws Exception {
    var a = nodes.start(A, probeA);
    var b = nodes.start(B, probeB);
    nodes.connect(a, b);
    nodes.wan.partition(A, B);
    probeA.say(B, message(1));
    probeB.say(A, message(1));
    Nodes.await(() -> a.counters().get(Meter.DROPPED_PARTITIONED) == 1);
    Nodes.await(() -> b.counters().get(Meter.DROPPED_PARTITIONED) == 1);

    nodes.wan.heal();
    probeA.say(B, message(2));
    probeB.say(A, message(2));
    probeB.hears(A, message(2));
    probeA.hears(B, message(2));
  }

  @Test
  void aPartitionLosesWhatIsUnderWay() throws Exception {
    var a = nodes.start(A, probeA);
    nodes.connect(a, nodes.start(B, probeB));
    nodes.wan.setOneWayMicros(HERE, THERE, DELAY_MICROS);
    probeA.say(B, message(1));
    Nodes.await(probeA::hasSaidAll);
    nodes.wan.cut(A, B);
    Nodes.await(() -> a.counters().get(Meter.DROPPED_PARTITIONED) == 1);
  }

  @Test
  void halfOfARoundTripIsTheWayThere() {
    nodes.wan.emulate(RegionMatrix.load());
    var oregon = new RegionId("oregon");
    var taiwan = new RegionId("taiwan");
    assertEquals(59_000_000, nodes.wan.oneWayNanos(oregon, taiwan));
    assertEquals(59_000_000, nodes.wan.oneWayNanos(taiwan, oregon));
    assertEquals(0, nodes.wan.oneWayNanos(taiwan, taiwan));
  }

  private static Message message(int number) {
    return new MapRequest(new ShardId(3), number);
  }
}
