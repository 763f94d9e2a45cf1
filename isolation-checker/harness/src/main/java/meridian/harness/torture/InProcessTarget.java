package meridian.harness.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import meridian.harness.cluster.LocalCluster;
import meridian.model.NodeId;

/// Nodes in this process, which can be cut off from one another and whose clocks can be wrong.
///
/// @param cluster started, and ours to close
record InProcessTarget(LocalCluster cluster) implements Target {
  /// What can be done to it.
  static final List<Nemesis> NEMESES =
      List.of(Nemesis.KILL, Nemesis.KILL_ALL, Nemesis.PARTITION, Nemesis.CLOCK);

  private static final int CLOCK_MILLIS_MAX = 500;

  static InProcessTarget start(Path folder, int nodes) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    return new InProcessTarget(LocalCluster.start(folder, nodes));
  }

  @Override
  public String about() {
    return cluster.nodes().size() + " nodes in this process";
  }

  @Override
  public String endpoints(int client) {
    List<String> rotated = new ArrayList<>(Arrays.asList(cluster.endpoints().split(",", -1)));
    Collections.rotate(rotated, client);
    return String.join(",", rotated);
  }

  @Override
  public Fault strike(Nemesis nemesis, Random random) {
    NodeId node = cluster.nodes().get(random.nextInt(cluster.nodes().size()));
    return switch (nemesis) {
      case KILL -> kill(List.of(node));
      case KILL_ALL -> kill(cluster.nodes());
      case PARTITION -> partition(node);
      case CLOCK -> clock(node, random.nextInt(-CLOCK_MILLIS_MAX, CLOCK_MILLIS_MAX + 1));
      case PAUSE -> throw new IllegalArgumentException("a node in this process cannot be stopped");
    };
  }

  private Fault kill(List<NodeId> nodes) {
    nodes.forEach(cluster.control()::kill);
    return new Fault(
        "crash of " + nodes,
        () -> {
          for (NodeId node : nodes) {
            cluster.control().restart(node);
          }
        });
  }

  private Fault partition(NodeId lonely) {
    cluster.nodes().stream()
        .filter(other -> !other.equals(lonely))
        .forEach(other -> cluster.control().wan().partition(lonely, other));
    return new Fault("partition of " + lonely, cluster.control().wan()::heal);
  }

  private Fault clock(NodeId node, int millis) {
    cluster.control().setClockOffset(node, millis);
    return new Fault(
        "clock of %s wrong by %+d ms".formatted(node, millis),
        () -> cluster.control().setClockOffset(node, 0));
  }

  @Override
  public List<String> casualties() {
    return cluster.failures();
  }

  @Override
  public void close() {
    cluster.close();
  }
}
