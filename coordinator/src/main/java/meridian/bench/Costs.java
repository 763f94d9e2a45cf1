package meridian.bench;

import java.util.List;
import meridian.runtime.Meter;
import meridian.runtime.Meters;

/// What a committed transaction cost, on average over a run: all that the nodes did meanwhile, divided by
/// what was committed.
///
/// @param messages that nodes sent, to each other and to clients
/// @param bytes of them, as frames, before gRPC and HTTP/2 wrap them
/// @param syncsPerNode durable commits of the log, of an average node
/// @param writes to the logs of all nodes
record Costs(double messages, double bytes, double syncsPerNode, double writes) {
  /// What it cost between two looks at the same nodes.
  ///
  /// @param committed transactions between them; 1 or more
  static Costs between(
      List<Meters.Snapshot> before, List<Meters.Snapshot> after, long committed) {
    return new Costs(
        grown(Meter.MESSAGES_SENT, before, after) / committed,
        grown(Meter.BYTES_SENT, before, after) / committed,
        grown(Meter.SYNCS, before, after) / committed / after.size(),
        grown(Meter.LOG_WRITES, before, after) / committed);
  }

  private static double grown(
      Meter meter, List<Meters.Snapshot> before, List<Meters.Snapshot> after) {
    long grown = 0;
    for (int node = 0; node < after.size(); node++) {
      grown += after.get(node).since(before.get(node)).get(meter);
    }
    return grown;
  }
}
