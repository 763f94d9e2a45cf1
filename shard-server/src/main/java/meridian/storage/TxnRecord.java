package meridian.storage;

import java.util.List;
import meridian.model.ShardId;
import meridian.model.TxnId;
import meridian.paxos.Decision;

/// How a transaction ended, as a participant remembers it: a decision or a fence.
///
/// @param participants the shards that may still ask (rule G3)
public record TxnRecord(TxnId txn, Decision decision, List<ShardId> participants) {
  public TxnRecord {
    participants = List.copyOf(participants);
  }
}
