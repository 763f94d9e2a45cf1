package meridian.storage.lmdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.Value;
import meridian.storage.CorruptRecord;
import meridian.storage.LogStore;
import meridian.storage.LogWrite;
import meridian.storage.Samples;
import meridian.storage.SnapshotRow;
import meridian.storage.StateFlush;
import meridian.storage.StateStore;
import meridian.storage.StoreUnusable;
import meridian.storage.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// What disks do to a node.
class LmdbFaultsTest {
  private static final ShardId SHARD = Samples.shard(1);
  private static final MapLimits SMALL = new MapLimits(64 * 1024, 1L << 30);

  private final RandomGenerator random = new Random(1);
  private @TempDir Path folder;
  private DataDirectory directory;

  @BeforeEach
  void open() {
    directory = DataDirectory.open(folder, LmdbStoresTest.NODE);
  }

  @AfterEach
  void close() {
    directory.close();
  }

  /// LMDB leaves it to us that nobody reads while the map is moved.
  @Test
  void readsGoOnWhileTheMapGrows() throws Exception {
    try (StateStore state = LmdbStores.openState(directory, SMALL)) {
      CompletableFuture<Void> flushes =
          CompletableFuture.runAsync(
              () -> {
                for (int slot = 1; slot <= 100; slot++) {
                  flush(state, slot, Key.utf8("k" + slot), new byte[100_000]);
                }
              });
      int seen = 0;
      long reads = 0;
      while (!flushes.isDone() || reads == 0) {
        List<SnapshotRow> rows = state.rows(SHARD, KeyRange.ALL, reads % 2 == 1, 1_000);
        assertTrue(rows.size() >= seen, "a flush was seen and then not");
        seen = rows.size();
        reads++;
      }
      flushes.get();
      assertEquals(100, state.rows(SHARD, KeyRange.ALL, false, 1_000).size());
    }
  }

  @Test
  void aReaderPinsNoPages() {
    try (StateStore state = LmdbStores.openState(directory, SMALL)) {
      for (int slot = 1; slot <= 100; slot++) {
        long horizon = slot;
        state.flush(flushOf(slot, horizon, Key.utf8("k"), new byte[20_000]));
        assertEquals(slot, state.version(SHARD, Key.utf8("k"), Timestamp.MAX).orElseThrow().slot());
      }
    }
    long pages = new LmdbFile(directory.state()).check().lastPage();
    assertTrue(pages < 100, pages + " pages for one version of 5 pages");
  }

