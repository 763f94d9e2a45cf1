package meridian.harness.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private final Optional<Links> links;

  private ServerCluster(
      Processes processes, List<Integer> ports, int nodes, Optional<Links> links) {
    this.processes = processes;
    this.ports = ports;
    this.nodes = nodes;
    this.links = links;
  }

  /// Writes the files and starts servers.
  ///
  /// @throws IOException if one of them does not come to listen
  public static ServerCluster start(Path folder, int nodes)
      throws IOException, InterruptedException {
    return start(folder, nodes, false, false);
  }

  /// The same, with the ways between them leading through this process, so that it can cut them.
  /// Needs all addresses of 127.0.0.0/16, which Linux has.
  public static ServerCluster startWithLinks(Path folder, int nodes)
      throws IOException, InterruptedException {
    return start(folder, nodes, false, true);
  }

  /// The same, and a coordinator of its own.
  public static ServerCluster startWithCoordinator(Path folder, int nodes)
      throws IOException, InterruptedException {
    return start(folder, nodes, true, false);
  }

  private static ServerCluster start(Path folder, int nodes, boolean coordinator, boolean withLinks)
      throws IOException, InterruptedException {
    if (nodes < 1 || nodes > NODES_MAX) {
      throw new IllegalArgumentException("want 1 to " + NODES_MAX + " servers, not " + nodes);
    }
    List<Integer> ports = Processes.freePorts(nodes + (coordinator ? 1 : 0));
    Optional<Links> links =
        withLinks ? Optional.of(Links.open(ports.subList(0, nodes))) : Optional.empty();
    ServerCluster cluster = new ServerCluster(new Processes(folder), ports, nodes, links);
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
      if (links.isPresent()) {
        Files.writeString(folder.resolve(hosts(node)), links.get().hosts(node));
      }
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
                    "  - {id: %d, region: %s, host: %s, port: %d}\n"
                        .formatted(i + 1, REGIONS.get(i), host(i + 1), ports.get(i)))
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

  private String host(int node) {
    return links.isPresent() ? Links.host(node) : "127.0.0.1";
  }

  private static String hosts(int node) {
    return "hosts-" + node;
  }

  /// Starts a server, or starts it again from its files.
  ///
  /// @param more arguments
  public void startNode(int node, String... more) throws IOException {
    // Its names are ours to resolve, by the JDK, which can be given a file, and not by Netty.
    Map<String, String> environment =
        links.isPresent()
            ? Map.of(
                "JDK_JAVA_OPTIONS",
                "-Dvertx.disableDnsResolver=true -Djdk.net.hosts.file=" + hosts(node))
            : Map.of();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "server",
                "--cluster",
                "cluster.yaml",
                "--node",
                String.valueOf(node),
                "--listen",
                address(node),
                "--data",
                "data-" + node));
    arguments.addAll(List.of(more));
    processes.start(name(node), environment, arguments.toArray(String[]::new));
  }

  /// Cuts a server off from all others; clients still reach it.
  ///
  /// @throws IllegalStateException if it was started without links
  public void cut(int node) {
    links.orElseThrow(() -> new IllegalStateException("there are no links to cut")).cut(node);
  }

  /// Mends all cuts.
  public void heal() {
    links.ifPresent(Links::heal);
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
    links.ifPresent(Links::close);
  }
}
