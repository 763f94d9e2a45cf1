package meridian.server;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import meridian.model.NodeId;
import meridian.runtime.NodeDriver;
import meridian.runtime.PeerStatus;
import meridian.runtime.Wan;
import meridian.runtime.grpc.NodeServer;

/// A process that is one node: starts it, says so, and waits until it is told to stop.
final class Process {
  private static final long HAND_OVER_MILLIS = 1_500;
  private static final long LOOK_MILLIS = 20;

  private final NodeConfig config;
  private final PrintWriter out;

  Process(NodeConfig config, PrintWriter out) {
    this.config = config;
    this.out = out;
  }

  /// Runs until the process is told to end; then lets others lead, stops, and ends with 0.
  ///
  /// @throws IOException if an address cannot be listened on
  /// @throws meridian.storage.StoreUnusable if the data directory cannot be used
  void run() throws IOException, InterruptedException {
    Logging.toStandardError();
    Vertx vertx = NodeServer.vertx(2);
    Wan wan = new Wan();
    config.delays().ifPresent(wan::emulate);
    HostedNode node;
    Optional<Health> health;
    try {
      node = HostedNode.start(vertx, config, wan, List.of(), NodeDriver.HALT);
      health =
          config.health().isPresent()
              ? Optional.of(Health.start(vertx, config.health().get(), node))
              : Optional.empty();
    } catch (IOException | RuntimeException failure) {
      vertx.close();
      throw failure;
    }
    node.join(config.cluster().cluster());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(node), "meridian-stop"));
    announce(node, health);
    new CountDownLatch(1).await();
  }

  private void announce(HostedNode node, Optional<Health> health) {
    out.println(
        "meridian: "
            + config.title()
            + " of cluster "
            + config.cluster().name()
            + " listens on "
            + new HostPort(config.listen().host(), node.server().port())
            + (config.listen().isLoopback()
                ? ""
                : ", without TLS: anybody who reaches it may use it"));
    config
        .data()
        .ifPresent(
            data ->
                out.println(
                    "meridian: %d shards here, data in %s"
                        .formatted(node.view().replicas().size() - hostsDirectory(node), data)));
    for (String finding : node.logDamages()) {
      out.println("meridian: in its log " + finding + "; it is fetched from the other replicas");
    }
    health.ifPresent(
        h ->
            out.println(
                "meridian: health at http://"
                    + new HostPort(config.health().orElseThrow().host(), h.port())
                    + "/healthz"));
    out.flush();
  }

  private static int hostsDirectory(HostedNode node) {
    return node.view().replica(meridian.model.ShardId.DIRECTORY).isPresent() ? 1 : 0;
  }

  /// Clients wait least if somebody else leads before this node goes.
  private void stop(HostedNode node) {
    try {
      handOver(node);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    node.crash();
    out.println("meridian: " + config.title() + " has stopped");
    out.flush();
    // Otherwise a signal would be what the exit code tells of.
    Runtime.getRuntime().halt(ExitCode.OK);
  }

  private static void handOver(HostedNode node) throws InterruptedException {
    Map<NodeId, PeerStatus> peers = node.server().peers();
    for (NodeView.Replica replica : node.led()) {
      replica.members().stream()
          .filter(member -> peers.containsKey(member) && peers.get(member).connected())
          .findFirst()
          .ifPresent(heir -> node.transferLeader(node.server().self(), replica.shard(), heir));
    }
    boolean alone = peers.values().stream().noneMatch(PeerStatus::connected);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(alone ? 0 : HAND_OVER_MILLIS);
    while (!node.led().isEmpty() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }
}
