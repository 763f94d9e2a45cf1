package meridian.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import meridian.client.Database;
import meridian.client.Meridian;
import meridian.client.MeridianException;
import meridian.client.Options;
import meridian.client.ReadOptions;
import meridian.harness.cluster.Processes;
import meridian.model.Key;
import meridian.model.Value;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// A server whose disk is full, on a file system of its own, where one can be mounted. The cluster
/// has one node, so that nobody else can do what it cannot.
@Timeout(180)
class FullDiskIT {
  private static final int DISK_BYTES = 48 << 20;
  private static final int BALLAST_BYTES = 16 << 20;
  private static final int VALUE_BYTES = 100_000;
  private static final int WRITES_MAX = 500;
  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private Path disk;
  private Processes processes;
  private int port;
  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(folder.resolve("disk"));
    mounted = run("mount", "-t", "tmpfs", "-o", "size=" + DISK_BYTES, "tmpfs", disk.toString());
    assumeTrue(mounted, "only who may mount can try this");
    processes = new Processes(folder);
    port = Processes.freePorts(1).getFirst();
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      processes.close();
      run("umount", disk.toString());
    }
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
  }

  private void startServer(String headroom) throws IOException, InterruptedException {
    Files.writeString(
        folder.resolve("node.yaml"),
        """
        node: 1
        data: disk/data
        cluster:
          cluster: one
          nodes:
            - {id: 1, region: oregon, host: 127.0.0.1, port: %d}
        tuning: {disk-headroom: %s}
        """
            .formatted(port, headroom));
    Files.deleteIfExists(processes.log("n1"));
    processes.start("n1", "server", "--config", "node.yaml");
    processes.awaitSaid("n1", "listens on");
  }

  private Database connect(Duration timeout) {
    return Meridian.connect("127.0.0.1:" + port, Options.defaults().withTimeout(timeout));
  }

  private static Key key(int i) {
    return Key.utf8("k%03d".formatted(i));
  }

  private static Value value(int i) {
    byte[] bytes = new byte[VALUE_BYTES];
    java.util.Arrays.fill(bytes, (byte) i);
    return Value.wrap(bytes);
  }

  /// With next to no headroom, so that it is the file system that refuses.
  @Test
  void writesAreRefusedReadsGoOnAndWritesComeBackWithTheRoom() throws Exception {
    Path ballast = Files.write(disk.resolve("ballast"), new byte[BALLAST_BYTES]);
    startServer("1B");
    List<Integer> acknowledged = new ArrayList<>();
    try (Database db = connect(SHORT)) {
      int next = 0;
      while (next < WRITES_MAX && put(db, next)) {
        acknowledged.add(next++);
      }
      assertTrue(next < WRITES_MAX, "the disk never became full");
      assertTrue(!acknowledged.isEmpty(), "nothing was ever written");
      for (int again = 1; again <= 2; again++) {
        assertTrue(!put(db, WRITES_MAX + again), "it writes to a disk that is full");
      }
      everythingIsThere(acknowledged);

      Files.delete(ballast);
      int first = 2 * WRITES_MAX;
      Look.await("writes go on where there is room", () -> put(db, first));
      acknowledged.add(first);
    }
    processes.kill("n1");
    startServer("1B");
    everythingIsThere(acknowledged);
  }

  /// With headroom new work is refused before the disk is full.
  @Test
  void aDiskThatIsNearlyFullTakesNoNewWork() throws Exception {
    startServer("%dB".formatted(DISK_BYTES / 2));
    try (Database db = connect(SHORT)) {
      assertTrue(put(db, 1));
      Path ballast = Files.write(disk.resolve("ballast"), new byte[BALLAST_BYTES + (12 << 20)]);
      Look.await("it notices", () -> !put(db, 2));
      everythingIsThere(List.of(1));
      Files.delete(ballast);
      Look.await("it notices that there is room", () -> put(db, 3));
      everythingIsThere(List.of(1, 3));
    }
  }

  private static boolean put(Database db, int i) {
    try {
      db.put(key(i), value(i));
      return true;
    } catch (MeridianException refused) {
      return false;
    }
  }

  private void everythingIsThere(List<Integer> written) {
    try (Database db = connect(LONG)) {
      for (int i : written) {
        assertEquals(Optional.of(value(i)), db.get(key(i), ReadOptions.STRICT), () -> "key " + i);
      }
    }
  }
}
