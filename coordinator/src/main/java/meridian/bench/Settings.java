package meridian.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import meridian.bench.load.Plan;

/// What to measure, and how.
///
/// @param plans one after the other, on the same cluster
/// @param layout of clusters that we start
/// @param keys loaded before each
/// @param hasPeer whether etcd is measured in turn
/// @param rounds of all plans, each on a new cluster of ours; 1 or more
/// @param record where what clients see is written down
/// @param data where the files of clusters go meanwhile
/// @param wideArea whether wide-area round trips are counted
record Settings(
    Whose whose,
    List<Plan> plans,
    Layout layout,
    long keys,
    int valueBytes,
    boolean hasPeer,
    int rounds,
    Optional<Path> record,
    Path data,
    boolean wideArea) {
  /// Which cluster.
  sealed interface Whose {}

  /// One that is there.
  record Theirs(String uri) implements Whose {}

  /// One of server processes of its own.
  record InProcesses() implements Whose {}

  record InThisProcess() implements Whose {}

  Settings {
    plans = List.copyOf(plans);
    if (plans.isEmpty() || rounds < 1) {
      throw new IllegalArgumentException("want a workload and a round");
    }
  }
}
