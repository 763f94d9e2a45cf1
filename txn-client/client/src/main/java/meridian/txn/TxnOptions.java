package meridian.txn;

import meridian.model.Limits;

/// What a transaction asks for.
///
/// @param timeoutMicros how long it may take, all attempts together, in microseconds
/// @param attemptsMax how often it may run; 1 for code that cannot be run again
/// @param reads what makes its reads true
public record TxnOptions(long timeoutMicros, int attemptsMax, Reads reads) {
  /// What makes the reads of a transaction true.
  public enum Reads {
    /// Its commit validates them.
    VALIDATED,
    /// It is one read and nothing else, which one shard may answer strictly serializably (rule
    /// 2.11); where it cannot, a commit that writes nothing validates it.
    STRONG,
    /// Nothing: it reads what the nearest replica has applied, committed but perhaps old, and not
    /// of the same age for different keys. For reading only.
    NEAREST
  }

  private static final long MICROS_MAX = Limits.TXN_MILLIS_MAX * 1_000;

  public TxnOptions {
    if (timeoutMicros < 1 || timeoutMicros > MICROS_MAX) {
      throw new InvalidRequest(
          "the deadline is %d us away: a transaction may take 1 to %d us"
              .formatted(timeoutMicros, MICROS_MAX));
    }
    if (attemptsMax < 1) {
      throw new InvalidRequest("attempts are limited to " + attemptsMax + ": use 1 or more");
    }
  }

  /// A transaction that is run again as often as time allows.
  public static TxnOptions within(long timeoutMicros) {
    return new TxnOptions(timeoutMicros, Integer.MAX_VALUE, Reads.VALIDATED);
  }

  /// The same, run so often at most.
  public TxnOptions atMost(int attempts) {
    return new TxnOptions(timeoutMicros, attempts, reads);
  }

  /// The same, with other reads.
  public TxnOptions reading(Reads other) {
    return new TxnOptions(timeoutMicros, attemptsMax, other);
  }
}
