package meridian.runtime;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.storage.LogStore;
import meridian.storage.SnapshotRow;
import meridian.storage.StateFlush;
import meridian.storage.StateStore;
import meridian.storage.Tables;
import meridian.storage.TxnRecord;
import meridian.storage.Version;

/// Notes flushes, after having refused as many as the test wants for lack of room. Nobody reads it.
final class RecordingState implements StateStore {
  final List<StateFlush> flushed = new CopyOnWriteArrayList<>();
  final AtomicInteger refusals = new AtomicInteger();

  @Override
  public void flush(StateFlush flush) {
    if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new LogStore.NoSpace("full");
    }
    flushed.add(flush);
  }

  @Override
  public Optional<Version> version(ShardId shard, Key key, Timestamp atMost) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<SnapshotRow> rows(ShardId shard, KeyRange range, boolean reverse, int keysMax) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<TxnRecord> outcome(ShardId shard, TxnId txn) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<TxnRecord> outcomesAfter(ShardId shard, Optional<TxnId> after, int most) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<TxnRecord> newestOutcome(ShardId shard) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Tables> tables(ShardId shard) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
