package meridian.model;

/// A hybrid logical clock reading: 48 bits of milliseconds since 1970, then a 16-bit counter
/// (Kulkarni et al., "Logical Physical Clocks", 2014). An overflowing counter carries into the
/// milliseconds, so that order is never lost. Compared as one unsigned number; it is never
/// negative.
public record Timestamp(long packed) implements Comparable<Timestamp> {
  /// Before everything.
  public static final Timestamp ZERO = new Timestamp(0);

  /// After everything.
  public static final Timestamp MAX = new Timestamp(Long.MAX_VALUE);

  private static final int COUNTER_BITS = 16;

  public Timestamp {
    if (packed < 0) {
      throw new IllegalArgumentException("a timestamp is never negative: " + packed);
    }
  }

  /// The first timestamp of a millisecond.
  public static Timestamp ofMillis(long millis) {
    return new Timestamp(millis << COUNTER_BITS);
  }

  /// The first timestamp at or after a wall-clock reading in microseconds since 1970, rounded down.
  public static Timestamp ofMicros(long micros) {
    return ofMillis(micros / 1_000);
  }

  public static Timestamp max(Timestamp a, Timestamp b) {
    return a.packed >= b.packed ? a : b;
  }

  public static Timestamp min(Timestamp a, Timestamp b) {
    return a.packed <= b.packed ? a : b;
  }

  public long millis() {
    return packed >>> COUNTER_BITS;
  }

  public int counter() {
    return (int) (packed & ((1 << COUNTER_BITS) - 1));
  }

  /// The smallest timestamp above this one.
  public Timestamp next() {
    return new Timestamp(packed + 1);
  }

  public Timestamp plusMillis(long millis) {
    return new Timestamp(packed + (millis << COUNTER_BITS));
  }

  /// This less some milliseconds, but not below zero.
  public Timestamp minusMillis(long millis) {
    return new Timestamp(Math.max(0, packed - (millis << COUNTER_BITS)));
  }

  public boolean isAfter(Timestamp other) {
    return packed > other.packed;
  }

  public boolean isBefore(Timestamp other) {
    return packed < other.packed;
  }

  @Override
  public int compareTo(Timestamp other) {
    return Long.compare(packed, other.packed);
  }

  @Override
  public String toString() {
    return millis() + "." + counter();
  }
}
