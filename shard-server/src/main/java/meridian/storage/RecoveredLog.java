package meridian.storage;

import java.util.List;
import meridian.paxos.Ballot;
import meridian.paxos.LogEntry;
import meridian.paxos.Tentative;

/// What the log store still knew of one shard after a start.
///
/// @param cutThrough the last slot that was cut; the entries go on from there without a hole
/// @param entries all there are, or with damage those before it
/// @param damaged whether entries after these were accepted once and can no longer be read
///   (protocol 5). How many is not known. Both ballots still hold, but the log is shorter than what
///   was voted for: it backs no promise, is sent to no candidate and is not read from, until a
///   leader's log has been accepted to its end; then [LogWrite.Repaired] says so
/// @param tentatives votes on the fast path, in the order of transactions
public record RecoveredLog(
    Ballot promised,
    Ballot logBallot,
    long cutThrough,
    List<LogEntry> entries,
    boolean damaged,
    List<Tentative> tentatives) {
  /// A log that never was.
  public static final RecoveredLog EMPTY = new RecoveredLog(Ballot.ZERO, Ballot.ZERO, 0, List.of());

  public RecoveredLog {
    entries = List.copyOf(entries);
    tentatives = List.copyOf(tentatives);
  }

  /// A log beside which no votes are held.
  public RecoveredLog(
      Ballot promised, Ballot logBallot, long cutThrough, List<LogEntry> entries, boolean damaged) {
    this(promised, logBallot, cutThrough, entries, damaged, List.of());
  }

  /// A whole log, beside which no votes are held.
  public RecoveredLog(Ballot promised, Ballot logBallot, long cutThrough, List<LogEntry> entries) {
    this(promised, logBallot, cutThrough, entries, false);
  }

  /// The last slot held.
  public long slotLast() {
    return cutThrough + entries.size();
  }
}
