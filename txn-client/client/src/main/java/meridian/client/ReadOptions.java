package meridian.client;

import java.time.Duration;
import java.util.Optional;
import meridian.txn.TxnOptions;

/// How to read outside of a transaction.
///
/// @param reads how true the answer is; STRONG is strictly serializable
/// @param timeout how long it may take; nothing for the database's
public record ReadOptions(TxnOptions.Reads reads, Optional<Duration> timeout) {
  /// Strictly serializable: what is read was so at one moment between question and answer. Costs a
  /// round trip to the shard's leader and on to a majority.
  public static final ReadOptions STRICT =
      new ReadOptions(TxnOptions.Reads.STRONG, Optional.empty());

  /// Whatever the nearest replica has: committed, but perhaps old, and not of the same age for
  /// different keys. Costs no wide-area round trip where a replica is near.
  public static final ReadOptions NEAREST =
      new ReadOptions(TxnOptions.Reads.NEAREST, Optional.empty());

  /// The same, within another time.
  public ReadOptions within(Duration time) {
    return new ReadOptions(reads, Optional.of(time));
  }
}
