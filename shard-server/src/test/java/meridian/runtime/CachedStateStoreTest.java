package meridian.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.Value;
import meridian.storage.SnapshotRow;
import meridian.storage.StateFlush;
import meridian.storage.StateStore;
import meridian.storage.StateStoreContract;
import meridian.storage.Tables;
import meridian.storage.TxnRecord;
import meridian.storage.Version;
import meridian.storage.lmdb.StoredRecords;
import meridian.storage.memory.MemoryDisk;
import org.junit.jupiter.api.Test;

/// A cache changes how often the store is asked, never what is answered.
class CachedStateStoreTest extends StateStoreContract {
  private static final ShardId SHARD = new ShardId(1);
  private static final Key KEY = Key.utf8("k");
  private final MemoryDisk disk = new MemoryDisk(new StoredRecords());

  @Override
  protected StateStore reopen() {
    return new CachedStateStore(disk.openState(), 1 << 20);
  }

  @Test
  void asksTheStoreOnceForWhatIsReadOften() {
    Counting below = new Counting();
    CachedStateStore cache = new CachedStateStore(below, 1 << 20);
    for (int i = 0; i < 10; i++) {
      cache.version(SHARD, KEY, Timestamp.MAX);
    }
    assertEquals(List.of("read"), below.calls);
  }

  @Test
  void aFlushBringsTheCacheUpToDate() {
    Counting below = new Counting();
    CachedStateStore cache = new CachedStateStore(below, 1 << 20);
    cache.version(SHARD, KEY, Timestamp.MAX);
    cache.flush(flush(3));
    assertEquals(3, cache.version(SHARD, KEY, Timestamp.MAX).orElseThrow().slot());
    assertEquals(List.of("read", "flush"), below.calls);
  }

  /// A piece of a snapshot may hold what is known here already.
  @Test
  void aFlushOfAnOlderVersionLeavesTheNewestInPlace() {
    Counting below = new Counting();
    CachedStateStore cache = new CachedStateStore(below, 1 << 20);
    cache.version(SHARD, KEY, Timestamp.MAX);
    cache.flush(flush(3));
    cache.flush(flush(2));
    assertEquals(3, cache.version(SHARD, KEY, Timestamp.MAX).orElseThrow().slot());
  }

  @Test
  void asksAgainAfterAFlushHasDeletedTheKey() {
    Counting below = new Counting();
    CachedStateStore cache = new CachedStateStore(below, 1 << 20);
    cache.version(SHARD, KEY, Timestamp.MAX);
    cache.flush(flush(new Version(new Timestamp(2), 2, Optional.empty())));
    assertEquals(2, cache.version(SHARD, KEY, Timestamp.MAX).orElseThrow().slot());
    assertEquals(List.of("read", "flush", "read"), below.calls);
  }

  /// The flush begins after the read has looked at the store and ends before it returns.
  @Test
  void keepsNothingThatWasReadWhileAFlushPassedBy() {
    Counting below = new Counting();
    CachedStateStore cache = new CachedStateStore(below, 1 << 20);
    below.duringRead = () -> cache.flush(flush(2));
    assertEquals(1, cache.version(SHARD, KEY, Timestamp.MAX).orElseThrow().slot());
    assertEquals(2, cache.version(SHARD, KEY, Timestamp.MAX).orElseThrow().slot());
  }

  private static StateFlush flush(long slot) {
    return flush(new Version(new Timestamp(slot), slot, Optional.of(Value.number(slot))));
  }

  private static StateFlush flush(Version version) {
    SnapshotRow row = new SnapshotRow(KEY, List.of(version));
    return new StateFlush(SHARD, List.of(row), List.of(), List.of(), Tables.empty());
  }

  /// Holds one key, as of slot 1 until something is flushed, and counts.
  private static final class Counting implements StateStore {
    private final List<String> calls = new ArrayList<>();
    private Runnable duringRead = () -> {};
    private Version version = new Version(new Timestamp(1), 1, Optional.of(Value.number(1)));

    @Override
    public Optional<Version> version(ShardId shard, Key key, Timestamp atMost) {
      calls.add("read");
      Version found = version;
      Runnable meanwhile = duringRead;
      duringRead = () -> {};
      meanwhile.run();
      return Optional.of(found);
    }

    @Override
    public void flush(StateFlush flush) {
      calls.add("flush");
      version = flush.rows().getFirst().versions().getFirst();
    }

    @Override
    public List<SnapshotRow> rows(ShardId shard, KeyRange range, boolean reverse, int keysMax) {
      return List.of();
    }

    @Override
    public Optional<TxnRecord> outcome(ShardId shard, TxnId txn) {
      return Optional.empty();
    }

    @Override
    public List<TxnRecord> outcomesAfter(ShardId shard, Optional<TxnId> after, int most) {
      return List.of();
    }

    @Override
    public Optional<TxnRecord> newestOutcome(ShardId shard) {
      return Optional.empty();
    }

    @Override
    public Optional<Tables> tables(ShardId shard) {
      return Optional.empty();
    }

    @Override
    public void close() {}
  }
}
