package meridian.dev;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import meridian.coordinate.Patience;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.paxos.Ballot;
import meridian.runtime.Cluster;
import meridian.runtime.NodeDriver;
import meridian.runtime.Wan;
import meridian.runtime.grpc.NodeServer;
import meridian.server.ClusterFile;
import meridian.server.HostPort;
import meridian.server.HostedNode;
import meridian.server.NodeConfig;
import meridian.server.NodeView;
import meridian.shard.Tuning;

/// A cluster of nodes in this process. Any thread may call.
public final class DevCluster implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final long HEADROOM_BYTES = 64L << 20;
  private static final long MICROS_PER_MILLI = 1_000;
  private static final long LOOK_MILLIS = 20;

  private final DevPlan plan;
  private final NodeDriver.Fatal fatal;
  private final Vertx vertx;
  private final Wan wan = new Wan();

  /// Where the nodes listen. They keep their ports for as long as this lives.
  private Cluster addresses;

  private final NavigableMap<NodeId, HostedNode> running = new TreeMap<>();

  /// How wrong each clock has been made, in milliseconds; a node that returns is as wrong as
  /// before.
  private final Map<NodeId, Long> clockOffsets = new TreeMap<>();

  private DevCluster(DevPlan plan, NodeDriver.Fatal fatal) {
    this.plan = plan;
    this.fatal = fatal;
    this.vertx = NodeServer.vertx(plan.cluster().nodes().size());
    this.addresses = plan.cluster().cluster();
    plan.delays().ifPresent(wan::emulate);
  }

  /// Starts all nodes of a plan.
  ///
  /// @param fatal told if a node cannot go on
  /// @throws IOException if a port cannot be had
  /// @throws meridian.storage.StoreUnusable if a data directory cannot be used
  public static DevCluster start(DevPlan plan, NodeDriver.Fatal fatal) throws IOException {
    DevCluster cluster = new DevCluster(plan, fatal);
    try {
      cluster.startAll();
      return cluster;
    } catch (IOException | RuntimeException failure) {
      cluster.close();
      throw failure;
    }
  }

  private synchronized void startAll() throws IOException {
    List<Cluster.Member> listening = new ArrayList<>();
    for (Cluster.Member member : addresses.members()) {
      HostedNode node = start(member);
      listening.add(new Cluster.Member(member.id(), member.region(), HOST, node.server().port()));
    }
    addresses = new Cluster(listening);
    for (HostedNode node : running.values()) {
      node.join(addresses);
    }
  }

  private HostedNode start(Cluster.Member member) throws IOException {
    NodeConfig config =
        new NodeConfig(
            plan.cluster(),
            Optional.of(member.id()),
            member.region(),
            Optional.of(folder(plan.data(), member.id())),
            new HostPort(HOST, member.port()),
            Optional.empty(),
            plan.delays(),
            Tuning.DEFAULT.withFastPath(plan.fastPath()),
            Patience.DEFAULT,
            HEADROOM_BYTES,
            "");
    HostedNode node = HostedNode.start(vertx, config, wan, List.of(), fatal);
    running.put(member.id(), node);
    node.server().clock().setWallOffsetMicros(clockOffset(member.id()) * MICROS_PER_MILLI);
    return node;
  }

  /// Where a node's files are.
  public static Path folder(Path data, NodeId node) {
    return data.resolve(node.toString());
  }

  public DevPlan plan() {
    return plan;
  }

  /// The cluster file with the ports that the nodes listen on.
  public synchronized ClusterFile clusterFile() {
    return plan.cluster().at(addresses);
  }

  /// All nodes, those that are down too.
  public synchronized List<Cluster.Member> members() {
    return addresses.members();
  }

  public synchronized Optional<HostedNode> node(NodeId id) {
    return Optional.ofNullable(running.get(id));
  }

  public synchronized List<HostedNode> nodes() {
    return List.copyOf(running.values());
  }

  public Wan wan() {
    return wan;
  }

  // ---- breaking things

  /// Crashes a node: what it had not made durable is lost, its files stay.
  ///
  /// @return whether it was running
  public synchronized boolean kill(NodeId id) {
    Optional<HostedNode> node = Optional.ofNullable(running.remove(id));
    node.ifPresent(HostedNode::crash);
    return node.isPresent();
  }

  /// Starts a node that was killed, from its files.
  ///
  /// @return whether it was down
  /// @throws IllegalArgumentException if the cluster has no such node
  public synchronized boolean restart(NodeId id) throws IOException {
    Cluster.Member member =
        addresses.members().stream()
            .filter(m -> m.id().equals(id))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("there is no node " + id));
    if (running.containsKey(id)) {
      return false;
    }
    start(member).join(addresses);
    return true;
  }

  public synchronized long clockOffset(NodeId id) {
    return clockOffsets.getOrDefault(id, 0L);
  }

  /// Makes a node's wall clock wrong by so many milliseconds.
  public synchronized void setClockOffset(NodeId id, long millis) {
    clockOffsets.put(id, millis);
    node(id)
        .ifPresent(node -> node.server().clock().setWallOffsetMicros(millis * MICROS_PER_MILLI));
  }

  // ---- looking

  /// Who leads a shard and takes work, if anyone does.
  public Optional<NodeId> leader(ShardId shard) {
    Ballot highest = Ballot.ZERO;
    Optional<NodeId> leader = Optional.empty();
    for (HostedNode node : nodes()) {
      Optional<NodeView.Replica> replica = node.view().replica(shard);
      if (replica.isPresent()
          && replica.get().serves()
          && replica.get().ballot().isAbove(highest)) {
        highest = replica.get().ballot();
        leader = Optional.of(node.server().self());
      }
    }
    return leader;
  }

  /// Waits until every shard has a leader.
  ///
  /// @return those that have none after so long
  public List<ShardId> awaitLeaders(long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    List<ShardId> without = withoutLeader();
    while (!without.isEmpty() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      without = withoutLeader();
    }
    return without;
  }

  private List<ShardId> withoutLeader() {
    return plan.cluster().layout().shards().stream()
        .map(ShardMap.Shard::id)
        .filter(shard -> leader(shard).isEmpty())
        .toList();
  }

  /// Asks the leader of a shard to let a node lead instead.
  ///
  /// @return whether there was a leader to ask
  public boolean transferLeader(ShardId shard, NodeId to) {
    Optional<NodeId> leader = leader(shard);
    leader.flatMap(this::node).ifPresent(node -> node.transferLeader(leader.get(), shard, to));
    return leader.isPresent();
  }

  /// Stops everything. The files stay.
  @Override
  public synchronized void close() {
    running.values().forEach(HostedNode::crash);
    running.clear();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
