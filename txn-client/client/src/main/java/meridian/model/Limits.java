package meridian.model;

import java.util.Optional;

/// Every limit that a user can meet, in one place. A request beyond one is refused whole, with an
/// error that names the thing, the limit and the remedy.
public final class Limits {
  /// Largest key, in bytes.
  public static final int KEY_BYTES_MAX = 4 * 1024;

  /// Largest value, in bytes.
  public static final int VALUE_BYTES_MAX = 1024 * 1024;

  /// Most that one transaction may write, keys and values together, in bytes.
  public static final int TXN_BYTES_MAX = 10 * 1024 * 1024;

  /// Most that one transaction may read, keys and values together, in bytes: it keeps all of it, so
  /// that it sees each key the same way to its end.
  public static final int TXN_READ_BYTES_MAX = 64 * 1024 * 1024;

  /// Most keys and intervals that one transaction may read and write together.
  public static final int TXN_KEYS_MAX = 100_000;

  /// Longest that a transaction may run, in milliseconds, whatever deadline it asks for.
  public static final long TXN_MILLIS_MAX = 60_000;

  /// Furthest ahead of the clock, in milliseconds, that a timestamp may lie which somebody claims
  /// to have seen: the longest way, and the largest difference of clocks, twice.
  public static final long AHEAD_MILLIS_MAX = 2_000;

  /// Most rows in one page of a scan.
  public static final int PAGE_ROWS_MAX = 1_000;

  /// About as many bytes of keys and values as one page of a scan holds; one row always fits.
  public static final int PAGE_BYTES_MAX = 512 * 1024;

  /// Largest message on any stream, in bytes: a whole transaction and its envelope.
  public static final int MESSAGE_BYTES_MAX = 16 * 1024 * 1024;

  private Limits() {}

  /// What is wrong with a key that is to be read or written, if anything.
  public static Optional<String> complaintAbout(Key key) {
    if (key.isEmpty()) {
      return Optional.of("the key is empty: a key has 1 to " + KEY_BYTES_MAX + " bytes");
    }
    return complaintAboutBound(key);
  }

  /// What is wrong with the bound of a range, if anything; it may be empty.
  public static Optional<String> complaintAboutBound(Key key) {
    return key.size() > KEY_BYTES_MAX + 1
        ? Optional.of(
            "the key has "
                + key.size()
                + " bytes, the limit is "
                + KEY_BYTES_MAX
                + ": use a shorter key")
        : Optional.empty();
  }

  /// What is wrong with a range, if anything.
  public static Optional<String> complaintAbout(KeyRange range) {
    Optional<String> start = complaintAboutBound(range.start());
    if (start.isPresent()) {
      return start;
    }
    if (range.end().isPresent()) {
      Key end = range.end().get();
      if (range.start().compareTo(end) > 0) {
        return Optional.of(
            "the range ends before it starts: from "
                + range.start()
                + " to "
                + end
                + "; swap them or scan in reverse");
      }
      return complaintAboutBound(end);
    }
    return Optional.empty();
  }

  /// What is wrong with a value, if anything.
  public static Optional<String> complaintAbout(Value value) {
    return value.size() > VALUE_BYTES_MAX
        ? Optional.of(
            "the value has "
                + value.size()
                + " bytes, the limit is "
                + VALUE_BYTES_MAX
                + ": cut it into several keys")
        : Optional.empty();
  }

  /// What is wrong with a write, if anything.
  public static Optional<String> complaintAbout(Write write) {
    Optional<String> key = complaintAbout(write.key());
    if (key.isEmpty() && write.key().size() > KEY_BYTES_MAX) {
      key =
          Optional.of(
              "the key has "
                  + write.key().size()
                  + " bytes, the limit is "
                  + KEY_BYTES_MAX
                  + ": use a shorter key");
    }
    return key.isEmpty() && write instanceof Write.Put put ? complaintAbout(put.value()) : key;
  }

  /// What is wrong with the size of a transaction, if anything.
  public static Optional<String> complaintAboutSize(long keys, long bytes) {
    if (keys > TXN_KEYS_MAX) {
      return Optional.of(
          "the transaction touches " + keys + " keys, the limit is " + TXN_KEYS_MAX + ": split it");
    }
    return bytes > TXN_BYTES_MAX
        ? Optional.of(
            "the transaction writes "
                + bytes
                + " bytes, the limit is "
                + TXN_BYTES_MAX
                + ": split it")
        : Optional.empty();
  }
}
