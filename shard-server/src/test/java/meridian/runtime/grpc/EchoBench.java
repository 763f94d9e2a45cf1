package meridian.runtime.grpc;

import com.sun.management.OperatingSystemMXBean;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.Observed;
import meridian.model.RegionId;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.model.Value;
import meridian.model.Write;
import meridian.node.Effects;
import meridian.node.Input;
import meridian.node.Node;
import meridian.node.Now;
import meridian.participant.ParticipantMessage.MapRequest;
import meridian.participant.ParticipantMessage.PrepareTxn;
import meridian.runtime.Cluster;
import meridian.runtime.Meter;
import meridian.runtime.Meters;
import meridian.runtime.NodeDriver;
import meridian.runtime.Wan;

/// How many messages two nodes exchange in a second over loopback, through driver, codec, gRPC and
/// sockets. One opens with so many messages; whatever arrives is sent back, so that as many stay
/// under way. `EchoBench [small|prepare] [under way] [seconds] [event loops]`.
final class EchoBench {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final RegionId HERE = new RegionId("here");

  private EchoBench() {}

  public static void main(String[] args) throws Exception {
    Message message = args.length > 0 && args[0].equals("prepare") ? prepare() : small();
    int underWay = args.length > 1 ? Integer.parseInt(args[1]) : 256;
    int seconds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
    int loops = args.length > 3 ? Integer.parseInt(args[3]) : 1;
    Vertx vertx = NodeServer.vertx(loops);
    var b = start(vertx, B, new Echo(List.of()));
    var opening = java.util.Collections.nCopies(underWay, message);
    var a = start(vertx, A, new Echo(opening));
    var cluster =
        new Cluster(
            List.of(
                new Cluster.Member(A, HERE, "127.0.0.1", a.port()),
                new Cluster.Member(B, HERE, "127.0.0.1", b.port())));
    b.join(cluster).await();
    a.join(cluster).await();
    System.out.println(vertx.isNativeTransportEnabled() ? "native transport" : "NIO");
    var process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    Meters.Snapshot before = a.counters();
    long cpuNanos = process.getProcessCpuTime();
    for (int i = 0; i < seconds; i++) {
      Thread.sleep(Duration.ofSeconds(1));
      Meters.Snapshot now = a.counters();
      Meters.Snapshot second = now.since(before);
      before = now;
      long messages = second.get(Meter.MESSAGES_SENT) + second.get(Meter.MESSAGES_RECEIVED);
      long cpuNanosBefore = cpuNanos;
      cpuNanos = process.getProcessCpuTime();
      System.out.printf(
          Locale.ROOT,
          "%,d messages/s, %.2f us of CPU each (%.1f a frame, %.1f a turn, %,d bytes/s)%n",
          messages,
          (cpuNanos - cpuNanosBefore) / 1e3 / Math.max(1, messages),
          (double) second.get(Meter.MESSAGES_SENT) / Math.max(1, second.get(Meter.FRAMES_SENT)),
          (double) second.get(Meter.INPUTS) / Math.max(1, second.get(Meter.TURNS)),
          second.get(Meter.BYTES_SENT) + second.get(Meter.BYTES_RECEIVED));
    }
    System.out.println(a.peers() + " " + b.counters().counts());
    a.close().await();
    b.close().await();
    vertx.close().await();
  }

  private static NodeServer start(Vertx vertx, NodeId id, Node node) {
    var setup =
        new NodeServer.Setup(
            id, HERE, 1, 7, "127.0.0.1", 0, List.of(), NodeDriver.Settings.DEFAULT);
    return NodeServer.start(vertx, setup, node, Optional.empty(), new Wan(), NodeDriver.HALT)
        .await();
  }

  private static Message small() {
    return new MapRequest(new ShardId(3), 123_456);
  }

  /// What a transfer asks of a shard: two keys read, two values of 100 bytes written.
  private static Message prepare() {
    Key from = Key.utf8("account/000123");
    Key to = Key.utf8("account/000456");
    Value value = Value.wrap(new byte[100]);
    return new PrepareTxn(
        TxnPart.of(
            new TxnId(Timestamp.ofMillis(1_700_000_000_000L), 0x1234567890abcdefL, 77, 0),
            new ShardId(2),
            Timestamp.ofMillis(1_700_000_000_100L),
            Timestamp.ofMillis(1_700_000_010_000L),
            A,
            List.of(new ShardId(2), new ShardId(3)),
            List.of(
                new Observed(KeyRange.point(from), 1_000_000),
                new Observed(KeyRange.point(to), 1_000_100)),
            List.of(new Write.Put(from, value), new Write.Put(to, value))));
  }

  /// Opens once the other is there to answer, and sends back whatever comes.
  private static final class Echo implements Node {
    private final List<Message> opening;
    private boolean opened;
    private int ticks;

    Echo(List<Message> opening) {
      this.opening = opening;
      this.opened = opening.isEmpty();
    }

    @Override
    public void step(Input input, Now now, Effects out) {
      switch (input) {
        case Input.Deliver deliver -> out.send(deliver.from(), deliver.message());
        case Input.Tick tick -> {
          ticks++;
          if (!opened && ticks == 100) {
            opened = true;
            opening.forEach(message -> out.send(B, message));
          }
        }
        case Input.Flushed flushed -> {}
        case Input.DiskFull full -> {}
      }
    }

    @Override
    public void finish(Now now, Effects out) {}

    @Override
    public Timestamp clock(Now now) {
      return Timestamp.ofMicros(now.wallMicros());
    }
  }
}
