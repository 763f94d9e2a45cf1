package meridian.bench;

import java.time.Duration;
import java.util.List;
import meridian.runtime.Meters;

/// What has been used by one moment.
///
/// @param meters of each node; empty where they cannot be seen
/// @param servers processor time of a store's processes, all together; zero where it is not told
/// @param clients processor time of the process that asks
record Look(List<Meters.Snapshot> meters, Duration servers, Duration clients) {
  Look {
    meters = List.copyOf(meters);
  }

  static Look at(List<Meters.Snapshot> meters, List<ProcessHandle> servers, ProcessHandle clients) {
    Duration all = servers.stream().map(Look::used).reduce(Duration.ZERO, Duration::plus);
    return new Look(meters, all, used(clients));
  }

  private static Duration used(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
