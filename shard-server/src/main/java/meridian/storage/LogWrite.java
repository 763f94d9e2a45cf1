package meridian.storage;

import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.paxos.Ballot;
import meridian.paxos.LogEntry;
import meridian.paxos.Tentative;

/// One change of a node's log. A batch of them is durable whole or not at all.
public sealed interface LogWrite {
  /// Puts an entry into its slot, just after the last one of the shard's log.
  record Append(ShardId shard, LogEntry entry) implements LogWrite {}

  /// Drops every entry at or after a slot, to make room for another ballot's log (rule P5).
  record Truncate(ShardId shard, long slotFrom) implements LogWrite {}

  /// Drops every entry at or before a slot, which the state store holds the effect of. If the log
  /// ended before the slot, it goes on just after it.
  record Cut(ShardId shard, long slotThrough) implements LogWrite {}

  /// What was promised, and whose log this is.
  record Ballots(ShardId shard, Ballot promised, Ballot logBallot) implements LogWrite {}

  /// The log holds again all that was voted for: it ends no earlier than a leader's log did after
  /// the damage was found (see [RecoveredLog]). Until this is written, every start finds the damage
  /// again.
  record Repaired(ShardId shard) implements LogWrite {}

  /// A vote on the fast path (rule E4). A shard holds one of a transaction at most.
  record Vote(ShardId shard, Tentative tentative) implements LogWrite {}

  /// A vote on the fast path has done its work (rule P3).
  record VoteDropped(ShardId shard, TxnId txn) implements LogWrite {}

  /// No clock reading above this one was ever given out (rule 2.10).
  record ClockBound(Timestamp bound) implements LogWrite {}
}
