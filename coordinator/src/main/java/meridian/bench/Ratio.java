package meridian.bench;

import java.util.ArrayList;
import java.util.List;
import meridian.bench.load.Workload;

/// How we compare with a peer, the median of all rounds.
///
/// @param throughput how many times the peer's transactions a second we do
/// @param latency how many times our median latency the peer's is, both as measured
record Ratio(Workload workload, double throughput, double latency) {
  private static final double MEDIAN = 50;

  /// The ratios of every workload that both have run, in the order in which it was run.
  static List<Ratio> of(List<Run> ours, List<Run> theirs) {
    List<Ratio> ratios = new ArrayList<>();
    for (Workload workload : ours.stream().map(Run::workload).distinct().toList()) {
      List<Double> throughputs = new ArrayList<>();
      List<Double> latencies = new ArrayList<>();
      for (Run our : ours) {
        for (Run their : theirs) {
          if (our.workload() == workload
              && their.workload() == workload
              && our.round() == their.round()) {
            throughputs.add(our.tally().perSecond() / their.tally().perSecond());
            latencies.add(median(their) / median(our));
          }
        }
      }
      if (!throughputs.isEmpty()) {
        ratios.add(new Ratio(workload, median(throughputs), median(latencies)));
      }
    }
    return ratios;
  }

  private static double median(Run run) {
    return run.tally().latencies().getValueAtPercentile(MEDIAN);
  }

  /// The middle one; of an even number, the mean of the two in the middle.
  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
