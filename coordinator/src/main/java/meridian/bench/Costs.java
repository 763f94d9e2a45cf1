package meridian.bench;

import java.time.Duration;
import java.util.OptionalDouble;
import meridian.runtime.Meter;

/// What a committed transaction cost, on average over a run: all that was done meanwhile, divided
/// by what was committed.
///
/// Processor time is what a machine has only so much of: it says how fast a store can be where
/// nothing else is short, and is much the same whether or not others use the machine.
///
/// @param messages that nodes sent, to each other and to clients
/// @param bytes of them, as frames, before gRPC and HTTP/2 wrap them
/// @param syncsPerNode durable commits of the log, of an average node
/// @param logWrites of all nodes
/// @param serverMicros processor time of all servers
/// @param clientMicros processor time of the process that asked
record Costs(
    OptionalDouble messages,
    OptionalDouble bytes,
    OptionalDouble syncsPerNode,
    OptionalDouble logWrites,
    double serverMicros,
    double clientMicros) {
  private static final double NANOS_PER_MICRO = 1e3;

  /// What it cost between two looks at the same nodes.
  static Costs between(Look before, Look after, long committed) {
    long share = Math.max(1, committed);
    return new Costs(
        grown(Meter.MESSAGES_SENT, before, after, share),
        grown(Meter.BYTES_SENT, before, after, share),
        grown(Meter.SYNCS, before, after, share * after.meters().size()),
        grown(Meter.LOG_WRITES, before, after, share),
        micros(after.servers().minus(before.servers())) / share,
        micros(after.clients().minus(before.clients())) / share);
  }

  private static OptionalDouble grown(Meter meter, Look before, Look after, long share) {
    if (after.meters().isEmpty()) {
      return OptionalDouble.empty();
    }
    double grown = 0;
    for (int node = 0; node < after.meters().size(); node++) {
      grown += after.meters().get(node).since(before.meters().get(node)).get(meter);
    }
    return OptionalDouble.of(grown / share);
  }

  private static double micros(Duration time) {
    return time.toNanos() / NANOS_PER_MICRO;
  }
}
