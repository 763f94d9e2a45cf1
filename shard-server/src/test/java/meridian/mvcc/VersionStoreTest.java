package meridian.mvcc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.Value;
import meridian.paxos.Decision;
import meridian.sim.Exhaustive;
import meridian.storage.SnapshotRow;
import meridian.storage.StateFlush;
import meridian.storage.StateStore;
import meridian.storage.Tables;
import meridian.storage.TxnRecord;
import meridian.storage.Version;
import meridian.storage.lmdb.StoredRecords;
import meridian.storage.memory.MemoryDisk;
import org.junit.jupiter.api.Test;

/// Versions that are on disk, on their way there, and in memory, against one plain map.
class VersionStoreTest {
  private static final ShardId SHARD = new ShardId(1);

  private final StateStore disk = new MemoryDisk(new StoredRecords()).openState();
  private final VersionStore store = new VersionStore(SHARD, disk);
  private final NavigableMap<Key, Version> model = new TreeMap<>();
  private Optional<StateFlush> flushing = Optional.empty();
  private long slot;

  private void write(Key key, boolean delete) {
    slot++;
    Version version =
        new Version(
            new Timestamp(10 * slot),
            slot,
            delete ? Optional.empty() : Optional.of(Value.number(slot)));
    store.put(key, version);
    model.put(key, version);
  }

  private void beginFlush() {
    if (!store.isFlushing()) {
      Tables empty = Tables.empty();
      flushing =
          Optional.of(
              store.flush(
                  new Tables(
                      slot,
                      empty.origin(),
                      empty.barrier(),
                      empty.electorate(),
                      List.of(),
                      List.of(),
                      Timestamp.ZERO,
                      new Timestamp(10 * slot),
                      Timestamp.ZERO,
                      new TreeMap<>(),
                      0,
                      Timestamp.ZERO,
                      0,
                      Optional.empty())));
    }
  }

  /// The flush is durable, and the node learns of it a little later.
  private void land(boolean nodeKnows) {
    flushing.ifPresent(disk::flush);
    if (flushing.isPresent() && nodeKnows) {
      flushing = Optional.empty();
      store.flushed();
    }
  }

  private List<Map.Entry<Key, Version>> scan(KeyRange range, boolean reverse, int most) {
    List<Map.Entry<Key, Version>> found = new ArrayList<>();
    if (most > 0) {
      store.scan(
          range,
          reverse,
          (key, version) -> {
            found.add(Map.entry(key, version));
            return found.size() < most;
          });
    }
    return found;
  }

  private List<Map.Entry<Key, Version>> expected(KeyRange range, boolean reverse, int most) {
    return (reverse ? model.descendingMap() : model)
        .entrySet().stream()
            .filter(e -> range.contains(e.getKey()))
            .map(e -> Map.entry(e.getKey(), e.getValue()))
            .limit(most)
            .toList();
  }

  private void looksRight(KeyRange range, boolean reverse, int most) {
    assertEquals(expected(range, reverse, most), scan(range, reverse, most), range::toString);
  }

  /// Every order of a few writes, deletions and flushes.
  @Test
  void aScanSeesTheNewestVersionOfEachKeyInOrderWhereverItIs() {
    Exhaustive.forEveryChoice(
        given -> {
          VersionStoreTest test = new VersionStoreTest();
          for (int step = 0; step < 5; step++) {
            switch (given.index(5)) {
              case 0 -> test.write(Key.utf8("a"), false);
              case 1 -> test.write(Key.utf8("b"), given.flip());
              case 2 -> test.beginFlush();
              case 3 -> test.land(false);
              default -> test.land(true);
            }
          }
          for (boolean reverse : new boolean[] {false, true}) {
            test.looksRight(KeyRange.ALL, reverse, 9);
            test.looksRight(KeyRange.from(Key.utf8("aa")), reverse, 9);
          }
          for (String key : List.of("a", "b", "c")) {
            assertEquals(
                Optional.ofNullable(test.model.get(Key.utf8(key))),
                test.store.latest(Key.utf8(key)));
          }
        });
  }

  /// The same for every moment of the past: each write is at a timestamp of its own.
  @Test
  void aVersionFromATimestampOnIsFoundWhereverItIs() {
    Exhaustive.forEveryChoice(
        given -> {
          VersionStoreTest test = new VersionStoreTest();
          Key key = Key.utf8("a");
          test.write(key, given.pick(false, true));
          int place = given.pick(0, 1, 2, 3);
          if (place > 0) {
            test.beginFlush();
          }
          if (place > 1) {
            test.land(place > 2);
          }
          Version written = test.model.firstEntry().getValue();
          Timestamp since = new Timestamp(given.pick(9L, 10L, 11L));
          assertEquals(
              Optional.of(written).filter(version -> !version.ts().isBefore(since)),
              test.store.latestSince(key, since));
        });
  }

