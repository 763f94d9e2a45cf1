package meridian.storage.lmdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import meridian.model.ShardId;
import meridian.storage.LogStore;
import meridian.storage.LogWrite;
import meridian.storage.Samples;
import meridian.storage.StoreUnusable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a file system of its own, where one can be mounted: only there is a write cut short for want
/// of room, as on a real disk, or a disk read-only.
class FullDiskTest {
  private static final ShardId SHARD = Samples.shard(1);
  private static final int DISK_BYTES = 6 * 1024 * 1024;
  private static final int ENTRY_BYTES = 100_000;

  private @TempDir Path folder;

  @BeforeEach
  void mount() throws Exception {
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=" + DISK_BYTES, "tmpfs", folder.toString()),
        "only who may mount can try this");
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", folder.toString());
  }

  @Test
  void refusesWhatDoesNotFitAndGoesOnWhenThereIsRoom() throws IOException {
    Path ballast = Files.write(folder.resolve("ballast"), new byte[DISK_BYTES / 4]);
    try (DataDirectory directory =
        DataDirectory.open(folder.resolve("data"), LmdbStoresTest.NODE)) {
      long slot = 1;
      try (LogStore log = LmdbStores.openLog(directory, MapLimits.DEFAULT)) {
        while (fits(log, slot)) {
          slot++;
        }
        for (int again = 0; again < 3; again++) {
          long refused = slot;
          assertThrows(LogStore.NoSpace.class, () -> log.commit(entry(refused)));
        }
        Files.delete(ballast);
        log.commit(entry(slot));
      }
      try (LogStore log = LmdbStores.openLog(directory, MapLimits.DEFAULT)) {
        assertEquals(slot, Samples.recovered(log, SHARD).slotLast());
      }
    }
  }

  @Test
  void refusesToStartOnADiskThatIsReadOnly() throws Exception {
    Path data = folder.resolve("data");
    DataDirectory.open(data, LmdbStoresTest.NODE).close();
    run("mount", "-o", "remount,ro", folder.toString());
    var refusal =
        assertThrows(
            StoreUnusable.class, () -> DataDirectory.open(data, LmdbStoresTest.NODE).close());
    assertTrue(refusal.toString().contains("mounted read-only"), refusal.toString());
  }

  private static boolean fits(LogStore log, long slot) {
    try {
      log.commit(entry(slot));
      return true;
    } catch (LogStore.NoSpace full) {
      return false;
    }
  }

  private static List<LogWrite> entry(long slot) {
    return List.of(new LogWrite.Append(SHARD, Samples.entryOf(slot, 1, ENTRY_BYTES)));
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
  }
}
