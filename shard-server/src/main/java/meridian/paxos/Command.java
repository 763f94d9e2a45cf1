package meridian.paxos;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import meridian.model.AbortReason;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;

/// What a log entry says (protocol 2.1).
public sealed interface Command {
  /// A leader's first entry: whoever holds it holds the whole log that its ballot starts from (rule
  /// P5). The directory's first barrier carries the first shard map.
  record Barrier(Ballot ballot, Electorate electorate, Optional<ShardMap> map) implements Command {}

  /// The participant's YES: the transaction is prepared here at this timestamp.
  record Prepare(TxnPart part, Timestamp ts) implements Command {}

  /// The participant's NO, good only once chosen (rule L5): whatever asks for this transaction
  /// later is refused.
  ///
  /// @param coordinator whom to tell; nobody where an orphan is fenced
  record Fence(TxnId txn, List<ShardId> participants, NodeId coordinator, AbortReason reason)
      implements Command {
    public Fence {
      participants = List.copyOf(participants);
    }
  }

  /// How a transaction that was prepared here ended; its locks go and its writes appear (rule G1).
  record Decide(TxnId txn, Decision decision) implements Command {}

  /// A transaction of this shard alone: prepared, decided and applied in one (rule 2.12).
  record OnePhase(TxnPart part, Timestamp ts) implements Command {}

  /// Every promise about time up to here is known to all later leaders (rule 2.10).
  record TsLimit(Timestamp limit) implements Command {}

  /// Moves on what may be forgotten (rule G3).
  ///
  /// @param watermark transactions that began at or before it and are unknown are fenced for ever
  /// @param resolved for each shard how far every transaction that began is settled there
  /// @param horizonSlot versions overwritten, and deletions made, at or before this slot may go
  /// @param horizon no version up to that slot has a later timestamp: as of it, and of any later
  ///   time, the state can still be read
  record Collect(
      Timestamp watermark,
      SortedMap<ShardId, Timestamp> resolved,
      long horizonSlot,
      Timestamp horizon)
      implements Command {
    public Collect {
      resolved = java.util.Collections.unmodifiableSortedMap(new java.util.TreeMap<>(resolved));
    }
  }
}
