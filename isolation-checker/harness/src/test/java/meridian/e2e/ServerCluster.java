package meridian.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Three servers and a coordinator of its own, as processes.
final class ServerCluster implements AutoCloseable {
  static final int NODES = 3;
  static final String COORDINATOR = "coordinator";
  private static final List<String> REGIONS = List.of("oregon", "belgium", "taiwan");

  private final Processes processes;
  private final List<Integer> ports;

  private ServerCluster(Processes processes, List<Integer> ports) {
    this.processes = processes;
    this.ports = ports;
  }

  /// Writes the files and starts everything.
  static ServerCluster start(Path folder) throws IOException, InterruptedException {
    ServerCluster cluster =
        new ServerCluster(new Processes(folder), Processes.freePorts(NODES + 1));
    Files.writeString(folder.resolve("cluster.yaml"), cluster.clusterFile());
    for (int node = 1; node <= NODES; node++) {
      cluster.startNode(node);
    }
    cluster.startCoordinator();
    for (int node = 1; node <= NODES; node++) {
      cluster.processes.awaitSaid(name(node), "listens on");
    }
    cluster.processes.awaitSaid(COORDINATOR, "listens on");
    return cluster;
  }

  private String clusterFile() {
    String nodes =
        IntStream.range(0, NODES)
            .mapToObj(
                i ->
                    "  - {id: %d, region: %s, host: 127.0.0.1, port: %d}\n"
                        .formatted(i + 1, REGIONS.get(i), ports.get(i)))
            .collect(Collectors.joining());
    return "cluster: e2e\nnodes:\n" + nodes + "shards: {split: [g, n, t], replicas: 3}\n";
  }

  static String name(int node) {
    return "n" + node;
  }

  Processes processes() {
    return processes;
  }

  void startNode(int node) throws IOException {
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

  void startCoordinator() throws IOException {
    processes.start(
        COORDINATOR,
        "coordinator",
        "--cluster",
        "cluster.yaml",
        "--region",
        REGIONS.getFirst(),
        "--listen",
        address(NODES + 1));
  }

  /// Where a node listens, or behind the nodes the coordinator.
  String address(int number) {
    return "127.0.0.1:" + ports.get(number - 1);
  }

  /// All addresses, one of them first.
  String addresses(int first) {
    return IntStream.range(0, NODES + 1)
        .map(i -> (first - 1 + i) % (NODES + 1) + 1)
        .mapToObj(this::address)
        .collect(Collectors.joining(","));
  }

  @Override
  public void close() throws InterruptedException {
    processes.close();
  }
}
