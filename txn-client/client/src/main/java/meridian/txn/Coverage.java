package meridian.txn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Observed;
import meridian.txn.Reading.Page;
import meridian.txn.Reading.Row;

/// The keys that a transaction knows, because it has read them: disjoint intervals, each as of one
/// slot of its shard's log (rule S1). What is known stays as it was first seen: a later answer adds
/// only the keys that were not known before it.
final class Coverage {
  /// An interval of keys, and those of them that have a value.
  record Known(ClientMessage.ShardRead read, NavigableMap<Key, Row> rows) {
    KeyRange range() {
      return read.observed().range();
    }
  }

  /// By first key. Invariant: no two overlap and none is empty.
  private final NavigableMap<Key, Known> byStart = new TreeMap<>();

  /// The interval that a key lies in.
  Optional<Known> at(Key key) {
    return Optional.ofNullable(byStart.floorEntry(key))
        .map(Map.Entry::getValue)
        .filter(known -> known.range().isBelowEnd(key));
  }

  /// The interval that holds the keys just below an end.
  Optional<Known> below(Optional<Key> end) {
    return lastStartingBelow(end).filter(known -> reaches(known.range().end(), end));
  }

  /// The keys from the start of a range up to the next that is known.
  KeyRange gapAtStart(KeyRange range) {
    Map.Entry<Key, Known> next = byStart.higherEntry(range.start());
    return next == null ? range : range.intersect(KeyRange.of(range.start(), next.getKey()));
  }

  /// The keys up to the end of a range from the last before it that is known.
  KeyRange gapAtEnd(KeyRange range) {
    return lastStartingBelow(range.end())
        .flatMap(known -> known.range().end())
        .map(end -> range.intersect(KeyRange.from(end)))
        .orElse(range);
  }

  /// Takes note of what a page says about keys that were not known.
  ///
  /// @return how many bytes of keys and values came to be known
  long add(Page page) {
    long bytes = 0;
    KeyRange left = page.covered();
    while (!left.isEmpty()) {
      Optional<Known> known = at(left.start());
      KeyRange piece = known.map(Known::range).orElse(gapAtStart(left));
      if (known.isEmpty()) {
        bytes += addPiece(page, piece);
      }
      if (piece.end().isEmpty()) {
        return bytes;
      }
      left = new KeyRange(piece.end().get(), left.end());
    }
    return bytes;
  }

  /// All that was read, in key order.
  List<ClientMessage.ShardRead> reads() {
    List<ClientMessage.ShardRead> reads = new ArrayList<>(byStart.size());
    byStart.values().forEach(known -> reads.add(known.read()));
    return reads;
  }

  /// The same, with what was found.
  List<TxnBuffer.Seen> seen() {
    List<TxnBuffer.Seen> seen = new ArrayList<>(byStart.size());
    byStart
        .values()
        .forEach(k -> seen.add(new TxnBuffer.Seen(k.range(), List.copyOf(k.rows().values()))));
    return seen;
  }

  /// How many intervals are known.
  int size() {
    return byStart.size();
  }

  private long addPiece(Page page, KeyRange piece) {
    long bytes = 0;
    var rows = new TreeMap<Key, Row>();
    for (Row row : page.rows()) {
      if (piece.contains(row.key())) {
        rows.put(row.key(), row);
        bytes += row.key().size() + row.value().size();
      }
    }
    var observed = new Observed(piece, page.slot());
    var read = new ClientMessage.ShardRead(page.shard(), page.generation(), observed);
    byStart.put(piece.start(), new Known(read, rows));
    return bytes;
  }

  private Optional<Known> lastStartingBelow(Optional<Key> end) {
    Map.Entry<Key, Known> last =
        end.isPresent() ? byStart.lowerEntry(end.get()) : byStart.lastEntry();
    return Optional.ofNullable(last).map(Map.Entry::getValue);
  }

  /// Whether an interval with this end goes at least up to the other.
  private static boolean reaches(Optional<Key> end, Optional<Key> bound) {
    return end.isEmpty() || (bound.isPresent() && end.get().compareTo(bound.get()) >= 0);
  }
}
