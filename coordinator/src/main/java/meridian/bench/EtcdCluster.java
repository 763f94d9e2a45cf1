package meridian.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Three processes of etcd on loopback, with what etcd does by default, their files in a folder
/// that is gone afterwards.
final class EtcdCluster implements AutoCloseable {
  private static final int NODES = 3;
  private static final long START_SECONDS = 30;
  private static final Duration ASK = Duration.ofSeconds(2);

  private final Path folder;
  private final List<Child> children = new ArrayList<>();
  private final List<String> endpoints;

  private EtcdCluster(Path folder, List<String> endpoints) {
    this.folder = folder;
    this.endpoints = endpoints;
  }

  /// Starts them and waits until they take requests.
  ///
  /// @param parent where the folder is made
  static EtcdCluster start(Path parent) throws Trouble, IOException, InterruptedException {
    String program = program();
    List<String> urls =
        Folders.freePorts(2 * NODES).stream().map(port -> "http://127.0.0.1:" + port).toList();
    List<String> clients = urls.subList(0, NODES);
    List<String> peers = urls.subList(NODES, 2 * NODES);
    EtcdCluster cluster =
        new EtcdCluster(Files.createTempDirectory(parent, "etcd-"), List.copyOf(clients));
    try {
      for (int node = 0; node < NODES; node++) {
        cluster.start(program, node, clients.get(node), peers);
      }
      for (int node = 0; node < NODES; node++) {
        cluster.awaitHealth(node);
      }
      return cluster;
    } catch (Trouble | IOException | InterruptedException | RuntimeException failure) {
      cluster.close();
      throw failure;
    }
  }

  private static String program() throws Trouble {
    String path = System.getenv().getOrDefault("PATH", "");
    for (String place : path.split(":", -1)) {
      Path candidate = Path.of(place, "etcd");
      if (Files.isExecutable(candidate)) {
        return candidate.toString();
      }
    }
    throw new Trouble("there is no etcd here: install it, for example apt-get install etcd-server");
  }

  private void start(String program, int node, String client, List<String> peers)
      throws IOException {
    String members =
        IntStream.range(0, NODES)
            .mapToObj(i -> "node" + i + "=" + peers.get(i))
            .collect(Collectors.joining(","));
    String name = "node" + node;
    List<String> command = new ArrayList<>(List.of(program, "--name", name, "--data-dir"));
    command.add(folder.resolve(name).toString());
    command.addAll(List.of("--listen-client-urls", client, "--advertise-client-urls", client));
    command.addAll(List.of("--listen-peer-urls", peers.get(node)));
    command.addAll(List.of("--initial-advertise-peer-urls", peers.get(node)));
    command.addAll(List.of("--initial-cluster", members, "--initial-cluster-state", "new"));
    command.addAll(List.of("--logger", "zap", "--log-level", "error"));
    children.add(Child.start(command, folder.resolve(name + ".log"), false));
  }

  private void awaitHealth(int node) throws Trouble, InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(START_SECONDS).toNanos();
    URI health = URI.create(endpoints.get(node) + "/health");
    try (HttpClient http = HttpClient.newHttpClient()) {
      while (!isHealthy(http, health)) {
        Child child = children.get(node);
        if (!child.isAlive() || System.nanoTime() > end) {
          throw new Trouble("etcd does not start:\n" + child.lastWords());
        }
        Thread.sleep(100);
      }
    }
  }

  private static boolean isHealthy(HttpClient http, URI health) throws InterruptedException {
    try {
      HttpRequest ask = HttpRequest.newBuilder(health).timeout(ASK).build();
      String answer = http.send(ask, HttpResponse.BodyHandlers.ofString()).body();
      return answer.contains("\"health\":\"true\"");
    } catch (IOException notYet) {
      return false;
    }
  }

  /// Where they take clients, as `http://host:port`.
  List<String> endpoints() {
    return endpoints;
  }

  List<ProcessHandle> processes() {
    return children.stream().map(child -> child.process().toHandle()).toList();
  }

  @Override
  public void close() {
    children.forEach(Child::close);
    Folders.delete(folder);
  }
}
