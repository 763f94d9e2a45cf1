package meridian.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import meridian.bench.load.Loader;
import meridian.bench.load.Loop;
import meridian.bench.load.Plan;
import meridian.bench.load.Records;
import meridian.bench.load.Tally;
import meridian.bench.load.Workload;
import meridian.bench.load.Zipf;
import meridian.client.Options;
import meridian.runtime.RegionMatrix;

/// Counts the wide-area round trips of a transaction by taking long over each: on a cluster in this
/// process whose regions are all as far from each other, one client in each region in turn, and the
/// mean latency divided by the round trip.
final class WideArea {
  private static final int RTT_MILLIS = 50;
  private static final long WARM_UP_MILLIS = 2_000;
  private static final long MILLIS = 4_000;
  private static final long RECORDS = 1_000;
  private static final double NANOS_PER_MILLI = 1e6;

  private WideArea() {}

  /// Round trips of one transaction of a workload; nothing if none committed.
  ///
  /// @param parent where its files go meanwhile
  static OptionalDouble roundTrips(Layout layout, Workload workload, int valueBytes, Path parent)
      throws Trouble, IOException, InterruptedException {
    try (Embedded cluster = Embedded.start(layout, parent, Optional.of(equallyFar(layout)));
        MeridianStore store = MeridianStore.connect(cluster.endpoints(), Options.defaults())) {
      Records records = new Records(RECORDS, valueBytes);
      Loader.load(store, records);
      Plan plan = new Plan(workload, 1, WARM_UP_MILLIS, MILLIS, 1);
      Tally tally =
          Loop.run(
              store,
              records,
              new Zipf(RECORDS),
              plan,
              new Progress(System.err, false).watch("", () -> {}, () -> {}));
      return tally.committed() == 0
          ? OptionalDouble.empty()
          : OptionalDouble.of(tally.latencies().getMean() / NANOS_PER_MILLI / RTT_MILLIS);
    }
  }

  private static RegionMatrix equallyFar(Layout layout) {
    RegionMatrix matrix = RegionMatrix.load();
    List<String> regions = Layout.REGIONS.subList(0, layout.nodes());
    for (String from : regions) {
      for (String to : regions) {
        if (from.compareTo(to) < 0) {
          matrix = matrix.with(from + "-" + to + "=" + RTT_MILLIS + "ms");
        }
      }
    }
    return matrix;
  }
}
