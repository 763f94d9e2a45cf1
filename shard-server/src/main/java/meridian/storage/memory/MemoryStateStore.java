package meridian.storage.memory;

import java.util.List;
import java.util.Optional;
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
import meridian.storage.cells.CellStateStore;
import meridian.storage.cells.RecordFormat;

/// A state on a [MemoryDisk]. A flush is durable when it returns; a simulator that wants one to take
/// time, or to be lost in a crash, calls it later, or never.
public final class MemoryStateStore implements StateStore {
  private final MemoryCells.Handle handle;
  private final CellStateStore state;

  MemoryStateStore(MemoryCells.Handle handle, RecordFormat format) {
    this.handle = handle;
    this.state = new CellStateStore(handle, format);
  }

  @Override
  public void flush(StateFlush flush) {
    state.flush(flush);
    handle.sync();
  }

  @Override
  public Optional<Version> version(ShardId shard, Key key, Timestamp atMost) {
    return state.version(shard, key, atMost);
  }

  @Override
  public List<SnapshotRow> rows(ShardId shard, KeyRange range, boolean reverse, int keysMax) {
    return state.rows(shard, range, reverse, keysMax);
  }

  @Override
  public Optional<TxnRecord> outcome(ShardId shard, TxnId txn) {
    return state.outcome(shard, txn);
  }

  @Override
  public List<TxnRecord> outcomesAfter(ShardId shard, Optional<TxnId> after, int most) {
    return state.outcomesAfter(shard, after, most);
  }

  @Override
  public Optional<Tables> tables(ShardId shard) {
    return state.tables(shard);
  }

  @Override
  public void close() {
    state.close();
  }
}
