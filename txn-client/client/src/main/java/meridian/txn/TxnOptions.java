package meridian.txn;

import meridian.model.Limits;

/// What a transaction asks for.
///
/// @param timeoutMicros how long it may take, all attempts together, in microseconds
/// @param attemptsMax how often it may run; 1 for code that cannot be run again
/// @param singleRead whether it is one read and nothing else, which one shard may answer strictly
///   serializably without a commit (rule 2.11)
public record TxnOptions(long timeoutMicros, int attemptsMax, boolean singleRead) {
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
    return new TxnOptions(timeoutMicros, Integer.MAX_VALUE, false);
  }

  /// The same, run once.
  public TxnOptions once() {
    return new TxnOptions(timeoutMicros, 1, singleRead);
  }

  /// The same, for one read.
  public TxnOptions forSingleRead() {
    return new TxnOptions(timeoutMicros, attemptsMax, true);
  }
}
