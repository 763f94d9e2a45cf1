package meridian.simulate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import meridian.model.Invariant;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Observed;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.model.Write;
import meridian.paxos.Command;
import meridian.paxos.Decision;
import meridian.paxos.LogEntry;

/// Holds each shard's chosen log to the promise that the order of timestamps is the order of
/// conflicts (rule 2.10, invariant I4): who votes YES on a write does so above everyone who has
/// read or written the key and committed before, and who votes YES on a read above everyone who has
/// written there. Clients of today could hardly tell; a snapshot at a timestamp would.
final class Conflicts {
  /// What has committed in one shard.
  private static final class Shard {
    final NavigableMap<Key, Timestamp> written = new TreeMap<>();
    final Map<KeyRange, Timestamp> read = new LinkedHashMap<>();
    final SortedMap<TxnId, TxnPart> prepared = new TreeMap<>();
  }

  private final SortedMap<ShardId, Shard> shards = new TreeMap<>();

  /// Takes note of an entry that was just chosen; in the order of slots.
  void chosen(ShardId id, LogEntry entry) {
    Shard shard = shards.computeIfAbsent(id, s -> new Shard());
    switch (entry.command()) {
      case Command.Prepare prepare -> {
        check(shard, prepare.part(), prepare.ts());
        shard.prepared.put(prepare.part().txn(), prepare.part());
      }
      case Command.OnePhase onePhase -> {
        check(shard, onePhase.part(), onePhase.ts());
        committed(shard, onePhase.part(), onePhase.ts());
      }
      case Command.Decide decide -> {
        TxnPart part = shard.prepared.remove(decide.txn());
        if (part != null && decide.decision() instanceof Decision.Commit commit) {
          committed(shard, part, commit.ts());
        }
      }
      case Command.Fence fence -> {}
      case Command.Collect collect -> {}
      case Command.Barrier barrier -> {}
      case Command.TsLimit limit -> {}
    }
  }

  private static void check(Shard shard, TxnPart part, Timestamp ts) {
    for (Write write : part.writes()) {
      Timestamp before = shard.written.getOrDefault(write.key(), Timestamp.ZERO);
      checkAbove(part, ts, before, write.key() + " written");
      shard.read.forEach(
          (range, readAt) -> {
            if (range.contains(write.key())) {
              checkAbove(part, ts, readAt, range + " read");
            }
          });
    }
    for (Observed read : part.reads()) {
      NavigableMap<Key, Timestamp> tail = shard.written.tailMap(read.range().start(), true);
      (read.range().end().isPresent() ? tail.headMap(read.range().end().get(), false) : tail)
          .forEach((key, writtenAt) -> checkAbove(part, ts, writtenAt, key + " written"));
    }
  }

  private static void checkAbove(TxnPart part, Timestamp ts, Timestamp before, String what) {
    Invariant.check(
        ts.isAfter(before),
        "%s: %s votes at %s after %s at %s",
        part.shard(),
        part.txn(),
        ts,
        what,
        before);
  }

  private static void committed(Shard shard, TxnPart part, Timestamp ts) {
    part.writes().forEach(write -> shard.written.merge(write.key(), ts, Timestamp::max));
    part.reads().forEach(read -> shard.read.merge(read.range(), ts, Timestamp::max));
  }
}
