package meridian.model;

/// Names one attempt at one transaction (rule C7).
///
/// @param begin when its first attempt began; its age, kept by every later attempt
/// @param incarnation drawn at random when the client that minted it started, so that ids never
///   collide
/// @param sequence counts the transactions of that incarnation
/// @param attempt counts from 0; a resend keeps it, a new run of the closure raises it
public record TxnId(Timestamp begin, long incarnation, long sequence, int attempt)
    implements Comparable<TxnId> {
  private static final int HEX = 16;
  private static final int PARTS = 4;

  /// The id of the next attempt at the same transaction.
  public TxnId nextAttempt() {
    return new TxnId(begin, incarnation, sequence, attempt + 1);
  }

  /// Whether both are attempts at one transaction.
  public boolean isSameTransaction(TxnId other) {
    return begin.equals(other.begin)
        && incarnation == other.incarnation
        && sequence == other.sequence;
  }

  /// Whether this transaction is older, which decides who may wait (rule L5). Total over ids.
  public boolean isOlderThan(TxnId other) {
    return compareTo(other) < 0;
  }

  /// Reads what `toString` wrote.
  ///
  /// @throws IllegalArgumentException if the text is no transaction id
  public static TxnId parse(String text) {
    String[] parts = text.split("-", -1);
    if (parts.length != PARTS) {
      throw new IllegalArgumentException(
          "not a transaction id (want BEGIN-INCARNATION-SEQUENCE-ATTEMPT): " + text);
    }
    try {
      return new TxnId(
          new Timestamp(Long.parseUnsignedLong(parts[0], HEX)),
          Long.parseUnsignedLong(parts[1], HEX),
          Long.parseUnsignedLong(parts[2], HEX),
          Integer.parseInt(parts[3]));
    } catch (NumberFormatException badNumber) {
      throw new IllegalArgumentException("not a transaction id: " + text, badNumber);
    }
  }

  @Override
  public int compareTo(TxnId other) {
    int order = begin.compareTo(other.begin);
    if (order == 0) {
      order = Long.compareUnsigned(incarnation, other.incarnation);
    }
    if (order == 0) {
      order = Long.compare(sequence, other.sequence);
    }
    return order != 0 ? order : Integer.compare(attempt, other.attempt);
  }

  @Override
  public String toString() {
    return Long.toHexString(begin.packed())
        + "-"
        + Long.toHexString(incarnation)
        + "-"
        + Long.toHexString(sequence)
        + "-"
        + attempt;
  }
}
