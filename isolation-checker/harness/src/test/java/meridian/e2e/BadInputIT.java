package meridian.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import meridian.harness.cluster.Processes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// What a person can do wrong at the start of a server and in a shell: each is named, with the
/// remedy, by the right exit code, and changes nothing.
@Timeout(120)
class BadInputIT {
  private static final int USAGE = 64;
  private static final int UNAVAILABLE = 69;
  private static final int CANNOT_CREATE = 73;
  private static final int CONFIG = 78;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private Processes processes;
  private int port;

  @BeforeEach
  void chooseAPort() throws IOException {
    processes = new Processes(folder);
    port = Processes.freePorts(1).getFirst();
    writeCluster("one", "");
  }

  @AfterEach
  void endWhatRuns() {
    processes.close();
  }

  /// A cluster of one node, so that one process is a whole store.
  private void writeCluster(String name, String more) throws IOException {
    Files.writeString(
        folder.resolve(name + ".yaml"),
        "cluster: %s\nnodes:\n  - {id: 1, region: oregon, host: 127.0.0.1, port: %d}\n%s"
            .formatted(name, port, more));
  }

  private void refused(int code, List<String> reasons, String... arguments) throws Exception {
    refused(code, reasons, Map.of(), arguments);
  }

  private void refused(
      int code, List<String> reasons, Map<String, String> environment, String... arguments)
      throws Exception {
    Files.deleteIfExists(processes.log("refused"));
    processes.start("refused", environment, arguments);
    int ended = processes.exitCode("refused");
    String said = processes.said("refused");
    assertEquals(code, ended, said);
    reasons.forEach(reason -> assertTrue(said.contains(reason), () -> reason + " in\n" + said));
    assertFalse(said.contains("\tat "), () -> "a stack trace is no explanation:\n" + said);
  }

  private String[] server(String cluster, String... more) {
    List<String> arguments =
        new java.util.ArrayList<>(
            List.of("server", "--cluster", cluster + ".yaml", "--node", "1", "--data", "data"));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  @Test
  void anUnknownKeyAWrongValueAndADuplicateNodeAreNamedWithTheirLine() throws Exception {
    writeCluster("unknown", "shard: 4\n");
    refused(CONFIG, List.of("unknown.yaml:4", "unknown key 'shard'"), server("unknown"));
    writeCluster("twice", "  - {id: 1, region: belgium, host: 127.0.0.1, port: 9999}\n");
    refused(CONFIG, List.of("twice.yaml:4", "1 is there twice"), server("twice"));
    writeCluster("wrong", "shards: {count: many}\n");
    refused(CONFIG, List.of("wrong.yaml:4", "'many' is not a whole number"), server("wrong"));
    refused(CONFIG, List.of("absent.yaml", "there is no such file"), server("absent"));
    refused(
        CONFIG,
        List.of("MERIDIAN_NODE", "has no node 7"),
        Map.of("MERIDIAN_NODE", "7"),
        "server",
        "--cluster",
        "one.yaml",
        "--data",
        "data");
    refused(USAGE, List.of("Unknown options: '--nodes'"), server("one", "--nodes", "3"));
    assertFalse(Files.exists(folder.resolve("data")), "a refused server has made its directory");
  }

  @Test
  void whatListensBeyondLoopbackWantsAWord() throws Exception {
    refused(
        CONFIG, List.of("no TLS yet", "--insecure"), server("one", "--listen", "0.0.0.0:" + port));
  }

  @Test
  void aTakenPortIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertTrue(taken.isBound());
      refused(UNAVAILABLE, List.of(String.valueOf(port)), server("one"));
    }
  }

  @Test
  void aDataDirectoryServesOneProcessOfItsOwnNodeInItsOwnFormat() throws Exception {
    processes.start("n1", server("one"));
    processes.awaitSaid("n1", "listens on");
    refused(CANNOT_CREATE, List.of("data", "in use by another process"), server("one"));
    processes.kill("n1");

    writeCluster("other", "");
    refused(CANNOT_CREATE, List.of("belongs to another node", "cluster other"), server("other"));
    Path format = folder.resolve("data/FORMAT");
    String before = Files.readString(format);
    Files.writeString(format, "meridian-data 99\n");
    refused(
        CANNOT_CREATE,
        List.of("'meridian-data 99'", "Start the version that wrote it"),
        server("one"));
    Files.writeString(format, before);
    processes.start("n1", server("one"));
    processes.awaitSaid("n1", "listens on");
  }

  /// In a shell: code 1 for what can never work, 64 for what is not understood, and nothing of it
  /// happens.
  @Test
  void aShellSaysWhatCannotBeDone() throws Exception {
    processes.start("n1", server("one"));
    processes.awaitSaid("n1", "listens on");
    String long_key = "k".repeat(5_000);
    String large = "v".repeat(110_000);
    shell(1, List.of("the key is empty", "1 to 4096 bytes"), "put '' 1");
    shell(1, List.of("5000 bytes", "the limit is 4096"), "put " + long_key + " 1");
    shell(1, List.of("ends before it starts", "reverse"), "scan z a");
    shell(1, List.of("not a number of 64 bits"), "put text x; add text 1");
    shell(USAGE, List.of("limit", "-3"), "scan limit -3");
    shell(USAGE, List.of("no command 'pt'", "\\help"), "pt a 1");
    shell(0, List.of(), "put large " + large);
    shell(0, List.of("text"), "scan");
    refused(
        UNAVAILABLE,
        List.of("127.0.0.1:1"),
        "shell",
        "--connect",
        "127.0.0.1:1",
        "--timeout",
        "1",
        "-e",
        "get a");
  }

  private void shell(int code, List<String> reasons, String commands) throws Exception {
    refused(code, reasons, "shell", "--connect", "127.0.0.1:" + port, "-e", commands);
  }
}
