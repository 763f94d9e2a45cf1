package meridian.storage;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Timestamp;
import meridian.model.TxnId;

/// What one shard's part of a state store ought to hold, said in the plainest way, as if nothing
/// were ever collected.
final class StateModel {
  /// Of each key the versions, newest first.
  final NavigableMap<Key, NavigableMap<Timestamp, Version>> rows = new TreeMap<>();

  final NavigableMap<TxnId, TxnRecord> outcomes = new TreeMap<>();

  private long slot;

  /// A flush that a replica could make now, with a few keys that are there already.
  StateFlush nextFlush(RandomGenerator random, long horizonSlot) {
    List<SnapshotRow> touched = new ArrayList<>();
    int keys = random.nextInt(1, 10);
    NavigableMap<Key, List<Version>> drawn = new TreeMap<>();
    for (int i = 0; i < keys; i++) {
      drawn.put(keyOldOrNew(random), versions(random));
    }
    drawn.forEach((key, versions) -> touched.add(new SnapshotRow(key, versions)));
    List<TxnRecord> remembered = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      remembered.add(Samples.outcome(Samples.txn(random), random));
    }
    List<TxnId> forgotten =
        outcomes.keySet().stream().filter(_ -> random.nextInt(10) == 0).toList();
    return new StateFlush(
        Samples.shard(1), touched, remembered, forgotten, Samples.tables(slot, horizonSlot));
  }

  void take(StateFlush flush) {
    for (SnapshotRow row : flush.rows()) {
      var versions =
          rows.computeIfAbsent(row.key(), _ -> new TreeMap<>(Collections.reverseOrder()));
      row.versions().forEach(version -> versions.putIfAbsent(version.ts(), version));
    }
    flush.outcomes().forEach(outcome -> outcomes.put(outcome.txn(), outcome));
    flush.forgotten().forEach(outcomes::remove);
  }

  List<SnapshotRow> rows(KeyRange range, boolean reverse, int keysMax) {
    var ordered = reverse ? rows.descendingMap() : rows;
    return ordered.entrySet().stream()
        .filter(row -> range.contains(row.getKey()))
        .limit(keysMax)
        .map(row -> new SnapshotRow(row.getKey(), List.copyOf(row.getValue().values())))
        .toList();
  }

  /// What is left of a row after everything was collected that may be.
  static SnapshotRow collected(SnapshotRow row, long horizonSlot) {
    List<Version> kept = new ArrayList<>();
    for (Version version : row.versions()) {
      if (version.slot() > horizonSlot) {
        kept.add(version);
      } else {
        version.value().ifPresent(_ -> kept.add(version));
        break;
      }
    }
    return new SnapshotRow(row.key(), kept);
  }

  Key keyOldOrNew(RandomGenerator random) {
    return rows.isEmpty() || random.nextBoolean()
        ? Samples.key(random)
        : List.copyOf(rows.keySet()).get(random.nextInt(rows.size()));
  }

  private List<Version> versions(RandomGenerator random) {
    List<Version> versions = new ArrayList<>();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      slot++;
      var value = java.util.Optional.of(Samples.value(random)).filter(_ -> random.nextInt(4) > 0);
      versions.addFirst(new Version(new Timestamp(10 * slot), slot, value));
    }
    return versions;
  }
}
