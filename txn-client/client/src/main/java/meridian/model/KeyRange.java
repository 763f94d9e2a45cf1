package meridian.model;

import java.util.Optional;

/// The keys from `start`, included, to `end`, excluded; without an end, to the last key there is. A
/// range whose start is not below its end is empty.
public record KeyRange(Key start, Optional<Key> end) {
  /// Every key.
  public static final KeyRange ALL = new KeyRange(Key.EMPTY, Optional.empty());

  /// The range that holds this one key.
  public static KeyRange point(Key key) {
    return new KeyRange(key, Optional.of(key.next()));
  }

  public static KeyRange of(Key start, Key end) {
    return new KeyRange(start, Optional.of(end));
  }

  public static KeyRange from(Key start) {
    return new KeyRange(start, Optional.empty());
  }

  /// Every key that begins with a prefix.
  public static KeyRange prefix(Key prefix) {
    byte[] bytes = prefix.toByteArray();
    for (int i = bytes.length - 1; i >= 0; i--) {
      if (bytes[i] != (byte) 0xff) {
        byte[] end = java.util.Arrays.copyOf(bytes, i + 1);
        end[i]++;
        return of(prefix, Key.wrap(end));
      }
    }
    return from(prefix);
  }

  public boolean contains(Key key) {
    return key.compareTo(start) >= 0 && isBelowEnd(key);
  }

  public boolean isEmpty() {
    return !isBelowEnd(start);
  }

  /// Whether the range holds exactly one key, its start.
  public boolean isPoint() {
    return end.isPresent()
        && end.get().size() == start.size() + 1
        && end.get().startsWith(start)
        && end.get().unsafeBytes()[start.size()] == 0;
  }

  /// Whether some key could lie in both.
  public boolean overlaps(KeyRange other) {
    return other.isBelowEnd(start) && isBelowEnd(other.start) && !isEmpty() && !other.isEmpty();
  }

  /// The keys in both; empty where they do not overlap.
  public KeyRange intersect(KeyRange other) {
    Key low = start.compareTo(other.start) >= 0 ? start : other.start;
    Optional<Key> high =
        end.isEmpty()
            ? other.end
            : other.end.isEmpty() || end.get().compareTo(other.end.get()) <= 0 ? end : other.end;
    return new KeyRange(low, high);
  }

  /// Whether a key lies below the end.
  public boolean isBelowEnd(Key key) {
    return end.isEmpty() || key.compareTo(end.get()) < 0;
  }

  @Override
  public String toString() {
    return isPoint()
        ? start.toString()
        : "[" + start + ", " + end.map(Key::toString).orElse("+inf") + ")";
  }
}
