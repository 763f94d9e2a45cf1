package meridian.storage.memory;

import java.util.List;
import java.util.SortedMap;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.storage.LogStore;
import meridian.storage.LogWrite;
import meridian.storage.RecoveredLog;
import meridian.storage.cells.CellLogStore;
import meridian.storage.cells.RecordFormat;

/// A log on a [MemoryDisk]. `commit` can be done in two, so that a crash can come between: `stage`
/// writes, `sync` makes durable all that was staged.
public final class MemoryLogStore implements LogStore {
  private final MemoryCells.Handle handle;
  private final CellLogStore log;

  MemoryLogStore(MemoryCells.Handle handle, RecordFormat format) {
    this.handle = handle;
    this.log = new CellLogStore(handle, format);
  }

  /// Writes a batch, not durably yet.
  ///
  /// @throws NoSpace as `commit` does
  public void stage(List<LogWrite> batch) {
    log.commit(batch);
  }

  /// Makes durable whatever was staged.
  public void sync() {
    handle.sync();
  }

  @Override
  public void commit(List<LogWrite> batch) {
    stage(batch);
    sync();
  }

  @Override
  public SortedMap<ShardId, RecoveredLog> recovered() {
    return log.recovered();
  }

  @Override
  public Timestamp recoveredClockBound() {
    return log.recoveredClockBound();
  }

  /// What was found damaged at the start, in words.
  public List<String> damage() {
    return log.damage();
  }

  @Override
  public void close() {
    log.close();
  }
}
