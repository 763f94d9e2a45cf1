package meridian.storage.cells;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import meridian.model.Invariant;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.storage.LogStore;
import meridian.storage.LogWrite;
import meridian.storage.RecoveredLog;

/// The log of a node, in cells. Entries of all shards lie in the order in which they were written,
/// so that a commit touches one end of the map; which slot lies where is known in memory only, and
/// read back at the start. Commits are as durable as the cells' updates are.
public final class CellLogStore implements LogStore {
  private final Cells cells;
  private final RecordFormat format;
  private final LogIndex index;
  private final Timestamp recoveredClockBound;
  private final List<String> damage;

  /// Until the first commit, so that it does not hold the log in memory for ever.
  private Optional<SortedMap<ShardId, RecoveredLog>> recovered;

  /// Reads the log back.
  ///
  /// @throws meridian.storage.StoreUnusable if something is damaged that peers have no copy of
  public CellLogStore(Cells cells, RecordFormat format) {
    this.cells = cells;
    this.format = format;
    LogRecovery recovery =
        cells.read(
            reader -> {
              LogRecovery started = new LogRecovery(reader, format, cells.place());
              started.run();
              return started;
            });
    this.index = recovery.index;
    this.recoveredClockBound = recovery.clockBound;
    this.damage = List.copyOf(recovery.findings);
    this.recovered = Optional.of(recovery.logs);
  }

  @Override
  public SortedMap<ShardId, RecoveredLog> recovered() {
    Invariant.check(recovered.isPresent(), "recovered logs of %s asked for late", cells.place());
    return recovered.orElseThrow();
  }

  @Override
  public Timestamp recoveredClockBound() {
    return recoveredClockBound;
  }

  /// What was found damaged at the start, in words; empty in all but bad times.
  public List<String> damage() {
    return damage;
  }

  @Override
  public void commit(List<LogWrite> batch) {
    if (batch.isEmpty()) {
      return;
    }
    LogBatch changes = new LogBatch(index, format);
    try {
      changes.markDamage();
      batch.forEach(changes::take);
      changes.clearGarbage();
      cells.update(changes::writeTo);
    } catch (RuntimeException notDone) {
      changes.takeBack();
      throw notDone;
    }
    recovered = Optional.empty();
  }

  @Override
  public void close() {
    cells.close();
  }
}
