package meridian.simulate;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.model.Value;
import meridian.model.Write;
import meridian.participant.Ledger;
import meridian.paxos.Command;
import meridian.paxos.Decision;
import meridian.paxos.LogEntry;
import meridian.txn.Reading.Row;

/// Every version of every key, from nothing but what the logs have chosen; none is ever collected.
final class Versions {
  private final NavigableMap<Key, NavigableMap<Timestamp, Optional<Value>>> versions =
      new TreeMap<>();

  private final SortedMap<ShardId, SortedMap<TxnId, TxnPart>> prepared = new TreeMap<>();

  /// Takes note of an entry that was just chosen; in the order of slots.
  void chosen(ShardId shard, LogEntry entry) {
    SortedMap<TxnId, TxnPart> undecided = prepared.computeIfAbsent(shard, s -> new TreeMap<>());
    switch (entry.command()) {
      case Command.Prepare prepare -> undecided.put(prepare.part().txn(), prepare.part());
      case Command.OnePhase onePhase -> write(onePhase.part(), onePhase.ts());
      case Command.Decide decide -> {
        TxnPart part = undecided.remove(decide.txn());
        if (part != null && decide.decision() instanceof Decision.Commit commit) {
          write(part, commit.ts());
        }
      }
      case Command.Fence fence -> {}
      case Command.Collect collect -> {}
      case Command.Barrier barrier -> {}
      case Command.TsLimit limit -> {}
    }
  }

  private void write(TxnPart part, Timestamp ts) {
    for (Write write : part.writes()) {
      NavigableMap<Timestamp, Optional<Value>> all =
          versions.computeIfAbsent(write.key(), k -> new TreeMap<>());
      Optional<Value> before = all.isEmpty() ? Optional.empty() : all.lastEntry().getValue();
      all.put(ts, Ledger.result(write, before));
    }
  }

  /// The rows of a range as of a timestamp.
  NavigableMap<Key, Row> asOf(KeyRange range, Timestamp at) {
    NavigableMap<Key, Row> rows = new TreeMap<>();
    var tail = versions.tailMap(range.start(), true);
    (range.end().isPresent() ? tail.headMap(range.end().get(), false) : tail)
        .forEach(
            (key, all) -> {
              Map.Entry<Timestamp, Optional<Value>> newest = all.floorEntry(at);
              if (newest != null && newest.getValue().isPresent()) {
                rows.put(key, new Row(key, newest.getValue().get(), newest.getKey()));
              }
            });
    return rows;
  }

  /// Whether a key has ever been what a row says.
  boolean has(Row row) {
    return Optional.ofNullable(versions.get(row.key()))
        .map(all -> all.get(row.version()))
        .filter(Optional.of(row.value())::equals)
        .isPresent();
  }

  /// The first time after one at which a key was written, if it was.
  Optional<Timestamp> writtenAfter(Key key, Timestamp ts) {
    return Optional.ofNullable(versions.get(key)).map(all -> all.higherKey(ts));
  }
}
