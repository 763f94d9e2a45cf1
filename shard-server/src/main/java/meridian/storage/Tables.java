package meridian.storage;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import meridian.model.KeyRange;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.model.Timestamp;
import meridian.model.TxnPart;
import meridian.paxos.Ballot;
import meridian.paxos.Electorate;

/// Everything of a shard's applied state that is not a version or an outcome; small, and written
/// whole with each flush and sent with each snapshot.
///
/// @param slot the last slot applied
/// @param origin the ballot that put the entry there
/// @param prepared undecided transactions, by slot of their prepare
/// @param floors what committed readers have seen: a write there needs a larger timestamp (rule
///   2.10)
/// @param ctsMax the largest timestamp of anything that was prepared or committed here
/// @param horizonSlot versions overwritten, and deletions made, at or before it may be gone
/// @param horizon as of this timestamp, and of any later one, nothing is gone
/// @param wholeFromSlot a state as of an earlier slot is a snapshot still being pieced together
public record Tables(
    long slot,
    Ballot origin,
    Ballot barrier,
    Electorate electorate,
    List<Prepared> prepared,
    List<Floor> floors,
    Timestamp tsLimit,
    Timestamp ctsMax,
    Timestamp watermark,
    SortedMap<ShardId, Timestamp> resolved,
    long horizonSlot,
    Timestamp horizon,
    long wholeFromSlot,
    Optional<ShardMap> map) {
  /// A transaction that has voted YES and waits for its decision.
  public record Prepared(long slot, TxnPart part, Timestamp ts) {}

  /// A committed reader has seen this range as of a timestamp.
  public record Floor(KeyRange range, Timestamp ts) {}

  public Tables {
    prepared = List.copyOf(prepared);
    floors = List.copyOf(floors);
    resolved = java.util.Collections.unmodifiableSortedMap(new java.util.TreeMap<>(resolved));
  }

  /// The same, of a state that is whole only from a slot on.
  public Tables withWholeFrom(long wholeFrom) {
    return new Tables(
        slot,
        origin,
        barrier,
        electorate,
        prepared,
        floors,
        tsLimit,
        ctsMax,
        watermark,
        resolved,
        horizonSlot,
        horizon,
        Math.max(wholeFromSlot, wholeFrom),
        map);
  }

  /// The same, of a state that has lost what was overwritten before a timestamp.
  public Tables withHorizon(Timestamp lost) {
    return new Tables(
        slot,
        origin,
        barrier,
        electorate,
        prepared,
        floors,
        tsLimit,
        ctsMax,
        watermark,
        resolved,
        horizonSlot,
        Timestamp.max(horizon, lost),
        wholeFromSlot,
        map);
  }

  /// The state before the first slot.
  public static Tables empty() {
    return new Tables(
        0,
        Ballot.ZERO,
        Ballot.ZERO,
        Electorate.EMPTY,
        List.of(),
        List.of(),
        Timestamp.ZERO,
        Timestamp.ZERO,
        Timestamp.ZERO,
        new java.util.TreeMap<>(),
        0,
        Timestamp.ZERO,
        0,
        Optional.empty());
  }
}
