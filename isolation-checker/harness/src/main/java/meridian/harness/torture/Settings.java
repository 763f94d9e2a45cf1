package meridian.harness.torture;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import meridian.checker.Level;

/// What to run, and for how long.
///
/// @param workloads their names
/// @param nemeses none for a quiet run
/// @param clients of each workload
/// @param rate transactions a second, of all clients together; 0 for as many as they can
/// @param levels those that must hold
record Settings(
    List<String> workloads,
    List<Nemesis> nemeses,
    Duration time,
    int clients,
    int rate,
    long seed,
    List<Level> levels,
    Path out) {
  Settings {
    workloads = List.copyOf(workloads);
    nemeses = List.copyOf(nemeses);
    levels = List.copyOf(levels);
  }

  /// Where the checker's history goes.
  Path history() {
    return out.resolve("history.jsonl");
  }

  /// Whether a store that breaks a level breaks what was asked for.
  boolean asksFor(Level level) {
    return levels.stream().anyMatch(asked -> asked.implies(level));
  }
}
