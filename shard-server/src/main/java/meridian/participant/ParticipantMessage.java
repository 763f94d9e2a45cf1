package meridian.participant;

import java.util.List;
import meridian.model.Message;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.paxos.Decision;
import meridian.txn.Reading;

/// What a coordinator, or another participant, asks of a shard.
public sealed interface ParticipantMessage extends Message {
  ShardId shard();

  /// Asks for the shard's vote, or for a member's on the fast path. Sent again, it is the same
  /// question (rule C5).
  ///
  /// @param fast whether the members of the electorate are asked too, so that a transaction of this
  ///   shard alone had better be prepared than be done in one phase
  record PrepareTxn(TxnPart part, boolean fast) implements ParticipantMessage {
    /// Asks the leader alone.
    public PrepareTxn(TxnPart part) {
      this(part, false);
    }

    @Override
    public ShardId shard() {
      return part.shard();
    }
  }

  /// Tells how a transaction ended (rule C4). Only an active leader logs it.
  ///
  /// @param fast whether this shard's vote was proven by tentative votes before a majority had it
  record Decided(ShardId shard, TxnId txn, Decision decision, boolean fast)
      implements ParticipantMessage {
    public Decided(ShardId shard, TxnId txn, Decision decision) {
      this(shard, txn, decision, false);
    }
  }

  /// Asks how a shard voted, and has it refuse if it has not voted yet (rule R1).
  ///
  /// @param asker the shard that wants to know, or shard -1 for a coordinator; the shard itself
  ///   where a member of its electorate reports a tentative vote that nothing has become of (rule
  ///   E5)
  record QueryOrFence(ShardId shard, TxnId txn, List<ShardId> participants, ShardId asker)
      implements ParticipantMessage {
    public QueryOrFence {
      participants = List.copyOf(participants);
    }
  }

  /// Answers QueryOrFence to another participant; `from` is the shard that speaks.
  record StatusReport(ShardId shard, ShardId from, TxnId txn, TxnStatus status)
      implements ParticipantMessage {}

  /// Reads ranges of one shard, all as of one slot.
  ///
  /// @param at as of this timestamp; zero for the newest that is applied
  record ReadRequest(
      ShardId shard,
      int generation,
      long id,
      List<Reading.Range> ranges,
      Reading.Mode mode,
      Timestamp at)
      implements ParticipantMessage {
    public ReadRequest {
      ranges = List.copyOf(ranges);
    }

    /// Reads the newest.
    public ReadRequest(
        ShardId shard, int generation, long id, List<Reading.Range> ranges, Reading.Mode mode) {
      this(shard, generation, id, ranges, mode, Timestamp.ZERO);
    }

    /// Whether it is as of a timestamp.
    public boolean isSnapshot() {
      return at.isAfter(Timestamp.ZERO);
    }
  }

  /// Another shard says that all its transactions that began up to here are settled (rule G3).
  record Resolved(ShardId shard, ShardId from, Timestamp through) implements ParticipantMessage {}

  /// Asks any replica of the directory for the shard map.
  record MapRequest(ShardId shard, long id) implements ParticipantMessage {}
}
