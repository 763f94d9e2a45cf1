package meridian.runtime;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.storage.SnapshotRow;
import meridian.storage.StateFlush;
import meridian.storage.StateStore;
import meridian.storage.Tables;
import meridian.storage.TxnRecord;
import meridian.storage.Version;

/// A state store that keeps the newest versions of keys that are read often, decoded and with their
/// checksums verified. Read from the stepping thread, flushed from another.
///
/// What a flush touches is replaced in the cache before the flush returns, or dropped from it. A
/// read that began before that and ends after it could put an old version back, so what is read is
/// kept only if no flush began or ended meanwhile.
public final class CachedStateStore implements StateStore {
  private static final int ENTRY_OVERHEAD_BYTES = 160;

  /// A key of a shard.
  private record Place(ShardId shard, Key key) {}

  private final StateStore store;
  private final Cache<Place, Optional<Version>> newest;

  /// Odd while a flush is under way; raised when one begins and when it ends.
  private final AtomicLong flushes = new AtomicLong();

  /// Keeps about so many bytes of keys and values.
  public CachedStateStore(StateStore store, long bytesMax) {
    this.store = store;
    this.newest =
        Caffeine.newBuilder()
            .maximumWeight(bytesMax)
            .weigher(CachedStateStore::weigh)
            .executor(Runnable::run)
            .build();
  }

  private static int weigh(Place place, Optional<Version> version) {
    return ENTRY_OVERHEAD_BYTES
        + place.key().size()
        + version.flatMap(Version::value).map(value -> value.size()).orElse(0);
  }

  @Override
  public Optional<Version> version(ShardId shard, Key key, Timestamp atMost) {
    if (!atMost.equals(Timestamp.MAX)) {
      return store.version(shard, key, atMost);
    }
    Place place = new Place(shard, key);
    Optional<Version> kept = newest.getIfPresent(place);
    if (kept != null) {
      return kept;
    }
    long before = flushes.get();
    Optional<Version> found = store.version(shard, key, atMost);
    if ((before & 1) == 0) {
      newest.put(place, found);
      if (flushes.get() != before) {
        newest.invalidate(place);
      }
    }
    return found;
  }

  @Override
  public void flush(StateFlush flush) {
    flushes.incrementAndGet();
    boolean done = false;
    try {
      store.flush(flush);
      done = true;
    } finally {
      for (SnapshotRow row : flush.rows()) {
        if (done) {
          renew(flush.shard(), row);
        } else {
          newest.invalidate(new Place(flush.shard(), row.key()));
        }
      }
      flush.repaired().forEach(key -> newest.invalidate(new Place(flush.shard(), key)));
      flushes.incrementAndGet();
    }
  }

  /// What is kept of a key is its newest version, unless the row brings a newer one. A deletion is
  /// not kept: the store may have collected it at once.
  private void renew(ShardId shard, SnapshotRow row) {
    newest
        .asMap()
        .computeIfPresent(
            new Place(shard, row.key()),
            (place, kept) -> {
              Version brought = row.versions().getFirst();
              boolean newer = kept.map(k -> k.ts().isBefore(brought.ts())).orElse(true);
              if (!newer) {
                return kept;
              }
              return brought.value().isPresent() ? Optional.of(brought) : null;
            });
  }

  @Override
  public List<SnapshotRow> rows(ShardId shard, KeyRange range, boolean reverse, int keysMax) {
    return store.rows(shard, range, reverse, keysMax);
  }

  @Override
  public Optional<TxnRecord> outcome(ShardId shard, TxnId txn) {
    return store.outcome(shard, txn);
  }

  @Override
  public List<TxnRecord> outcomesAfter(ShardId shard, Optional<TxnId> after, int most) {
    return store.outcomesAfter(shard, after, most);
  }

  @Override
  public Optional<TxnRecord> newestOutcome(ShardId shard) {
    return store.newestOutcome(shard);
  }

  @Override
  public Optional<Tables> tables(ShardId shard) {
    return store.tables(shard);
  }

  @Override
  public void close() {
    store.close();
  }
}
