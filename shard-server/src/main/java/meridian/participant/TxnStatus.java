package meridian.participant;

import meridian.model.Timestamp;
import meridian.paxos.Decision;

/// What a shard can prove of a transaction, from chosen entries alone (rule R1).
public sealed interface TxnStatus {
  /// It voted YES at this timestamp and knows no outcome.
  record Prepared(Timestamp ts) implements TxnStatus {}

  /// It knows the outcome, or has refused.
  record Settled(Decision decision) implements TxnStatus {}

  /// It began before the watermark and is unknown: not committed, or settled everywhere (rule G3).
  record Forgotten() implements TxnStatus {}
}
