package meridian.txn;

import java.util.List;
import meridian.model.RegionId;
import meridian.model.ShardId;
import meridian.model.TxnId;

/// What is known of a transaction at its end.
///
/// @param txn its last attempt
/// @param attempts how many there were, 1 or more; 0 if no coordinator was reached in time
/// @param shards that the last attempt read from or that took part in its commit, in order
/// @param regions of the coordinators that answered it, in order
public record TxnResult(
    TxnEnd end, TxnId txn, int attempts, List<ShardId> shards, List<RegionId> regions) {
  public TxnResult {
    shards = List.copyOf(shards);
    regions = List.copyOf(regions);
  }
}
