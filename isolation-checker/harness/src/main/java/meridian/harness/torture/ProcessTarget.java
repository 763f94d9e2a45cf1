package meridian.harness.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import meridian.harness.cluster.ServerCluster;

/// Server processes of our own, with their files and logs in a folder that stays.
final class ProcessTarget implements Target {
  /// What can be done to it.
  static final List<Nemesis> NEMESES =
      List.of(Nemesis.KILL, Nemesis.KILL_ALL, Nemesis.PAUSE, Nemesis.PARTITION);

  private static final int LAST_WORDS = 400;

  private final ServerCluster cluster;

  private ProcessTarget(ServerCluster cluster) {
    this.cluster = cluster;
  }

  /// @param withLinks whether servers are to be cut off from one another
  static ProcessTarget start(Path folder, int nodes, boolean withLinks)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    return new ProcessTarget(
        withLinks
            ? ServerCluster.startWithLinks(folder, nodes)
            : ServerCluster.start(folder, nodes));
  }

  @Override
  public String about() {
    return cluster.nodes() + " server processes";
  }

  @Override
  public String endpoints(int client) {
    return cluster.addresses(1 + client % cluster.nodes());
  }

  @Override
  public Fault strike(Nemesis nemesis, Random random) throws IOException, InterruptedException {
    int node = 1 + random.nextInt(cluster.nodes());
    return switch (nemesis) {
      case KILL -> kill(List.of(node));
      case KILL_ALL -> kill(IntStream.rangeClosed(1, cluster.nodes()).boxed().toList());
      case PAUSE -> pause(ServerCluster.name(node));
      case PARTITION -> partition(node);
      case CLOCK -> throw new IllegalArgumentException("a process has the machine's clock");
    };
  }

  private Fault kill(List<Integer> nodes) throws InterruptedException {
    List<String> names = nodes.stream().map(ServerCluster::name).toList();
    for (String name : names) {
      cluster.processes().kill(name);
    }
    return new Fault(
        "kill -9 " + String.join(" ", names),
        () -> {
          for (int node : nodes) {
            cluster.startNode(node);
          }
        });
  }

  private Fault partition(int node) {
    cluster.cut(node);
    return new Fault("partition of " + ServerCluster.name(node), cluster::heal);
  }

  private Fault pause(String name) throws IOException, InterruptedException {
    cluster.processes().signal(name, "STOP");
    return new Fault("kill -STOP " + name, () -> cluster.processes().signal(name, "CONT"));
  }

  @Override
  public List<String> casualties() {
    List<String> casualties = new ArrayList<>();
    for (int node = 1; node <= cluster.nodes(); node++) {
      String name = ServerCluster.name(node);
      if (!cluster.processes().isAlive(name)) {
        casualties.add(name + " has ended by itself; its last words: " + lastWords(name));
      }
    }
    return casualties;
  }

  private String lastWords(String name) {
    try {
      String said = cluster.processes().said(name);
      return said.substring(Math.max(0, said.length() - LAST_WORDS)).strip();
    } catch (IOException unreadable) {
      return "unreadable, " + unreadable.getMessage();
    }
  }

  @Override
  public void close() {
    cluster.close();
  }
}
