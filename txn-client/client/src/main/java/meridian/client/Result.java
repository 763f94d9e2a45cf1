package meridian.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import meridian.model.RegionId;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;

/// What came of a transaction that committed, and what it cost.
///
/// @param value what its code returned
/// @param commitTimestamp its place among all others; nothing where it was a single read, which
///   needs none, or did nothing
/// @param txn the attempt that committed
/// @param attempts how often its code ran, 1 or more
/// @param shards that it read from or wrote to, in order
/// @param regions of the coordinators that answered it
/// @param elapsed from its start to its commit
public record Result<T extends @org.jspecify.annotations.Nullable Object>(
    T value,
    Optional<Timestamp> commitTimestamp,
    TxnId txn,
    int attempts,
    List<ShardId> shards,
    List<RegionId> regions,
    Duration elapsed) {
  public Result {
    shards = List.copyOf(shards);
    regions = List.copyOf(regions);
  }
}
