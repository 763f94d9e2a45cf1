package meridian.simulate;

import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/// What happened in a run that found nothing wrong.
///
/// @param fast of the commits that replicas know of, how many hung on a vote of the fast path
/// @param counts whatever was counted, by name
/// @param trace the hash of every event
record Summary(
    long seed,
    String workload,
    long simulatedMicros,
    long commits,
    long aborts,
    long unknowns,
    long elections,
    long fast,
    SortedMap<String, Long> counts,
    String trace) {
  private static final double MICROS_PER_SECOND = 1e6;
  private static final String FAULT = "fault: ";

  /// A line for people.
  String line() {
    StringBuilder faults = new StringBuilder();
    counts.forEach(
        (what, times) -> {
          if (what.startsWith(FAULT)) {
            faults.append(faults.isEmpty() ? "" : ", ");
            faults.append(times).append(' ').append(what.substring(FAULT.length()));
          }
        });
    return String.format(
        Locale.ROOT,
        "seed %d (%s): %.1f s simulated, %d messages, %d commits, %d fast, %d aborts, %d unknown,"
            + " %d elections; faults: %s%ntrace: %s",
        seed,
        workload,
        simulatedMicros / MICROS_PER_SECOND,
        counts.getOrDefault("messages", 0L),
        commits,
        fast,
        aborts,
        unknowns,
        elections,
        faults,
        trace);
  }

  /// One JSON object on one line. No string in it needs escaping.
  String json() {
    StringBuilder all = new StringBuilder();
    for (Map.Entry<String, Long> count : counts.entrySet()) {
      all.append(all.isEmpty() ? "" : ",");
      all.append('"').append(count.getKey()).append("\":").append(count.getValue());
    }
    return String.format(
        Locale.ROOT,
        "{\"seed\":%d,\"workload\":\"%s\",\"passed\":true,\"simulatedMicros\":%d,\"commits\":%d,"
            + "\"aborts\":%d,\"unknowns\":%d,\"elections\":%d,\"fast\":%d,\"counts\":{%s},\"trace\":\"%s\"}",
        seed,
        workload,
        simulatedMicros,
        commits,
        aborts,
        unknowns,
        elections,
        fast,
        all,
        trace);
  }
}
