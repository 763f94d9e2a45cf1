package meridian.participant;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import meridian.model.Invariant;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Observed;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.model.Write;

/// Who holds what: every transaction of the table reads its ranges shared and writes its keys
/// alone. Used twice by a leader, for the transactions that are prepared and for those that wait.
final class LockTable {
  /// The parts that are in the table.
  private final NavigableMap<TxnId, TxnPart> parts = new TreeMap<>();

  /// How many bytes they are.
  private long bytes;

  /// Who writes a key. Among waiters several may want to.
  private final NavigableMap<Key, SortedSet<TxnId>> writers = new TreeMap<>();

  /// Who reads exactly one key, by that key; and who reads more, by transaction.
  private final NavigableMap<Key, SortedSet<TxnId>> pointReaders = new TreeMap<>();

  private final NavigableMap<TxnId, List<KeyRange>> rangeReaders = new TreeMap<>();

  void add(TxnPart part) {
    Invariant.check(!parts.containsKey(part.txn()), "%s holds locks already", part.txn());
    parts.put(part.txn(), part);
    bytes += part.sizeBytes();
    for (Write write : part.writes()) {
      writers.computeIfAbsent(write.key(), k -> new TreeSet<>()).add(part.txn());
    }
    for (Observed read : part.reads()) {
      if (read.range().isPoint()) {
        pointReaders.computeIfAbsent(read.range().start(), k -> new TreeSet<>()).add(part.txn());
      } else {
        rangeReaders.computeIfAbsent(part.txn(), t -> new ArrayList<>()).add(read.range());
      }
    }
  }

  void remove(TxnId txn) {
    TxnPart part = parts.remove(txn);
    if (part == null) {
      return;
    }
    bytes -= part.sizeBytes();
    for (Write write : part.writes()) {
      drop(writers, write.key(), txn);
    }
    for (Observed read : part.reads()) {
      if (read.range().isPoint()) {
        drop(pointReaders, read.range().start(), txn);
      }
    }
    rangeReaders.remove(txn);
  }

  private static void drop(NavigableMap<Key, SortedSet<TxnId>> index, Key key, TxnId txn) {
    SortedSet<TxnId> holders = index.get(key);
    if (holders != null && holders.remove(txn) && holders.isEmpty()) {
      index.remove(key);
    }
  }

  boolean contains(TxnId txn) {
    return parts.containsKey(txn);
  }

  Optional<TxnPart> part(TxnId txn) {
    return Optional.ofNullable(parts.get(txn));
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }

  int size() {
    return parts.size();
  }

  /// How many bytes of keys and values the parts read and write.
  long bytes() {
    return bytes;
  }

  /// The parts in order of age, oldest first.
  List<TxnPart> inOrderOfAge() {
    return List.copyOf(parts.values());
  }

  /// Everyone in the table that a part could not hold its locks beside, with a key where they meet.
  NavigableMap<TxnId, Key> conflicts(TxnPart part) {
    NavigableMap<TxnId, Key> found = new TreeMap<>();
    for (Write write : part.writes()) {
      Key key = write.key();
      note(writers.get(key), key, found);
      note(pointReaders.get(key), key, found);
      for (Map.Entry<TxnId, List<KeyRange>> reader : rangeReaders.entrySet()) {
        if (reader.getValue().stream().anyMatch(range -> range.contains(key))) {
          found.putIfAbsent(reader.getKey(), key);
        }
      }
    }
    for (Observed read : part.reads()) {
      writersIn(read.range(), found);
    }
    found.remove(part.txn());
    return found;
  }

  /// Whether anyone in the table writes within a range.
  boolean writesIn(KeyRange range) {
    NavigableMap<TxnId, Key> found = new TreeMap<>();
    writersIn(range, found);
    return !found.isEmpty();
  }

  private void writersIn(KeyRange range, NavigableMap<TxnId, Key> found) {
    if (range.isPoint()) {
      note(writers.get(range.start()), range.start(), found);
      return;
    }
    within(writers, range).forEach((key, holders) -> note(holders, key, found));
  }

  private static void note(
      @org.jspecify.annotations.Nullable SortedSet<TxnId> holders,
      Key key,
      NavigableMap<TxnId, Key> found) {
    if (holders != null) {
      holders.forEach(holder -> found.putIfAbsent(holder, key));
    }
  }

  /// The part of a map whose keys lie in a range.
  static <V> NavigableMap<Key, V> within(NavigableMap<Key, V> map, KeyRange range) {
    if (range.isEmpty()) {
      return new TreeMap<>();
    }
    NavigableMap<Key, V> tail = map.tailMap(range.start(), true);
    return range.end().map(end -> tail.headMap(end, false)).orElse(tail);
  }
}
