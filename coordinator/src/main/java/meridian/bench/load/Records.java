package meridian.bench.load;

import java.util.concurrent.atomic.AtomicLong;

/// The records that a benchmark works on, numbered from 0. The name of one is a hash of its number,
/// so that neighbours in number are not neighbours in key, and begins with a letter from a to z, so
/// that they spread over shards that split the alphabet. Any thread may use it.
public final class Records {
  /// What every account starts with.
  public static final long BALANCE = 1_000;

  private static final int LETTERS = 26;
  private static final int NUMBER_DIGITS = 16;
  private static final int HEX = 16;

  private final long loaded;
  private final int valueBytes;
  private final String filler;
  private final AtomicLong count;

  /// @param loaded how many there are at the start, 2 or more
  /// @param valueBytes of each value; at least what a number takes
  public Records(long loaded, int valueBytes) {
    if (loaded < 2) {
      throw new IllegalArgumentException("want two keys or more, not " + loaded);
    }
    if (valueBytes < NUMBER_DIGITS) {
      throw new IllegalArgumentException("want values of " + NUMBER_DIGITS + " bytes or more");
    }
    this.loaded = loaded;
    this.valueBytes = valueBytes;
    this.filler = "x".repeat(valueBytes - NUMBER_DIGITS);
    this.count = new AtomicLong(loaded);
  }

  /// How many there were at the start.
  public long loaded() {
    return loaded;
  }

  public int valueBytes() {
    return valueBytes;
  }

  /// How many there are, those among them that are being inserted.
  public long count() {
    return count.get();
  }

  /// The number of a record that is not there yet.
  public long insert() {
    return count.getAndIncrement();
  }

  /// The key of a record: 17 characters.
  public static String key(long number) {
    long hash = mix(number);
    char first = (char) ('a' + Long.remainderUnsigned(hash, LETTERS));
    return first + digits(hash);
  }

  /// A value that tells itself from others, which a checker of histories likes.
  public String value(long tag) {
    return digits(tag) + filler;
  }

  /// A value that stands for a balance.
  public String balance(long amount) {
    return digits(amount) + filler;
  }

  /// The same value, but for the balance.
  public static String withAmount(String value, long amount) {
    return digits(amount) + value.substring(NUMBER_DIGITS);
  }

  /// The balance that a value stands for.
  public static long amount(String value) {
    return Long.parseUnsignedLong(value, 0, NUMBER_DIGITS, HEX);
  }

  private static String digits(long number) {
    String hex = Long.toHexString(number);
    return "0".repeat(NUMBER_DIGITS - hex.length()) + hex;
  }

  /// The finalizer of SplitMix64: a bijection, so that no two records share a key.
  private static long mix(long number) {
    long z = number + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
