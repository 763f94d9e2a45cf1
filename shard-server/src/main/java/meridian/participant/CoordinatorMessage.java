package meridian.participant;

import java.util.List;
import java.util.Optional;
import meridian.model.AbortReason;
import meridian.model.Message;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.paxos.Ballot;
import meridian.paxos.Electorate;
import meridian.txn.Reading;

/// What the replicas of a shard tell a coordinator.
public sealed interface CoordinatorMessage extends Message {
  ShardId shard();

  /// Entries that this replica holds durably in a ballot. When a majority says so of one (ballot,
  /// slot), the vote in it is chosen (rule C2, slow path). And tentative votes in that ballot,
  /// which count on the fast path.
  ///
  /// @param electorate of the ballot
  record Voted(ShardId shard, Ballot ballot, Electorate electorate, List<Vote> votes)
      implements CoordinatorMessage {
    public Voted {
      votes = List.copyOf(votes);
    }

    /// In a ballot without a fast path.
    public Voted(ShardId shard, Ballot ballot, List<Vote> votes) {
      this(shard, ballot, Electorate.EMPTY, votes);
    }
  }

  /// A shard's vote on a transaction and where in its log it stands.
  ///
  /// @param slot 0 with a tentative vote, which stands in no log
  /// @param hash of the part that was voted on; 0 with a refusal
  record Vote(long slot, TxnId txn, long hash, Choice choice) {}

  /// YES at a timestamp, or NO for a reason.
  sealed interface Choice {
    /// Prepared at a timestamp.
    ///
    /// @param fast whether it is also the leader's vote on the fast path (rule L3)
    record Yes(Timestamp ts, boolean fast) implements Choice {
      public Yes(Timestamp ts) {
        this(ts, false);
      }
    }

    /// A member of the electorate would have it prepared at this timestamp (rule E4). Without the
    /// leader's fast YES it proves nothing.
    record Tentative(Timestamp ts) implements Choice {}

    /// Committed by this shard alone at a timestamp (rule 2.12).
    record Done(Timestamp ts) implements Choice {}

    /// Refused.
    record No(AbortReason reason) implements Choice {}
  }

  /// The answer to a question about a transaction, from chosen entries (rule R1).
  record Status(ShardId shard, TxnId txn, TxnStatus status) implements CoordinatorMessage {}

  /// Asked of the coordinator by a shard whose transaction has been undecided for long; the answer,
  /// if it still knows, is Decided.
  record WhatBecameOf(ShardId shard, TxnId txn) implements CoordinatorMessage {}

  /// This replica does not lead; perhaps another does.
  record NotLeader(ShardId shard, Ballot ballot, Optional<TxnId> txn, long readId)
      implements CoordinatorMessage {}

  /// Nothing was done, since too much is waiting; ask again after a while.
  record Busy(ShardId shard, TxnId txn, long retryAfterMicros, String why)
      implements CoordinatorMessage {}

  /// Rows, in the order of the ranges asked for.
  ///
  /// @param strong whether the answer needs no validation to be strictly serializable
  record ReadReply(ShardId shard, long id, List<Reading.Page> pages, boolean strong)
      implements CoordinatorMessage {
    public ReadReply {
      pages = List.copyOf(pages);
    }
  }

  /// This replica cannot answer now; another may.
  record ReadRefused(ShardId shard, long id, String why) implements CoordinatorMessage {}

  /// No replica that has collected as much can answer: what was asked for is older than the
  /// horizon.
  record ReadTooOld(ShardId shard, long id, Timestamp horizon) implements CoordinatorMessage {}

  /// The shard map, as of an applied slot of the directory.
  record MapReply(ShardId shard, long id, ShardMap map) implements CoordinatorMessage {}
}
