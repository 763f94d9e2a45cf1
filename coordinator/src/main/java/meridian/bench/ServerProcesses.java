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
import java.util.concurrent.TimeUnit;
import meridian.runtime.Meters;

/// A cluster of server processes on loopback, as `meridian server` runs them, with their files in a
/// folder that is gone afterwards.
final class ServerProcesses implements Target {
  private static final String MAIN = "meridian.Main";
  private static final long START_SECONDS = 60;
  private static final long LOOK_MILLIS = 100;
  private static final Duration ASK = Duration.ofSeconds(5);
  private static final int FIT = 200;

  private final Path folder;
  private final List<Integer> ports;
  private final List<Child> children = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();

  /// @param ports of each node, then those of each node's health
  private ServerProcesses(Path folder, List<Integer> ports) {
    this.folder = folder;
    this.ports = ports;
  }

  /// Starts them and waits until each says that clients may come.
  ///
  /// @param parent where the folder is made
  static ServerProcesses start(Layout layout, Path parent)
      throws Trouble, IOException, InterruptedException {
    ServerProcesses servers =
        new ServerProcesses(
            Files.createTempDirectory(parent, "meridian-"), Folders.freePorts(2 * layout.nodes()));
    try {
      layout.write(servers.folder, servers.ports);
      for (int node = 0; node < layout.nodes(); node++) {
        servers.start(node, servers.ports.get(layout.nodes() + node));
      }
      for (int node = 0; node < layout.nodes(); node++) {
        servers.awaitFit(node);
      }
      return servers;
    } catch (Trouble | IOException | InterruptedException | RuntimeException failure) {
      servers.close();
      throw failure;
    }
  }

  private void start(int node, int health) throws IOException {
    Path config = folder.resolve("node" + (node + 1) + ".yaml");
    Files.writeString(
        config,
        """
        node: %d
        cluster: cluster.yaml
        data: node%d
        health: 127.0.0.1:%d
        """
            .formatted(node + 1, node + 1, health));
    List<String> command = new ArrayList<>(Child.java());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    command.addAll(List.of("server", "--config", config.toString()));
    children.add(Child.start(command, folder.resolve("node" + (node + 1) + ".log"), false));
  }

  private void awaitFit(int node) throws Trouble, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (!isFit(node)) {
      Child child = children.get(node);
      if (!child.isAlive() || System.nanoTime() > end) {
        throw new Trouble("node %d does not start:%n%s".formatted(node + 1, child.lastWords()));
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private boolean isFit(int node) throws InterruptedException {
    try {
      return ask(node, "/healthz").statusCode() == FIT;
    } catch (IOException notYet) {
      return false;
    }
  }

  private HttpResponse<String> ask(int node, String path) throws IOException, InterruptedException {
    int port = ports.get(children.size() + node);
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    return http.send(
        HttpRequest.newBuilder(uri).timeout(ASK).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public List<String> endpoints() {
    return ports.subList(0, children.size()).stream().map(port -> "127.0.0.1:" + port).toList();
  }

  @Override
  public List<Meters.Snapshot> meters() {
    List<Meters.Snapshot> all = new ArrayList<>();
    try {
      for (int node = 0; node < children.size(); node++) {
        all.add(Meters.Snapshot.ofText(ask(node, "/metrics").body()));
      }
      return all;
    } catch (IOException unreachable) {
      throw new IllegalStateException("a server does not say what it has counted", unreachable);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  @Override
  public List<ProcessHandle> processes() {
    return children.stream().map(child -> child.process().toHandle()).toList();
  }

  @Override
  public void close() {
    children.forEach(child -> child.process().destroy());
    children.forEach(Child::close);
    http.close();
    Folders.delete(folder);
  }
}
