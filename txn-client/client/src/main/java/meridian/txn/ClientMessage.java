package meridian.txn;

import java.util.List;
import java.util.Optional;
import meridian.model.Isolation;
import meridian.model.KeyRange;
import meridian.model.Message;
import meridian.model.Observed;
import meridian.model.Outcome;
import meridian.model.RegionId;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.Write;

/// What a client and its coordinator say to each other. Every request has a number that its answer
/// repeats; a request may be sent again under the same number and is answered again.
public sealed interface ClientMessage extends Message {

  /// From a client to its coordinator.
  sealed interface Request extends ClientMessage {
    long id();
  }

  /// From a coordinator to its client.
  sealed interface Reply extends ClientMessage {
    long id();
  }

  /// The first word on a stream.
  record Hello(long id) implements Request {}

  /// Reads ranges, each possibly over several shards; one page or more comes back for each.
  ///
  /// @param at as of this timestamp, on every shard; zero for the newest that is there
  record Read(
      long id, List<Reading.Range> ranges, Reading.Mode mode, long timeoutMicros, Timestamp at)
      implements Request {
    public Read {
      ranges = List.copyOf(ranges);
    }

    /// Reads the newest.
    public Read(long id, List<Reading.Range> ranges, Reading.Mode mode, long timeoutMicros) {
      this(id, ranges, mode, timeoutMicros, Timestamp.ZERO);
    }
  }

  /// Commits an attempt. Sent again with the same txn it is the same request (rule C5).
  ///
  /// @param reads what was read, with the shard that said so
  /// @param writes in key order, a key once
  /// @param after no earlier timestamp will do: the client has seen this one (session token)
  /// @param timeoutMicros how long from now the client waits before it takes Unknown for an answer
  /// @param isolation what is validated: `reads` only where the level says so
  /// @param snapshot as of when a snapshot transaction has read; zero for every other
  record Commit(
      long id,
      TxnId txn,
      List<ShardRead> reads,
      List<Write> writes,
      Timestamp after,
      long timeoutMicros,
      Isolation isolation,
      Timestamp snapshot)
      implements Request {
    public Commit {
      reads = List.copyOf(reads);
      writes = List.copyOf(writes);
    }

    /// Commits a strictly serializable transaction.
    public Commit(
        long id,
        TxnId txn,
        List<ShardRead> reads,
        List<Write> writes,
        Timestamp after,
        long timeoutMicros) {
      this(
          id,
          txn,
          reads,
          writes,
          after,
          timeoutMicros,
          Isolation.STRICT_SERIALIZABLE,
          Timestamp.ZERO);
    }
  }

  /// Something read, and the shard that it was read from.
  record ShardRead(ShardId shard, int generation, Observed observed) {}

  /// Asks how a transaction ended, and ends it if nobody has (rule R1).
  record Resolve(long id, Outcome.Token token, long timeoutMicros) implements Request {}

  /// Answers Hello.
  ///
  /// @param clock the coordinator's hybrid logical clock, from which the client mints transaction
  ///   ids
  record Welcome(long id, Timestamp clock, RegionId region, long mapEpoch) implements Reply {}

  /// Answers Read: for each range in turn its pages, in the order asked for; `rest` is what was not
  /// read yet of it, because a page was full.
  ///
  /// @param strong whether all of it is strictly serializable as it stands (rule 2.11); where
  ///   STRONG was asked for and cannot be had, the answer comes as LEADER's and says so here
  record ReadDone(long id, List<RangeResult> results, boolean strong, Timestamp clock)
      implements Reply {
    public ReadDone {
      results = List.copyOf(results);
    }
  }

  /// The pages of one range.
  record RangeResult(List<Reading.Page> pages, Optional<KeyRange> rest) {
    public RangeResult {
      pages = List.copyOf(pages);
    }
  }

  /// Answers Commit and Resolve. The number of an answer that nobody waits for any more is ignored.
  ///
  /// @param participants the shards that took part
  record Ended(long id, TxnId txn, Outcome outcome, List<ShardId> participants, Timestamp clock)
      implements Reply {
    public Ended {
      participants = List.copyOf(participants);
    }
  }

  /// The request was not carried out, and nothing has changed.
  record Refused(long id, Code code, String message, long retryAfterMicros, Timestamp clock)
      implements Reply {}

  /// Why a request was refused.
  enum Code {
    /// The request itself is wrong: a limit, a range upside down.
    INVALID_ARGUMENT,
    /// Too much is under way; try again after the time given.
    RESOURCE_EXHAUSTED,
    /// No replica that could answer was reached in time; another coordinator may do better.
    UNAVAILABLE,
    /// The time given was up before anything was done.
    DEADLINE_EXCEEDED,
    /// The transaction id lies too far from the coordinator's clock; mint a new one from `clock`.
    CLOCK_SKEW,
    /// What was to be read is older than what is kept.
    TOO_OLD
  }
}
