package meridian.txn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Limits;

/// A walk over a range of keys, in order or in reverse, as one transaction sees them. It goes as
/// far as what is known allows, then says what must be read next. What the transaction writes ahead
/// of the walk, the walk will see; what it writes behind, not.
public final class Scan {
  private final TxnBuffer buffer;
  private final boolean reverse;

  /// How many rows are wanted still.
  private long wanted;

  private final boolean limited;

  /// The keys not walked over yet.
  private KeyRange left;

  private List<Entry> found = new ArrayList<>();

  Scan(TxnBuffer buffer, KeyRange range, int limit, boolean reverse) {
    this.buffer = buffer;
    this.reverse = reverse;
    this.limited = limit > 0;
    this.wanted = limited ? limit : Long.MAX_VALUE;
    this.left = range;
  }

  /// Walks on.
  ///
  /// @return what must be read before it can go further; nothing once the limit is met or the range
  ///   is at its end
  /// @throws InvalidRequest if the transaction has added to a key whose value is not a number
  public Optional<Reading.Range> advance() {
    while (!isDone()) {
      Optional<Coverage.Known> known =
          reverse ? buffer.coverage().below(left.end()) : buffer.coverage().at(left.start());
      if (known.isEmpty()) {
        return Optional.of(new Reading.Range(gap(), limitToAsk(), reverse));
      }
      walkOver(known.get());
    }
    return Optional.empty();
  }

  /// The rows found since this was last asked, in the order of the walk.
  public List<Entry> take() {
    List<Entry> taken = List.copyOf(found);
    found = new ArrayList<>();
    return taken;
  }

  /// Whether rows are waiting to be taken.
  public boolean hasFound() {
    return !found.isEmpty();
  }

  /// Whether there is nothing more to walk over.
  public boolean isDone() {
    return wanted == 0 || left.isEmpty();
  }

  private KeyRange gap() {
    return reverse ? buffer.coverage().gapAtEnd(left) : buffer.coverage().gapAtStart(left);
  }

  /// Own deletions may hide some of what comes back, and then it is asked again for the rest (rule
  /// S2).
  private int limitToAsk() {
    return limited ? (int) Math.min(wanted, Limits.PAGE_ROWS_MAX) : 0;
  }

  private void walkOver(Coverage.Known known) {
    KeyRange stretch = left.intersect(known.range());
    for (Entry entry : buffer.overlaid(stretch, known.rows(), reverse)) {
      found.add(entry);
      wanted--;
      if (wanted == 0) {
        left = beyond(entry.key());
        return;
      }
    }
    left =
        reverse
            ? new KeyRange(left.start(), Optional.of(stretch.start()))
            : stretch.end().map(end -> new KeyRange(end, left.end())).orElse(nothing());
  }

  private KeyRange beyond(Key key) {
    return reverse
        ? new KeyRange(left.start(), Optional.of(key))
        : new KeyRange(key.next(), left.end());
  }

  private static KeyRange nothing() {
    return KeyRange.of(Key.EMPTY, Key.EMPTY);
  }
}
