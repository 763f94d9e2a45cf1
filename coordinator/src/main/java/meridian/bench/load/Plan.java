package meridian.bench.load;

/// How a run goes.
///
/// @param clients that ask at once, each waiting for its answer before it asks again; 1 or more
/// @param warmUpMillis that are not measured, at the start
/// @param millis that are measured
/// @param seed of what clients ask
public record Plan(Workload workload, int clients, long warmUpMillis, long millis, long seed) {
  public Plan {
    if (clients < 1 || warmUpMillis < 0 || millis < 1) {
      throw new IllegalArgumentException("want a client and a while, not " + clients);
    }
  }
}
