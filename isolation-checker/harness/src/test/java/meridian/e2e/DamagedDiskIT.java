package meridian.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import meridian.client.Database;
import meridian.client.Meridian;
import meridian.client.Options;
import meridian.client.ReadOptions;
import meridian.harness.cluster.Processes;
import meridian.harness.cluster.ServerCluster;
import meridian.model.Key;
import meridian.model.Value;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// Bits that flip in the files of a server: found, counted, fetched again from the other replicas,
/// and never shown to anybody.
@Timeout(240)
class DamagedDiskIT {
  private static final int NODES = 3;
  private static final int KEYS = 60;
  private static final int DAMAGED = 2;
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private ServerCluster cluster;
  private int health;

  @BeforeEach
  void start() throws Exception {
    health = Processes.freePorts(1).getFirst();
    cluster = ServerCluster.start(folder, NODES);
    try (Database db = connect(1)) {
      for (int i = 0; i < KEYS; i++) {
        db.put(key(i), Value.utf8(text(i)));
      }
    }
  }

  @AfterEach
  void end() {
    cluster.close();
  }

  /// All in one shard.
  private static Key key(int i) {
    return Key.utf8("k%03d".formatted(i));
  }

  /// Nothing else in any file looks like it.
  private static String text(int i) {
    return "value-to-be-damaged-%03d".formatted(i);
  }

  private Database connect(int node) {
    return Meridian.connect(cluster.address(node), Options.defaults().withTimeout(TIMEOUT));
  }

  private Path file(String store) {
    return folder.resolve("data-" + DAMAGED).resolve(store).resolve("data.mdb");
  }

  private void kill(int node) throws InterruptedException {
    cluster.processes().kill(ServerCluster.name(node));
  }

  /// Starts the server again, with somewhere to look at its counts.
  private void restart() throws IOException, InterruptedException {
    Files.deleteIfExists(cluster.processes().log(ServerCluster.name(DAMAGED)));
    cluster.startNode(DAMAGED, "--health", "127.0.0.1:" + health);
    cluster.processes().awaitSaid(ServerCluster.name(DAMAGED), "health at");
  }

  /// Reads every key at the damaged server, which asks itself first.
  private void everyValueIsRight() {
    try (Database db = connect(DAMAGED)) {
      for (int i = 0; i < KEYS; i++) {
        assertEquals(
            Optional.of(text(i)), db.get(key(i), ReadOptions.NEAREST).map(Value::toUtf8), text(i));
      }
    }
  }

  @Test
  void aBitThatFlipsInAStoredValueIsFoundCountedAndRepairedAndNeverShown() throws Exception {
    Look.await(
        "the values are in the state's file",
        () -> !Damage.find(file("state"), text(KEYS - 1)).isEmpty());
    kill(DAMAGED);
    Damage.flipABit(file("state"), text(7));
    restart();

    everyValueIsRight();
    Look.await(
        "it is counted", () -> Look.count(health, "meridian_damaged_versions_met_total") > 0);
    Look.await("it is repaired", () -> Look.count(health, "meridian_repairs_stored_total") > 0);
    kill(1);
    kill(3);
    everyValueIsRight(); // of its own copies: there are no others
  }

  @Test
  void aLogRecordDamagedInTheMiddleOrAtTheEndIsFetchedFromTheOthersAndNeverCut() throws Exception {
    for (int record : new int[] {KEYS / 2, KEYS - 1}) {
      Look.await(
          "the record is in the log", () -> !Damage.find(file("log"), text(record)).isEmpty());
      kill(DAMAGED);
      Damage.flipABit(file("log"), text(record));
      restart();

      String said = cluster.processes().said(ServerCluster.name(DAMAGED));
      assertTrue(said.contains("is damaged; it is fetched from the other replicas"), said);
      assertTrue(Look.count(health, "meridian_log_damages_found_total") > 0);
      everyValueIsRight();
      Look.await(
          "the others' copy is in its log",
          () -> !Damage.find(file("log"), text(record)).isEmpty());
      kill(DAMAGED);
      restart();
      assertEquals(0, Look.count(health, "meridian_log_damages_found_total"), "it is not repaired");
    }
  }
}
