package meridian.bench.load;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What clients do. Those of YCSB are the core workloads of Cooper et al. ("Benchmarking Cloud
/// Serving Systems with YCSB", SoCC 2010, table 2).
public enum Workload {
  PUT("writes one key, any alike"),
  GET("reads one key, any alike, strictly"),
  TRANSFER("reads two keys, any alike, and writes both"),
  SCAN("reads 100 rows from a key on, any alike"),
  YCSB_A("half reads, half updates, some keys far more often"),
  YCSB_B("19 reads to an update, some keys far more often"),
  YCSB_C("reads, some keys far more often"),
  YCSB_D("19 reads, of what is new above all, to an insert"),
  YCSB_E("19 scans of 1 to 100 rows to an insert"),
  YCSB_F("half reads, half read-modify-writes, some keys far more often");

  private final String summary;

  Workload(String summary) {
    this.summary = summary;
  }

  /// What it does, in a few words.
  public String summary() {
    return summary;
  }

  /// Its name on the command line.
  public String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The workload of a name.
  ///
  /// @throws IllegalArgumentException if there is none, saying which there are
  public static Workload titled(String title) {
    List<Workload> all = Arrays.asList(values());
    return all.stream()
        .filter(workload -> workload.title().equals(title))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no workload '%s', only %s"
                        .formatted(title, all.stream().map(Workload::title).toList())));
  }

  @Override
  public String toString() {
    return title();
  }
}