  /// Rows of a snapshot that is being pieced together may be younger than the tables say.
  @Test
  void aRowOfALaterSlotIsFoundBeforeAndAfterARestart() {
    Key key = Key.utf8("a");
    write(Key.utf8("b"), false);
    beginFlush();
    Tables tables = flushing.orElseThrow().tables();
    land(true);
    store.pieceTogether();
    Version later = new Version(new Timestamp(50), 5, Optional.of(Value.number(5)));
    disk.flush(
        new StateFlush(
            SHARD,
            List.of(new SnapshotRow(key, List.of(later))),
            List.of(),
            List.of(),
            tables.withWholeFrom(5)));
    Timestamp since = new Timestamp(40);
    assertEquals(Optional.of(later), store.latestSince(key, since));
    assertEquals(Optional.of(later), new VersionStore(SHARD, disk).latestSince(key, since));
  }

  @Test
  void aScanAsOfATimestampSeesTheVersionsOfThenWhereverTheyAre() {
    Exhaustive.forEveryChoice(
        given -> {
          VersionStoreTest test = new VersionStoreTest();
          List<NavigableMap<Key, Version>> then = new ArrayList<>();
          then.add(new TreeMap<>());
          for (int step = 0; step < 5; step++) {
            switch (given.index(4)) {
              case 0 -> test.write(Key.utf8("a"), given.flip());
              case 1 -> test.write(Key.utf8("b"), false);
              case 2 -> test.beginFlush();
              default -> test.land(given.flip());
            }
            if (test.slot == then.size()) {
              then.add(new TreeMap<>(test.model));
            }
          }
          for (int slot = 0; slot < then.size(); slot++) {
            Timestamp at = new Timestamp(10L * slot + 5);
            for (boolean reverse : new boolean[] {false, true}) {
              var held = then.get(slot);
              List<Key> found = new ArrayList<>();
              test.store.scanAsOf(
                  KeyRange.ALL,
                  reverse,
                  at,
                  (key, version, newest) -> {
                    found.add(key);
                    assertEquals(Optional.ofNullable(held.get(key)), version);
                    assertEquals(test.model.get(key), newest);
                    return true;
                  });
              assertEquals(
                  List.copyOf((reverse ? test.model.descendingMap() : test.model).keySet()), found);
            }
            for (Key key : test.model.keySet()) {
              assertEquals(Optional.ofNullable(then.get(slot).get(key)), test.store.asOf(key, at));
            }
          }
        });
  }

  /// More keys than one read of the disk brings, so that pages meet what is in memory.
  @Test
  void aLongScanForwardOrInReverseGoesOnFromPageToPageWithoutGapOrRepetition() {
    Random random = new Random(7);
    for (int step = 0; step < 1_200; step++) {
      write(Key.utf8(String.format("%03d", random.nextInt(400))), random.nextInt(5) == 0);
      if (step % 200 == 199) {
        beginFlush();
      }
      if (step % 200 == 50) {
        land(true);
      }
    }
    assertTrue(store.isFlushing() && model.size() > 200);
    for (int i = 0; i < 200; i++) {
      Key low = Key.utf8(String.format("%03d", random.nextInt(400)));
      Key high = Key.utf8(String.format("%03d", random.nextInt(400)));
      KeyRange range = i % 5 == 0 ? KeyRange.from(low) : KeyRange.of(low, high);
      looksRight(range, i % 2 == 0, 1 + random.nextInt(300));
    }
  }

  @Test
  void aFlushHoldsEverythingThatCameBeforeItAndNothingThatCameAfter() {
    write(Key.utf8("a"), false);
    write(Key.utf8("a"), false);
    beginFlush();
    write(Key.utf8("a"), true);
    StateFlush flush = flushing.orElseThrow();
    assertEquals(2, flush.rows().getFirst().versions().size());
    assertEquals(2, flush.rows().getFirst().versions().getFirst().slot());
    assertEquals(2, flush.tables().slot());
  }

  /// Remembered and forgotten outcomes in every order with flushes, against a plain map.
  @Test
  void outcomesAreRememberedUntilTheyAreForgottenWhereverTheyAre() {
    Exhaustive.forEveryChoice(
        given -> {
          VersionStoreTest test = new VersionStoreTest();
          NavigableMap<TxnId, TxnRecord> remembered = new TreeMap<>();
          for (int step = 0; step < 5; step++) {
            int number = 1;
            switch (given.index(5)) {
              case 0 -> number = 2;
              case 1 -> test.beginFlush();
              case 2 -> test.land(false);
              case 3 -> test.land(true);
              default -> {}
            }
            TxnId txn = new TxnId(new Timestamp(number), 1, number, 0);
            if (given.flip()) {
              TxnRecord record =
                  new TxnRecord(txn, new Decision.Commit(new Timestamp(step + 1)), List.of(SHARD));
              test.store.remember(record);
              remembered.put(txn, record);
            } else {
              test.store.forget(txn);
              remembered.remove(txn);
            }
          }
          for (int number = 1; number <= 2; number++) {
            TxnId txn = new TxnId(new Timestamp(number), 1, number, 0);
            assertEquals(Optional.ofNullable(remembered.get(txn)), test.store.outcome(txn));
          }
          for (int most = 1; most <= 3; most++) {
            for (long begin = 0; begin <= 2; begin++) {
              Timestamp until = new Timestamp(begin);
              assertEquals(
                  remembered.values().stream()
                      .filter(r -> !r.txn().begin().isAfter(until))
                      .map(TxnRecord::txn)
                      .limit(most)
                      .toList(),
                  test.store.outcomesThrough(until, most).stream().map(TxnRecord::txn).toList());
            }
          }
        });
  }
}
