package meridian.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import meridian.bench.load.Tally;
import org.HdrHistogram.Histogram;

/// What was measured, for people or for programs.
///
/// @param title what was run, on what, in a line
/// @param ratios to the peer; empty without one
record Report(String title, List<Run> runs, List<Ratio> ratios) {
  /// How it is printed.
  enum Format {
    TABLE,
    JSON,
    CSV
  }

  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final String CORRECTED =
      "latencies in ms, corrected for coordinated omission (raw: as measured): one above the mean time"
          + " between a client's requests stands for those that waited behind it\n"
          + "costs per committed transaction: messages, bytes and log writes of all nodes, syncs of one node,"
          + " microseconds of processor time of all servers and of the clients";

  Report {
    runs = List.copyOf(runs);
    ratios = List.copyOf(ratios);
  }

  void print(Format format, PrintWriter out) {
    switch (format) {
      case TABLE -> table(out);
      case JSON -> out.println(json());
      case CSV -> csv(out);
    }
    out.flush();
  }

  private void table(PrintWriter out) {
    out.println(title);
    List<List<String>> rows = new ArrayList<>();
    rows.add(new ArrayList<>(fields(runs.getFirst()).keySet()));
    runs.forEach(run -> rows.add(fields(run).values().stream().map(Report::cell).toList()));
    List<Integer> widths = new ArrayList<>();
    for (int column = 0; column < rows.getFirst().size(); column++) {
      int at = column;
      widths.add(rows.stream().mapToInt(row -> row.get(at).length()).max().orElse(0));
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        line.append(column == 0 ? "" : "  ").append(padded(row.get(column), widths.get(column)));
      }
      out.println(line.toString().stripTrailing());
    }
    out.println(CORRECTED);
    for (Ratio ratio : ratios) {
      out.println(
          "%s: %.2f times the throughput at 1/%.1f of the median latency (median of the rounds)"
              .formatted(ratio.workload(), ratio.throughput(), ratio.latency()));
    }
  }

  private static String padded(String cell, int width) {
    return cell + " ".repeat(width - cell.length());
  }

  private void csv(PrintWriter out) {
    out.println(String.join(",", fields(runs.getFirst()).keySet()));
    for (Run run : runs) {
      out.println(
          fields(run).values().stream()
              .map(value -> value.equals("") ? "" : cell(value))
              .collect(Collectors.joining(",")));
    }
  }

  private String json() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("title", title);
    document.put("runs", runs.stream().map(Report::fields).map(Report::withoutBlanks).toList());
    document.put(
        "ratios",
        ratios.stream()
            .map(
                ratio ->
                    Map.of(
                        "workload", ratio.workload().title(),
                        "throughput", rounded(ratio.throughput()),
                        "latency", rounded(ratio.latency())))
            .toList());
    try {
      return new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(document);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Map<String, Object> withoutBlanks(Map<String, Object> fields) {
    Map<String, Object> rest = new LinkedHashMap<>(fields);
    rest.values().removeIf(value -> value.equals(""));
    return rest;
  }

  /// What there is to say of a run; an empty text where nothing is known.
  private static Map<String, Object> fields(Run run) {
    Tally tally = run.tally();
    Histogram corrected = tally.corrected();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("store", run.store());
    fields.put("round", run.round());
    fields.put("workload", run.workload().title());
    fields.put("clients", tally.clients());
    fields.put("seconds", rounded(tally.nanos() / NANOS_PER_SECOND));
    fields.put("perSecond", rounded(tally.perSecond()));
    fields.put("p50", millis(corrected.getValueAtPercentile(50)));
    fields.put("p90", millis(corrected.getValueAtPercentile(90)));
    fields.put("p99", millis(corrected.getValueAtPercentile(99)));
    fields.put("p99.9", millis(corrected.getValueAtPercentile(99.9)));
    fields.put("max", millis(corrected.getMaxValue()));
    fields.put("rawP50", millis(tally.latencies().getValueAtPercentile(50)));
    fields.put("rawP99", millis(tally.latencies().getValueAtPercentile(99)));
    fields.put("committed", tally.committed());
    fields.put("aborted", tally.aborted());
    fields.put("unknown", tally.unknown());
    fields.put("retries", tally.retries());
    fields.put("messages", known(run.costs().messages()));
    fields.put("bytes", known(run.costs().bytes()));
    fields.put("syncsPerNode", known(run.costs().syncsPerNode()));
    fields.put("logWrites", known(run.costs().logWrites()));
    fields.put("wideRoundTrips", known(run.wideRoundTrips()));
    fields.put("serverCpu", rounded(run.costs().serverMicros()));
    fields.put("clientCpu", rounded(run.costs().clientMicros()));
    return fields;
  }

  private static Object known(OptionalDouble value) {
    return value.isPresent() ? rounded(value.getAsDouble()) : "";
  }

  private static double millis(long nanos) {
    return rounded(nanos / NANOS_PER_MILLI);
  }

  /// To three digits after the point, or to whole numbers above a thousand.
  private static double rounded(double value) {
    double unit = value >= 1_000 ? 1 : 1_000;
    return Math.round(value * unit) / unit;
  }

  private static String cell(Object value) {
    return switch (value) {
      case Double number when number >= 1_000 -> String.valueOf(number.longValue());
      case Double number -> String.valueOf(number);
      case String text when text.isEmpty() -> "-";
      default -> value.toString();
    };
  }
}
