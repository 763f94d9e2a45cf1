package meridian.paxos;

import java.util.List;
import java.util.Optional;
import meridian.model.Key;
import meridian.model.Message;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.storage.SnapshotRow;
import meridian.storage.Tables;
import meridian.storage.TxnRecord;

/// What the replicas of a group say to each other.
///
/// ```
/// candidate            replicas
///    |---- PreVote ------->|      would you let go of your leader?
///    |<--- PreVoteReply ---|
///    |---- Prepare ------->|      phase 1 of a ballot
///    |<--- Promise --------|      (durable) and how long its log is
///    |---- FetchLog ------>|      to the owner of the longest log, if that is not the candidate
///    |<--- LogSuffix ------|
///  leader               followers
///    |---- Accept -------->|      entries, or a heartbeat
///    |<--- Accepted -------|      (durable) the whole log up to a slot
///    |<--- Behind ---------|      entries from an earlier slot on are wanted
///    |<--- Rejected -------|      a higher ballot was promised
///    |---- SnapshotOffer ->|      the log no longer reaches back that far
///    |<--- SnapshotFetch --|
///    |---- SnapshotChunk ->|
///    |---- TakeOver ------>|      please lead now
/// ```
public sealed interface PaxosMessage extends Message {
  ShardId shard();

  /// Asks whether a ballot would be welcome; changes nothing.
  record PreVote(ShardId shard, Ballot ballot) implements PaxosMessage {}

  /// Answers PreVote; `promised` helps a candidate that lags behind to a ballot that has a chance.
  record PreVoteReply(ShardId shard, Ballot ballot, boolean granted, Ballot promised)
      implements PaxosMessage {}

  /// Phase 1a ("Paxos Made Simple", 2.2).
  record Prepare(ShardId shard, Ballot ballot) implements PaxosMessage {}

  /// Phase 1b: nothing below this ballot will be accepted any more.
  ///
  /// @param logBallot the ballot whose log this is (rule P5)
  /// @param slotLast the last slot of it
  /// @param slotFirst the first slot still held; what is before it is in the state
  /// @param chosenThrough the last slot known to be chosen
  /// @param tentatives the durable votes on the fast path of logBallot
  record Promise(
      ShardId shard,
      Ballot ballot,
      Ballot logBallot,
      long slotLast,
      long slotFirst,
      long chosenThrough,
      List<Tentative> tentatives)
      implements PaxosMessage {
    public Promise {
      tentatives = List.copyOf(tentatives);
    }

    /// Of a replica that has cast no vote on the fast path.
    public Promise(
        ShardId shard,
        Ballot ballot,
        Ballot logBallot,
        long slotLast,
        long slotFirst,
        long chosenThrough) {
      this(shard, ballot, logBallot, slotLast, slotFirst, chosenThrough, List.of());
    }
  }

  /// The candidate wants the log it must adopt, from a slot on.
  record FetchLog(ShardId shard, Ballot ballot, long slotFrom) implements PaxosMessage {}

  /// A piece of that log.
  ///
  /// @param slotPrev the slot before the first entry, and `originPrev` what stands there
  /// @param slotLast the last slot of the whole log
  record LogSuffix(
      ShardId shard,
      Ballot ballot,
      Ballot logBallot,
      long slotPrev,
      Ballot originPrev,
      List<LogEntry> entries,
      long slotLast)
      implements PaxosMessage {
    public LogSuffix {
      entries = List.copyOf(entries);
    }
  }

  /// Phase 2a for a run of slots; without entries, a heartbeat.
  ///
  /// @param barrierSlot where the ballot's barrier stands: who holds all up to it holds this
  ///   ballot's log
  /// @param slotPrev the slot before the first entry, and `originPrev` what stands there
  /// @param slotLast the leader's last slot
  /// @param chosenThrough every slot up to here is chosen
  /// @param probe repeated in the answer, to confirm that the leader led after it was sent
  record Accept(
      ShardId shard,
      Ballot ballot,
      long barrierSlot,
      long slotPrev,
      Ballot originPrev,
      List<LogEntry> entries,
      long slotLast,
      long chosenThrough,
      long probe)
      implements PaxosMessage {
    public Accept {
      entries = List.copyOf(entries);
    }
  }

  /// Phase 2b: the log of this ballot is held, durably, up to a slot. With slot 0 the follower has
  /// not come so far as the barrier, and only says that it follows.
  record Accepted(ShardId shard, Ballot ballot, long slotLast, long probe)
      implements PaxosMessage {}

  /// What was sent does not join on to what the follower holds: it wants entries from a slot on.
  record Behind(ShardId shard, Ballot ballot, long slotWanted, long probe)
      implements PaxosMessage {}

  /// A higher ballot was promised.
  record Rejected(ShardId shard, Ballot promised) implements PaxosMessage {}

  /// The state as of a slot is to be had, since the log before it is gone.
  record SnapshotOffer(ShardId shard, Ballot ballot, Tables tables) implements PaxosMessage {}

  /// Asks for the rows after a cursor, of the snapshot as of a slot.
  record SnapshotFetch(ShardId shard, Ballot ballot, long slot, Cursor after)
      implements PaxosMessage {}

  /// Some rows of a snapshot: all there are from the cursor on to the next one. The rows may show
  /// later slots too, never earlier ones: versions are only added, and the log from `slot` on makes
  /// up the rest.
  ///
  /// @param after the cursor that was asked for
  /// @param sentAtSlot the slot that these rows show; 0 says that there are none, because the
  ///   snapshot is not to be had any more
  /// @param next where to go on, or nothing when this was the last piece
  record SnapshotChunk(
      ShardId shard,
      Ballot ballot,
      long slot,
      Cursor after,
      long sentAtSlot,
      List<SnapshotRow> rows,
      List<TxnRecord> outcomes,
      Optional<Cursor> next)
      implements PaxosMessage {
    public SnapshotChunk {
      rows = List.copyOf(rows);
      outcomes = List.copyOf(outcomes);
    }
  }

  /// How far a snapshot has come: first the keys in order, then the outcomes in order. It names
  /// content, not a position, so that any holder of the shard can go on from it.
  sealed interface Cursor {
    /// Keys from this one on.
    record Keys(Key from) implements Cursor {}

    /// Outcomes after this transaction.
    record Outcomes(meridian.model.TxnId after) implements Cursor {}
  }

  /// The leader asks a follower that has everything to lead in its place.
  record TakeOver(ShardId shard, Ballot ballot) implements PaxosMessage {}

  /// An operator asks the leader to hand over to another replica.
  record TransferLeader(ShardId shard, meridian.model.NodeId to) implements PaxosMessage {}

  /// A stored version was found corrupt: does a peer have it whole?
  record RepairFetch(ShardId shard, Key key) implements PaxosMessage {}

  /// What a peer has stored of a key, as of a slot.
  ///
  /// @param horizon nothing is missing that was the newest at this timestamp or later
  record RepairRow(ShardId shard, long slot, SnapshotRow row, Timestamp horizon)
      implements PaxosMessage {}
}
