package meridian.harness.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Servers, and if wanted a coordinator of its own, as processes on loopback. Each server is in a
/// region of its own; the shards split the small letters.
public final class ServerCluster implements AutoCloseable {
  public static final String COORDINATOR = "coordinator";

  /// As many servers can there be.
  public static final int NODES_MAX = 6;

  private static final List<String> REGIONS =
      List.of("oregon", "belgium", "taiwan", "iowa", "montreal", "sydney");
  private static final int REPLICAS_USUAL = 3;

  private static final String LISTENS = "listens on";

  private final Processes processes;
  private final List<Integer> ports;
  private final int nodes;

  private ServerCluster(Processes processes, List<Integer> ports, int nodes) {
    this.processes = processes;
    this.ports = ports;
    this.nodes = nodes;
  }

  /// Writes the files and starts servers.
  ///
  /// @throws IOException if one of them does not come to listen
  public static ServerCluster start(Path folder, int nodes)
      throws IOException, InterruptedException {
    return start(folder, nodes, false);
  }

  /// The same, and a coordinator of its own.
  public static ServerCluster startWithCoordinator(Path folder, int nodes)
      throws IOException, InterruptedException {
    return start(folder, nodes, true);
  }

  private static ServerCluster start(Path folder, int nodes, boolean coordinator)
      throws IOException, InterruptedException {
    if (nodes < 1 || nodes > NODES_MAX) {
      throw new IllegalArgumentException("want 1 to " + NODES_MAX + " servers, not " + nodes);
    }
    List<Integer> ports = Processes.freePorts(nodes + (coordinator ? 1 : 0));
    ServerCluster cluster = new ServerCluster(new Processes(folder), ports, nodes);
    try {
      cluster.startAll(folder);
      return cluster;
    } catch (IOException | InterruptedException | RuntimeException failure) {
      cluster.close();
      throw failure;
    }
  }

  private void startAll(Path folder) throws IOException, InterruptedException {
    Files.writeString(folder.resolve("cluster.yaml"), clusterFile());
    for (int node = 1; node <= nodes; node++) {
      startNode(node);
    }
    if (ports.size() > nodes) {
      startCoordinator();
      processes.awaitSaid(COORDINATOR, LISTENS);
    }
    for (int node = 1; node <= nodes; node++) {
      processes.awaitSaid(name(node), LISTENS);
    }
  }

  private String clusterFile() {
    String members =
        IntStream.range(0, nodes)
            .mapToObj(
                i ->
                    "  - {id: %d, region: %s, host: 127.0.0.1, port: %d}\n"
                        .formatted(i + 1, REGIONS.get(i), ports.get(i)))
            .collect(Collectors.joining());
    int replicas = Math.min(REPLICAS_USUAL, nodes - (nodes + 1) % 2);
    return "cluster: e2e\nnodes:\n%sshards: {split: [g, n, t], replicas: %d}\n"
        .formatted(members, replicas);
  }

  /// How many servers it has, dead or alive.
  public int nodes() {
    return nodes;
  }

  /// What the process of a server is called, counted from 1.
  public static String name(int node) {
    return "n" + node;
  }

  public Processes processes() {
    return processes;
  }

  /// Starts a server, or starts it again from its files.
  public void startNode(int node) throws IOException {
    processes.start(
        name(node),
        "server",
        "--cluster",
        "cluster.yaml",
        "--node",
        String.valueOf(node),
        "--data",
        "data-" + node);
  }

  public void startCoordinator() throws IOException {
    processes.start(
        COORDINATOR,
        "coordinator",
        "--cluster",
        "cluster.yaml",
        "--region",
        REGIONS.getFirst(),
        "--listen",
        address(nodes + 1));
  }

  /// Where a server listens, or behind the servers the coordinator.
  public String address(int number) {
    return "127.0.0.1:" + ports.get(number - 1);
  }

  /// All addresses, one of them first.
  public String addresses(int first) {
    int count = ports.size();
    return IntStream.range(0, count)
        .mapToObj(i -> address((first - 1 + i) % count + 1))
        .collect(Collectors.joining(","));
  }

  @Override
  public void close() {
    processes.close();
  }
}
