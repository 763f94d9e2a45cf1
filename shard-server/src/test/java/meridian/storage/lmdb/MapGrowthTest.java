package meridian.storage.lmdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import meridian.model.ShardId;
import meridian.storage.LogStore;
import meridian.storage.LogWrite;
import meridian.storage.Samples;
import org.junit.jupiter.api.Test;

/// An LMDB map is given its size when it is opened; ours is to grow without anybody's doing. Makes
/// its folder itself, so that the bank of mutants can run it.
class MapGrowthTest {
  private static final ShardId SHARD = Samples.shard(1);
  private static final int SMALL = 64 * 1024;
  private static final MapLimits GROWING = new MapLimits(SMALL, 1L << 30);
  private static final MapLimits FIXED = new MapLimits(SMALL, SMALL);

  @Test
  void theMapGrowsByItselfAndOnlyToItsLimit() throws IOException {
    Path folder = Files.createTempDirectory("meridian-map");
    try (DataDirectory directory = DataDirectory.open(folder, LmdbStoresTest.NODE)) {
      LogWrite small = new LogWrite.Append(SHARD, Samples.entryOf(1, 4, 10));
      LogWrite large = new LogWrite.Append(SHARD, Samples.entryOf(2, 4, 1024 * 1024));
      try (LogStore log = LmdbStores.openLog(directory, FIXED)) {
        log.commit(List.of(small));
        assertThrows(LogStore.NoSpace.class, () -> log.commit(List.of(large)));
      }
      try (LogStore log = LmdbStores.openLog(directory, GROWING)) {
        assertEquals(1, Samples.recovered(log, SHARD).slotLast());
        log.commit(List.of(large));
      }
      try (LogStore log = LmdbStores.openLog(directory, GROWING)) {
        assertEquals(2, Samples.recovered(log, SHARD).slotLast());
      }
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
