package meridian.runtime.grpc;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.runtime.Cluster;
import meridian.runtime.Meter;
import meridian.runtime.NodeDriver;
import meridian.runtime.Wan;

/// Real nodes on real sockets of this machine, one Vert.x, each with a [Probe] for a node.
@SuppressWarnings("try") // an interrupted test may well end with that exception
final class Nodes implements AutoCloseable {
  static final long CLUSTER = 0xfeedL;
  static final String HOST = "127.0.0.1";

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  final Vertx vertx = NodeServer.vertx(2);
  final Wan wan = new Wan();
  final BlockingQueue<Throwable> fatal = new LinkedBlockingQueue<>();
  private final List<NodeServer> started = new ArrayList<>();

  static RegionId region(NodeId node) {
    return new RegionId("region-" + node);
  }

  NodeServer start(NodeId id, Probe probe) throws Exception {
    return start(id, probe, CLUSTER, 0, NodeDriver.Settings.DEFAULT);
  }

  NodeServer start(NodeId id, Probe probe, long cluster, int port, NodeDriver.Settings settings)
      throws Exception {
    var setup = new NodeServer.Setup(id, region(id), 1, cluster, HOST, port, List.of(), settings);
    NodeServer server =
        NodeServer.start(vertx, setup, probe, Optional.empty(), wan, fatal::add)
            .await(10, TimeUnit.SECONDS);
    started.add(server);
    return server;
  }

  /// Makes each dial all others, and waits until all are connected.
  void connect(NodeServer... servers) throws Exception {
    List<Cluster.Member> members = new ArrayList<>();
    for (NodeServer server : servers) {
      members.add(member(server));
    }
    for (NodeServer server : servers) {
      server.join(new Cluster(members)).await(10, TimeUnit.SECONDS);
    }
    for (NodeServer server : servers) {
      long streams = 2L * (servers.length - 1);
      await(() -> server.counters().get(Meter.STREAMS_OPENED) >= streams);
    }
  }

  static Cluster.Member member(NodeServer server) {
    return new Cluster.Member(server.self(), region(server.self()), HOST, server.port());
  }

  static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "waited in vain");
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Override
  public void close() throws Exception {
    for (NodeServer server : started) {
      server.close().await(10, TimeUnit.SECONDS);
    }
    vertx.close().await(10, TimeUnit.SECONDS);
  }
}
