package meridian.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import meridian.model.Timestamp;
import meridian.txn.InvalidRequest;
import meridian.txn.Moment;
import meridian.txn.TxnOptions;

/// How to read outside of a transaction.
///
/// @param reads how true the answer is; STRONG is strictly serializable
/// @param moment as of when, where it is a snapshot
/// @param timeout how long it may take; nothing for the database's
public record ReadOptions(TxnOptions.Reads reads, Moment moment, Optional<Duration> timeout) {
  /// Strictly serializable: what is read was so at one moment between question and answer. Costs a
  /// round trip to the shard's leader and on to a majority.
  public static final ReadOptions STRICT =
      new ReadOptions(TxnOptions.Reads.STRONG, Moment.OF_LATE, Optional.empty());

  /// Whatever the nearest replica has: committed, but perhaps old, and not of the same age for
  /// different keys. Costs no wide-area round trip where a replica is near.
  public static final ReadOptions NEAREST =
      new ReadOptions(TxnOptions.Reads.NEAREST, Moment.OF_LATE, Optional.empty());

  /// The state of one moment on all shards, from the nearest replicas: about a second ago, or as of
  /// the last thing that this connection has read or written, if that is later. So it shows what
  /// was written here, and never goes back. Costs no wide-area round trip where a replica is near;
  /// it may wait for up to a second for what was written just now to arrive there.
  public static final ReadOptions SESSION = asOf(Moment.OF_LATE);

  /// The same, of so long ago, unless this connection has seen something later. From three seconds
  /// on there is hardly anything to wait for.
  ///
  /// @throws PermanentException if that is not a time in the past
  public static ReadOptions stale(Duration age) {
    try {
      return asOf(new Moment.Recent(TimeUnit.MICROSECONDS.convert(age), true));
    } catch (InvalidRequest wrong) {
      throw Driver.translated(wrong);
    }
  }

  /// The state as of a timestamp, whatever this connection has seen.
  ///
  /// @throws PermanentException if there is no such time; and when reading, if it is longer ago
  ///   than the shards remember, or in the future
  public static ReadOptions at(Timestamp ts) {
    try {
      return asOf(new Moment.Exactly(ts));
    } catch (InvalidRequest wrong) {
      throw Driver.translated(wrong);
    }
  }

  private static ReadOptions asOf(Moment moment) {
    return new ReadOptions(TxnOptions.Reads.SNAPSHOT, moment, Optional.empty());
  }

  /// The same, within another time.
  public ReadOptions within(Duration time) {
    return new ReadOptions(reads, moment, Optional.of(time));
  }
}
