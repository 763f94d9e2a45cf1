package meridian.storage;

import java.util.List;
import meridian.model.Key;
import meridian.model.ShardId;
import meridian.model.TxnId;

/// Brings the state store up to a slot, all of it or nothing.
///
/// @param rows versions to add, each key once, in any order; one that is there already stays as it
///   is
/// @param outcomes to remember
/// @param forgotten outcomes to drop
/// @param tables as of the slot; they say how old a version or deletion may be dropped
///   (horizonSlot)
/// @param repaired keys of which every version that ought to be there is there now: those that are
///   damaged are dropped
public record StateFlush(
    ShardId shard,
    List<SnapshotRow> rows,
    List<TxnRecord> outcomes,
    List<TxnId> forgotten,
    Tables tables,
    List<Key> repaired) {
  public StateFlush {
    rows = List.copyOf(rows);
    outcomes = List.copyOf(outcomes);
    forgotten = List.copyOf(forgotten);
    repaired = List.copyOf(repaired);
  }

  /// A flush that repairs nothing.
  public StateFlush(
      ShardId shard,
      List<SnapshotRow> rows,
      List<TxnRecord> outcomes,
      List<TxnId> forgotten,
      Tables tables) {
    this(shard, rows, outcomes, forgotten, tables, List.of());
  }
}
