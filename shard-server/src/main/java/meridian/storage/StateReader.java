package meridian.storage;

import java.util.List;
import java.util.Optional;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;

/// Reads what has been flushed. Every answer is as of the last flush that finished before it. Only
/// from the thread that steps the node.
public interface StateReader {
  /// The newest version of a key at or before a timestamp, a deletion being a version too.
  ///
  /// @throws CorruptRecord if the version is stored damaged
  Optional<Version> version(ShardId shard, Key key, Timestamp atMost);

  /// The keys of a range in order, or in reverse, each with all its versions, newest first; at most
  /// so many keys. Deleted keys are among them.
  ///
  /// @throws CorruptRecord if a version among them is stored damaged
  List<SnapshotRow> rows(ShardId shard, KeyRange range, boolean reverse, int keysMax);

  /// How a transaction ended, if that is remembered here.
  Optional<TxnRecord> outcome(ShardId shard, TxnId txn);

  /// The outcomes remembered after a transaction in the order of ids; at most so many.
  List<TxnRecord> outcomesAfter(ShardId shard, Optional<TxnId> after, int most);

  /// The last outcome remembered in the order of ids.
  Optional<TxnRecord> newestOutcome(ShardId shard);

  /// The tables of the last flush, or nothing before the first.
  Optional<Tables> tables(ShardId shard);
}
