package meridian.storage;

import java.util.List;
import meridian.paxos.Ballot;
import meridian.paxos.LogEntry;

/// What the log store still knew of one shard after a start.
///
/// @param cutThrough the last slot that was cut; the entries go on from there without a hole
public record RecoveredLog(
    Ballot promised, Ballot logBallot, long cutThrough, List<LogEntry> entries) {
  /// A log that never was.
  public static final RecoveredLog EMPTY = new RecoveredLog(Ballot.ZERO, Ballot.ZERO, 0, List.of());

  public RecoveredLog {
    entries = List.copyOf(entries);
  }
}
