package meridian.paxos;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.Timestamp;

/// Nodes, ballots and logs for small cases.
final class Entries {
  static final ShardId SHARD = new ShardId(1);
  static final NodeId A = new NodeId(1);
  static final NodeId B = new NodeId(2);
  static final NodeId C = new NodeId(3);
  static final NodeId D = new NodeId(4);
  static final NodeId E = new NodeId(5);

  static final Ballot B1 = new Ballot(1, A);
  static final Ballot B2 = new Ballot(2, B);
  static final Ballot B3 = new Ballot(3, C);

  private Entries() {}

  /// An entry that says nothing but where it stands and who put it there.
  static LogEntry entry(long slot, Ballot origin) {
    return new LogEntry(
        slot, origin, new Command.TsLimit(new Timestamp(1_000 * origin.round() + slot)));
  }

  static LogEntry barrier(long slot, Ballot ballot) {
    return new LogEntry(
        slot, ballot, new Command.Barrier(ballot, Electorate.EMPTY, Optional.empty()));
  }

  /// Entries of one ballot from a slot to a slot, both included.
  static List<LogEntry> run(long first, long last, Ballot origin) {
    List<LogEntry> run = new ArrayList<>();
    for (long slot = first; slot <= last; slot++) {
      run.add(entry(slot, origin));
    }
    return run;
  }

  static List<LogEntry> all(Log log) {
    return log.from(log.slotFirst(), Integer.MAX_VALUE, Long.MAX_VALUE);
  }
}
