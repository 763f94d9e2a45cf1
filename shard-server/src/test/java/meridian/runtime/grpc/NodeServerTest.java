package meridian.runtime.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.BindException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import meridian.model.Key;
import meridian.model.Limits;
import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.model.ShardId;
import meridian.model.Value;
import meridian.participant.ParticipantMessage.MapRequest;
import meridian.paxos.PaxosMessage.RepairRow;
import meridian.runtime.Cluster;
import meridian.runtime.Meter;
import meridian.runtime.NodeDriver;
import meridian.storage.SnapshotRow;
import meridian.storage.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Nodes that talk over loopback.
class NodeServerTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId COORDINATOR = new NodeId(0xabcdef0123456789L);

  private final Nodes nodes = new Nodes();
  private final Probe probeA = new Probe();
  private final Probe probeB = new Probe();

  @AfterEach
  void close() throws Exception {
    nodes.close();
  }

  @Test
  void messagesArriveInOrderWithTheSendersClock() throws Exception {
    nodes.connect(nodes.start(A, probeA), nodes.start(B, probeB));
    for (int i = 0; i < 1_000; i++) {
      probeA.say(B, message(i));
      probeB.say(A, message(-i));
    }
    for (int i = 0; i < 1_000; i++) {
      probeB.hears(A, message(i));
      var heard = probeA.hear();
      assertEquals(message(-i), heard.message());
      assertEquals(Probe.CLOCK, heard.sent());
    }
  }

  @Test
  void whatIsSaidInOneTurnLeavesAsOneFrame() throws Exception {
    var a = nodes.start(A, probeA);
    nodes.connect(a, nodes.start(B, probeB));
    for (int i = 0; i < 1_000; i++) {
      probeA.say(B, message(i));
    }
    for (int i = 0; i < 1_000; i++) {
      probeB.hears(A, message(i));
    }
    long frames = a.counters().get(Meter.FRAMES_SENT);
    assertTrue(frames < 500, "took " + frames + " frames");
  }

  @Test
  void aCoordinatorThatDialsInIsAnsweredOnItsStream() throws Exception {
    var server = nodes.start(A, probeA);
    var coordinator = nodes.start(COORDINATOR, probeB);
    coordinator.join(new Cluster(List.of(Nodes.member(server)))).await(10, TimeUnit.SECONDS);
    Nodes.await(() -> coordinator.counters().get(Meter.STREAMS_OPENED) == 1);

    probeB.say(A, message(1));
    probeA.hears(COORDINATOR, message(1));
    probeA.say(COORDINATOR, message(2));
    probeB.hears(A, message(2));
  }

  @Test
  void theLargestMessagesPassAndLargerOnesAreDroppedAlone() throws Exception {
    var a = nodes.start(A, probeA);
    nodes.connect(a, nodes.start(B, probeB));
    Message large = row(31);
    probeA.say(B, large);
    probeA.say(B, row(33));
    probeA.say(B, message(1));
    probeB.hears(A, large);
    probeB.hears(A, message(1));
    assertEquals(1, a.counters().get(Meter.DROPPED_TOO_LARGE));
  }

  @Test
  void aMessageForNobodyIsDroppedAndCounted() throws Exception {
    var a = nodes.start(A, probeA);
    probeA.say(B, message(1));
    Nodes.await(() -> a.counters().get(Meter.DROPPED_NO_ROUTE) == 1);
  }

  @Test
  void aNodeThatReturnsIsFoundAgain() throws Exception {
    var a = nodes.start(A, probeA);
    var b = nodes.start(B, probeB);
    nodes.connect(a, b);
    int port = b.port();
    b.close().await(10, TimeUnit.SECONDS);
    Nodes.await(() -> !a.peers().get(B).connected());

    var probeAgain = new Probe();
    var again = nodes.start(B, probeAgain, Nodes.CLUSTER, port, NodeDriver.Settings.DEFAULT);
    again.join(new Cluster(List.of(Nodes.member(a)))).await(10, TimeUnit.SECONDS);
    Nodes.await(() -> a.peers().get(B).connected());
    Nodes.await(() -> again.peers().get(A).connected());
    probeA.say(B, message(1));
    probeAgain.hears(A, message(1));
    probeAgain.say(A, message(2));
    probeA.hears(B, message(2));
  }

  @Test
  void aPeerThatCannotBeResolvedIsNoReasonNotToTalkToOthers() throws Exception {
    var a = nodes.start(A, probeA);
    var b = nodes.start(B, probeB);
    var nowhere = new NodeId(3);
    var gone = new NodeId(4);
    a.join(
            new Cluster(
                List.of(
                    new Cluster.Member(nowhere, new RegionId("x"), "no-such-host.invalid", 1),
                    new Cluster.Member(gone, new RegionId("x"), Nodes.HOST, 1),
                    Nodes.member(b))))
        .await(10, TimeUnit.SECONDS);
    Nodes.await(() -> a.peers().get(B).connected());
    probeA.say(B, message(1));
    probeB.hears(A, message(1));
    Nodes.await(() -> a.peers().get(nowhere).trouble().contains("no-such-host.invalid"));
    Nodes.await(() -> a.peers().get(gone).trouble().contains("refused"));
  }

  @Test
  void whoHasAnotherClusterFileIsRefusedAndToldSo() throws Exception {
    var a = nodes.start(A, probeA);
    var b = nodes.start(B, probeB, 0xbadL, 0, NodeDriver.Settings.DEFAULT);
    b.join(new Cluster(List.of(Nodes.member(a)))).await(10, TimeUnit.SECONDS);
    Nodes.await(
        () ->
            b.peers()
                .get(A)
                .trouble()
                .contains("n1 and n2 were started with different cluster files"));
    assertTrue(a.counters().get(Meter.STREAMS_REFUSED) >= 1);
    assertEquals(0, a.counters().get(Meter.STREAMS_OPENED));
  }

  @Test
  void aSecondNodeOfTheSameNumberIsRefusedAndToldSo() throws Exception {
    var a = nodes.start(A, probeA);
    var b = nodes.start(B, probeB);
    var impostor = nodes.start(A, new Probe());
    impostor
        .join(
            new Cluster(
                List.of(
                    Nodes.member(b),
                    new Cluster.Member(B, new RegionId("x"), Nodes.HOST, a.port()))))
        .await(10, TimeUnit.SECONDS);
    Nodes.await(() -> impostor.peers().get(B).trouble().contains("n1 is there already"));
  }

  @Test
  void whoAnswersForAnotherIsHungUpOn() throws Exception {
    var a = nodes.start(A, probeA);
    var b = nodes.start(B, probeB);
    var wrong = new Cluster.Member(new NodeId(3), new RegionId("x"), Nodes.HOST, b.port());
    a.join(new Cluster(List.of(wrong))).await(10, TimeUnit.SECONDS);
    Nodes.await(() -> a.peers().get(wrong.id()).trouble().contains("n3 should be at"));
    assertTrue(a.peers().get(wrong.id()).trouble().contains("but n2 is"));
  }

  @Test
  void aPortInUseIsNamed() throws Exception {
    var a = nodes.start(A, probeA);
    var refusal =
        assertThrows(
            BindException.class,
            () -> nodes.start(B, probeB, Nodes.CLUSTER, a.port(), NodeDriver.Settings.DEFAULT));
    assertTrue(
        String.valueOf(refusal.getMessage()).startsWith("cannot listen on 127.0.0.1:" + a.port()),
        refusal::getMessage);
  }

  @Test
  void aNodeThatIsWrongAboutItselfFallsSilent() throws Exception {
    var a = nodes.start(A, probeA);
    var b = nodes.start(B, probeB);
    nodes.connect(a, b);
    var why = new IllegalStateException("broken");
    probeA.broken = Optional.of(why);
    assertSame(why, nodes.fatal.poll(10, TimeUnit.SECONDS));
    Nodes.await(() -> !b.peers().get(A).connected());
  }

  private static Message message(int number) {
    return new MapRequest(new ShardId(3), number);
  }

  private static Message row(int mebibytes) {
    var value = Value.wrap(new byte[Limits.VALUE_BYTES_MAX]);
    var version = new Version(Probe.CLOCK, 1, Optional.of(value));
    var versions = Collections.nCopies(mebibytes, version);
    return new RepairRow(new ShardId(1), 1, new SnapshotRow(Key.utf8("k"), versions), Probe.CLOCK);
  }
}
