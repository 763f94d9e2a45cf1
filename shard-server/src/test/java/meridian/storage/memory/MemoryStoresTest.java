package meridian.storage.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import meridian.model.Invariant;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.Value;
import meridian.storage.CorruptRecord;
import meridian.storage.LogModel;
import meridian.storage.LogStore;
import meridian.storage.LogStoreContract;
import meridian.storage.LogWrite;
import meridian.storage.Samples;
import meridian.storage.StateFlush;
import meridian.storage.StateStore;
import meridian.storage.StateStoreContract;
import meridian.storage.StoreUnusable;
import meridian.storage.Tables;
import meridian.storage.lmdb.StoredRecords;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryStoresTest {
  private static final ShardId SHARD = Samples.shard(1);
  private final MemoryDisk disk = new MemoryDisk(new StoredRecords());
  private final RandomGenerator random = new Random(1);

  @Nested
  class Log extends LogStoreContract {
    @Override
    protected LogStore reopen() {
      return disk.openLog();
    }
  }

  @Nested
  class State extends StateStoreContract {
    @Override
    protected StateStore reopen() {
      return disk.openState();
    }

    @Test
    void aDamagedVersionIsNeverAnsweredAndARepairReplacesIt() {
      Key key = Key.utf8("a");
      StateStore store = reopen();
      flush(store, 1, 0, key, Optional.of(Value.utf8("one")));
      flush(store, 2, 0, Key.utf8("b"), Optional.of(Value.utf8("two")));
      assertTrue(disk.corruptVersion(SHARD, key, random));

      assertThrows(CorruptRecord.class, () -> store.version(SHARD, key, Timestamp.MAX));
      assertEquals(2, store.version(SHARD, Key.utf8("b"), Timestamp.MAX).orElseThrow().slot());

      flush(store, 1, 0, key, Optional.of(Value.utf8("one")));
      assertEquals(
          Optional.of(Value.utf8("one")),
          store.version(SHARD, key, Timestamp.MAX).orElseThrow().value());
    }

    /// A peer that has collected a version has no copy of it to send.
    @Test
    void aRepairDropsWhatIsDamagedAndNotBroughtBack() {
      Key key = Key.utf8("a");
      StateStore store = reopen();
      flush(store, 1, 0, key, Optional.of(Value.utf8("one")));
      assertTrue(disk.corruptVersion(SHARD, key, random));
      flush(store, 2, 0, key, Optional.of(Value.utf8("two")));
      assertThrows(CorruptRecord.class, () -> store.rows(SHARD, KeyRange.ALL, false, 9));

      store.flush(
          new StateFlush(SHARD, List.of(), List.of(), List.of(), Tables.empty(), List.of(key)));
      var rows = store.rows(SHARD, KeyRange.ALL, false, 9);
      assertEquals(1, rows.size());
      assertEquals(
          List.of(2L), rows.getFirst().versions().stream().map(version -> version.slot()).toList());
    }
  }

  @Test
  void aVersionInTheWrongPlaceIsDamaged() {
    StateStore store = disk.openState();
    StateStoreContract.flush(store, 1, 0, Key.utf8("a"), Optional.of(Value.utf8("one")));
    assertFalse(disk.misdirectVersion(random));
    StateStoreContract.flush(store, 2, 0, Key.utf8("b"), Optional.of(Value.utf8("two")));
    assertTrue(disk.misdirectVersion(random));
    assertThrows(CorruptRecord.class, () -> store.rows(SHARD, KeyRange.ALL, false, 9));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aCrashKeepsWhatWasSyncedAndAWholeNumberOfBatchesMore(long seed) {
    RandomGenerator chance = new Random(seed);
    LogModel synced = new LogModel();
    TreeSet<Integer> kept = new TreeSet<>();
    for (int step = 0; step < 60; step++) {
      MemoryLogStore store = disk.openLog();
      List<LogModel> possible = new ArrayList<>(List.of(synced.copy()));
      for (int i = chance.nextInt(5); i > 0; i--) {
        List<LogWrite> batch = possible.getLast().nextBatch(chance);
        store.stage(batch);
        LogModel next = possible.getLast().copy();
        next.take(batch);
        possible.add(next);
        if (chance.nextInt(4) == 0) {
          store.sync();
          possible.subList(0, possible.size() - 1).clear();
        }
      }
      disk.crash(chance);
      var recovered = disk.openLog().recovered();
      int found = possible.stream().map(LogModel::logs).toList().indexOf(recovered);
      assertTrue(found >= 0, "seed " + seed + ", step " + step);
      synced = possible.get(found);
      kept.add(found);
    }
    assertTrue(kept.contains(0) && kept.size() > 2, "always the same crash: " + kept);
  }

  @Test
  void aProcessThatCrashedCannotWriteAnyMore() {
    MemoryLogStore store = disk.openLog();
    disk.crash(random);
    LogWrite write = new LogWrite.Ballots(SHARD, Samples.ballot(random), Samples.ballot(random));
    assertThrows(Invariant.Broken.class, () -> store.commit(List.of(write)));
    assertEquals(new TreeMap<>(), disk.openLog().recovered());
  }

  @Test
  void whatDidNotFitCanBeTriedAgain() {
    MemoryLogStore store = disk.openLog();
    List<LogWrite> batch = List.of(append(1), append(2));
    disk.setFull(true);
    assertThrows(LogStore.NoSpace.class, () -> store.commit(batch));
    disk.setFull(false);
    store.commit(batch);
    assertEquals(2, Samples.recovered(disk.openLog(), SHARD).slotLast());
  }

  @Test
  void aCopyGoesItsOwnWay() {
    disk.openLog().stage(List.of(append(1)));
    MemoryDisk copy = disk.copy();
    assertEquals(disk.digest(), copy.digest());
    copy.crashKeeping(0);
    assertNotEquals(disk.digest(), copy.digest());
    assertEquals(new TreeMap<>(), copy.openLog().recovered());
    disk.crashKeeping(1);
    assertEquals(1, Samples.recovered(disk.openLog(), SHARD).slotLast());
  }

  @Test
  void comesBackEmptyFromTotalLoss() {
    disk.openLog().commit(List.of(append(1)));
    disk.wipe();
    assertEquals(new MemoryDisk(new StoredRecords()).digest(), disk.digest());
    assertEquals(new TreeMap<>(), disk.openLog().recovered());
    assertFalse(disk.corruptLogEntry(random));
  }

  @Test
  void refusesToOpenWithoutItsBallots() {
    disk.openLog().commit(List.of(append(1)));
    assertTrue(disk.corruptBallots(SHARD, random));
    assertThrows(StoreUnusable.class, disk::openLog);
  }

  private LogWrite append(long slot) {
    return new LogWrite.Append(SHARD, Samples.entry(slot, random));
  }
}
