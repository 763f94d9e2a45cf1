package meridian.storage.cells;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import meridian.model.ShardId;
import meridian.model.TxnId;

/// What the log store knows of its cells without looking.
final class LogIndex {
  /// One shard's.
  static final class ShardLog {
    Group group = Group.NEW;

    /// Whether the group has a cell; every shard with entries has one, so that no shard's existence
    /// hangs on an entry that may be damaged.
    boolean known;

    /// The cells of slots `group.cutThrough() + 1` and on, without holes.
    final Sequences cells = new Sequences();

    /// The cells of votes on the fast path.
    final SortedMap<TxnId, Long> votes = new TreeMap<>();

    long slotLast() {
      return group.cutThrough() + cells.size();
    }
  }

  final SortedMap<ShardId, ShardLog> shards = new TreeMap<>();

  /// Cells of entries that were cut and not yet deleted. A cut is durable through the group's cell
  /// alone; these are cleared away little by little, oldest first, since neighbours share a page.
  final TreeSet<Long> garbage = new TreeSet<>();

  /// Cells that damage has made useless, to go in the commit that marks their shards as damaged.
  final List<Long> wreckage = new ArrayList<>();

  /// Shards whose damage is not yet marked durably.
  final List<ShardId> unmarked = new ArrayList<>();

  /// Above every sequence in use, so that entries lie in the order in which they were written.
  long sequenceNext = 1;

  ShardLog shard(ShardId shard) {
    return shards.computeIfAbsent(shard, _ -> new ShardLog());
  }
}