  @Test
  void theLogTakesNoMoreRoomThanWhatIsNotYetCut() {
    try (LogStore log = LmdbStores.openLog(directory, SMALL)) {
      for (int slot = 1; slot <= 300; slot++) {
        var entry = Samples.entryOf(slot, 1, 8_000);
        log.commit(List.of(new LogWrite.Append(SHARD, entry), new LogWrite.Cut(SHARD, slot - 10)));
      }
    }
    long pages = new LmdbFile(directory.log()).check().lastPage();
    assertTrue(pages < 100, pages + " pages for ten entries");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskRefusesTheBatchAndTakesItWhenThereIsRoom() throws IOException {
    try (LogStore log = LmdbStores.openLog(directory, SMALL)) {
      log.commit(List.of(append(1)));
      List<LogWrite> batch = List.of(append(2), append(3));
      FileDescriptors.leadingTo(
          "/dev/full",
          FileDescriptors.ofPages(directory.log().resolve("data.mdb")),
          () -> {
            assertThrows(LogStore.NoSpace.class, () -> log.commit(batch));
            assertThrows(LogStore.NoSpace.class, () -> log.commit(batch));
          });
      log.commit(batch);
    }
    assertEquals(3, slotLast());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void afterAFailedSyncNothingIsWrittenAnyMore() throws IOException {
    try (LogStore log = LmdbStores.openLog(directory, SMALL)) {
      log.commit(List.of(append(1)));
      List<LogWrite> batch = List.of(append(2));
      FileDescriptors.leadingTo(
          "/dev/null",
          FileDescriptors.ofPages(directory.log().resolve("data.mdb")),
          () -> assertThrows(UncheckedIOException.class, () -> log.commit(batch)));
      assertThrows(UncheckedIOException.class, () -> log.commit(batch));
    }
    assertEquals(1, slotLast());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskStillAnswersReads() throws IOException {
    try (StateStore state = LmdbStores.openState(directory, SMALL)) {
      flush(state, 1, Key.utf8("k"), new byte[10]);
      FileDescriptors.leadingTo(
          "/dev/full",
          FileDescriptors.ofPages(directory.state().resolve("data.mdb")),
          () -> {
            assertThrows(
                LogStore.NoSpace.class, () -> flush(state, 2, Key.utf8("k"), new byte[10]));
            assertEquals(
                1, state.version(SHARD, Key.utf8("k"), Timestamp.MAX).orElseThrow().slot());
          });
      flush(state, 2, Key.utf8("k"), new byte[10]);
      assertEquals(2, state.version(SHARD, Key.utf8("k"), Timestamp.MAX).orElseThrow().slot());
    }
  }

  @Test
  void aBitFlippedInAStoredValueIsDetected() throws IOException {
    byte[] value = "a value that is easily found".getBytes(StandardCharsets.US_ASCII);
    try (StateStore state = LmdbStores.openState(directory, SMALL)) {
      flush(state, 1, Key.utf8("a"), value);
      flush(state, 2, Key.utf8("b"), new byte[9]);
    }
    flipEvery(value, directory.state().resolve("data.mdb"));
    try (StateStore state = LmdbStores.openState(directory, SMALL)) {
      CorruptRecord found =
          assertThrows(
              CorruptRecord.class, () -> state.version(SHARD, Key.utf8("a"), Timestamp.MAX));
      assertEquals(Optional.of(Key.utf8("a")), found.key());
      assertThrows(CorruptRecord.class, () -> state.rows(SHARD, KeyRange.ALL, false, 9));
      assertEquals(2, state.version(SHARD, Key.utf8("b"), Timestamp.MAX).orElseThrow().slot());

      flush(state, 1, Key.utf8("a"), value); // as a repair from a peer does
      assertEquals(2, state.rows(SHARD, KeyRange.ALL, false, 9).size());
    }
  }

  @Test
  void aBitFlippedInALogEntryIsReported() throws IOException {
    byte[] pattern = new byte[100];
    random.nextBytes(pattern);
    var write = new meridian.model.Write.Put(Key.utf8("k"), Value.of(pattern));
    var entry =
        new meridian.paxos.LogEntry(2, Samples.ballot(random), Samples.prepare(List.of(write)));
    try (LogStore log = LmdbStores.openLog(directory, SMALL)) {
      log.commit(List.of(append(1), new LogWrite.Append(SHARD, entry), append(3)));
    }
    flipEvery(pattern, directory.log().resolve("data.mdb"));
    try (LogStore log = LmdbStores.openLog(directory, SMALL)) {
      assertTrue(Samples.recovered(log, SHARD).damaged());
      assertEquals(1, Samples.recovered(log, SHARD).slotLast());
    }
  }

  @Test
  void aFileThatWasCutShortIsRefusedBeforeItKillsTheProcess() throws IOException {
    try (LogStore log = LmdbStores.openLog(directory, SMALL)) {
      for (int slot = 1; slot <= 100; slot++) {
        log.commit(List.of(append(slot)));
      }
    }
    Path file = directory.log().resolve("data.mdb");
    long pages = new LmdbFile(directory.log()).check().lastPage() + 1;
    for (long bytes : new long[] {pages * 4096 - 1, pages * 2048, 8192, 8191, 4096, 100, 0}) {
      try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
        open.setLength(bytes);
      }
      assertRefused(file.toString(), "new member");
    }
  }

  @Test
  void aLogThatIsGoneIsNotTakenForANewOne() throws IOException {
    Files.delete(directory.log().resolve("data.mdb"));
    assertRefused("missing", "new member");
    assertFalse(Files.exists(directory.log().resolve("data.mdb")));
  }

  @Test
  void aFileOfAnotherKindIsRefused() throws IOException {
    Files.write(directory.log().resolve("data.mdb"), new byte[100_000]);
    assertThrows(StoreUnusable.class, () -> LmdbStores.openLog(directory, SMALL));
  }

  private void assertRefused(String... reasons) {
    String refusal =
        assertThrows(StoreUnusable.class, () -> LmdbStores.openLog(directory, SMALL)).toString();
    for (String reason : reasons) {
      assertTrue(refusal.contains(reason), refusal);
    }
  }

  private LogWrite append(long slot) {
    return new LogWrite.Append(SHARD, Samples.entry(slot, random));
  }

  private long slotLast() {
    try (LogStore log = LmdbStores.openLog(directory, SMALL)) {
      return Samples.recovered(log, SHARD).slotLast();
    }
  }

  private static void flush(StateStore state, long slot, Key key, byte[] value) {
    state.flush(flushOf(slot, 0, key, value));
  }

  private static StateFlush flushOf(long slot, long horizon, Key key, byte[] value) {
    var version = new Version(new Timestamp(slot), slot, Optional.of(Value.of(value)));
    return new StateFlush(
        SHARD,
        List.of(new SnapshotRow(key, List.of(version))),
        List.of(),
        List.of(),
        Samples.tables(slot, horizon));
  }

  /// Flips a bit in every copy of a pattern, since LMDB leaves old pages behind.
  private static void flipEvery(byte[] pattern, Path file) throws IOException {
    byte[] head = new byte[1 << 20];
    int flipped = 0;
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      int length = Math.max(0, open.read(head));
      for (int at = 0; at + pattern.length <= length; at++) {
        if (java.util.Arrays.equals(head, at, at + pattern.length, pattern, 0, pattern.length)) {
          open.seek(at + pattern.length / 2);
          open.write(head[at + pattern.length / 2] ^ 4);
          flipped++;
        }
      }
    }
    assertTrue(flipped > 0, "the pattern is not in the file");
  }
}
