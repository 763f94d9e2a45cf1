package meridian.storage.lmdb;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongConsumer;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.Value;
import meridian.model.Write;
import meridian.paxos.LogEntry;
import meridian.storage.LogStore;
import meridian.storage.LogWrite;
import meridian.storage.Samples;
import meridian.storage.SnapshotRow;
import meridian.storage.StateFlush;
import meridian.storage.StateStore;
import meridian.storage.Version;

/// Prints what the stores cost on this machine. Not a test: `StorageMeasure DIR`, on the disk in
/// question. Every commit and flush is durable.
public final class StorageMeasure {
  private static final ShardId SHARD = Samples.shard(1);
  private static final int ROUNDS = 400;
  private static final int FLUSHES = 40;
  private static final int KEYS = 200_000;
  private static final int VALUE_BYTES = 100;

  private final Random random = new Random(1);
  private long slot;

  private StorageMeasure() {}

  public static void main(String[] arguments) throws IOException {
    Path where = Files.createTempDirectory(Path.of(arguments[0]), "measure");
    try (DataDirectory directory = DataDirectory.open(where, LmdbStoresTest.NODE)) {
      new StorageMeasure().measureLog(directory);
      new StorageMeasure().measureState(directory);
    }
  }

  private void measureLog(DataDirectory directory) {
    try (LogStore log = LmdbStores.openLog(directory, MapLimits.DEFAULT)) {
      for (int entries : new int[] {1, 16, 128, 1, 16, 128}) {
        measureRaw(directory.log().resolveSibling("raw"));
        measure("commit of " + entries + " entries", ROUNDS, _ -> log.commit(batch(entries)));
      }
      measure("commit of 16 entries and a cut", ROUNDS, _ -> log.commit(batchAndCut(16)));
    }
    long start = System.nanoTime();
    LmdbStores.openLog(directory, MapLimits.DEFAULT).close();
    System.out.printf("recovery of the log: %.1f ms%n", (System.nanoTime() - start) / 1e6);
  }

  private void measureState(DataDirectory directory) {
    try (StateStore state = LmdbStores.openState(directory, MapLimits.DEFAULT)) {
      for (int from = 0; from < KEYS; from += 10_000) {
        state.flush(flush(10_000, from));
      }
      measure("flush of 1000 versions, 200,000 keys", FLUSHES, _ -> state.flush(flush(1_000, -1)));
      measure(
          "read of one version",
          100_000,
          _ -> state.version(SHARD, key(random.nextInt(KEYS)), Timestamp.MAX));
      measure(
          "scan of 100 keys",
          2_000,
          i -> state.rows(SHARD, KeyRange.from(key(random.nextInt(KEYS - 100))), i % 2 == 1, 100));
    }
  }

  /// The least that a commit of LMDB can cost here: some pages, a sync, and a header that is
  /// synced.
  private static void measureRaw(Path file) {
    try (FileChannel pages = FileChannel.open(file, CREATE, WRITE);
        FileChannel header = FileChannel.open(file, WRITE, DSYNC)) {
      ByteBuffer fourPages = ByteBuffer.allocateDirect(16 * 1024);
      ByteBuffer headerBytes = ByteBuffer.allocateDirect(64);
      measure(
          "write of 16 KiB, sync, synced write of a header",
          ROUNDS,
          i -> {
            try {
              pages.write(fourPages.clear(), 8 * 1024 + i * 16 * 1024);
              pages.force(false);
              header.write(headerBytes.clear(), 0);
            } catch (IOException failure) {
              throw new UncheckedIOException(failure);
            }
          });
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private List<LogWrite> batch(int entries) {
    List<LogWrite> batch = new ArrayList<>();
    for (int i = 0; i < entries; i++) {
      slot++;
      var write = new Write.Put(key(random.nextInt(KEYS)), value());
      var command = Samples.prepare(List.of(write));
      batch.add(new LogWrite.Append(SHARD, new LogEntry(slot, Samples.ballot(random), command)));
    }
    return batch;
  }

  private List<LogWrite> batchAndCut(int entries) {
    List<LogWrite> batch = batch(entries);
    batch.add(new LogWrite.Cut(SHARD, slot - 1_000));
    return batch;
  }

  /// Of keys in order from one on, or of any keys.
  private StateFlush flush(int keys, int from) {
    List<SnapshotRow> rows = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      slot++;
      var version = new Version(new Timestamp(slot), slot, Optional.of(value()));
      Key key = key(from < 0 ? random.nextInt(KEYS) : from + i);
      rows.add(new SnapshotRow(key, List.of(version)));
    }
    return new StateFlush(SHARD, rows, List.of(), List.of(), Samples.tables(slot, slot - 10_000));
  }

  private Key key(int number) {
    return Key.utf8("user/%08d".formatted(number));
  }

  private Value value() {
    byte[] bytes = new byte[VALUE_BYTES];
    random.nextBytes(bytes);
    return Value.wrap(bytes);
  }

  private static void measure(String what, int rounds, LongConsumer action) {
    long[] nanos = new long[rounds];
    for (int i = 0; i < rounds; i++) {
      long start = System.nanoTime();
      action.accept(i);
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    System.out.printf(
        "%s: mean %.3f ms, median %.3f, 99th %.3f%n",
        what,
        Arrays.stream(nanos).average().orElseThrow() / 1e6,
        nanos[rounds / 2] / 1e6,
        nanos[rounds * 99 / 100] / 1e6);
  }
}
