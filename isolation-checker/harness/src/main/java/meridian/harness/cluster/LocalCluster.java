package meridian.harness.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import meridian.dev.DevCluster;
import meridian.dev.DevPlan;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.model.ShardId;
import meridian.paxos.FastPath;
import meridian.runtime.Cluster;
import meridian.server.ClusterFile;

/// Nodes in this process, each in a region of its own, on real files and streams; without the
/// delays of the wide area.
public final class LocalCluster implements AutoCloseable {
  private static final List<String> REGIONS =
      List.of("oregon", "belgium", "taiwan", "iowa", "montreal", "sydney");
  private static final int SHARDS = 4;
  private static final int REPLICAS_USUAL = 3;
  private static final long LEADERS_MILLIS_MAX = 30_000;
  private static final String HOST = "127.0.0.1";

  private final DevCluster cluster;
  private final ConcurrentLinkedQueue<String> failures;

  private LocalCluster(DevCluster cluster, ConcurrentLinkedQueue<String> failures) {
    this.cluster = cluster;
    this.failures = failures;
  }

  /// Starts nodes and waits until every shard has a leader.
  ///
  /// @param folder for their files
  public static LocalCluster start(Path folder, int nodes)
      throws IOException, InterruptedException {
    if (nodes < 1 || nodes > REGIONS.size()) {
      throw new IllegalArgumentException("want 1 to " + REGIONS.size() + " nodes, not " + nodes);
    }
    ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    DevPlan plan = new DevPlan(file(nodes), folder, Optional.empty(), new FastPath(true, 0, 0));
    DevCluster cluster =
        DevCluster.start(plan, why -> failures.add("a node could not go on: " + why));
    List<ShardId> without = cluster.awaitLeaders(LEADERS_MILLIS_MAX);
    if (!without.isEmpty()) {
      cluster.close();
      throw new IOException("nobody leads " + without);
    }
    return new LocalCluster(cluster, failures);
  }

  private static ClusterFile file(int nodes) {
    List<Cluster.Member> members = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      // Port 0: any that is free.
      members.add(new Cluster.Member(new NodeId(i + 1), new RegionId(REGIONS.get(i)), HOST, 0));
    }
    int replicas = Math.min(REPLICAS_USUAL, nodes - (nodes + 1) % 2);
    return ClusterFile.ofLetters("local", members, SHARDS, replicas);
  }

  /// To kill and restart nodes, to cut them off, and to make their clocks wrong.
  public DevCluster control() {
    return cluster;
  }

  /// The ids of all nodes, those that are down too.
  public List<NodeId> nodes() {
    return cluster.members().stream().map(Cluster.Member::id).toList();
  }

  /// All addresses, as a client wants them.
  public String endpoints() {
    return cluster.members().stream()
        .map(member -> member.host() + ":" + member.port())
        .collect(Collectors.joining(","));
  }

  /// Why nodes have stopped by themselves, if any have.
  public List<String> failures() {
    return List.copyOf(failures);
  }

  @Override
  public void close() {
    cluster.close();
  }
}
