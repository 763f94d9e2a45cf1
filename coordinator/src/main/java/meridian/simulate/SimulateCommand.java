package meridian.simulate;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import meridian.server.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `meridian simulate`: runs seeds, prints what happened, and for the first that fails the one
/// command that replays it.
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the whole system in virtual time, with everything going wrong that can, and checks it.",
      "The same seed is the same run. Exits with 0 if all runs passed, and with 1 if one failed."
    },
    exitCodeOnInvalidInput = ExitCode.USAGE)
public final class SimulateCommand implements Callable<Integer> {
  /// One run was wrong, or idle.
  private static final int FAILED = 1;

  private static final int THREADS_MAX = 64;
  private static final int NODES_MIN = 3;
  private static final int NODES_MAX = 9;
  private static final long PROGRESS_MILLIS = 1_000;

  @Option(names = "--seed", paramLabel = "N", description = "Run this seed.")
  private Optional<Long> seed = Optional.empty();

  @Option(names = "--seeds", paramLabel = "A..B", description = "Run these seeds, both included.")
  private Optional<String> seeds = Optional.empty();

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "Run seeds, from --seed on or else from one drawn at random, for so long.")
  private Optional<Long> minutes = Optional.empty();

  @Option(
      names = "--workload",
      paramLabel = "NAME",
      defaultValue = Simulation.Options.ALL,
      description = "list-append, bank, registers, scans, or all (the default).")
  private String workload = Simulation.Options.ALL;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "How many servers, 3 to 9; drawn from the seed by default.")
  private Optional<Integer> nodes = Optional.empty();

  @Option(
      names = "--electorate",
      paramLabel = "N,E",
      description = {
        "How many replicas a shard has, and how many of them vote on the fast path,",
        "such as 3,2 or 5,3, or 3,0 for no fast path; drawn from the seed by default."
      })
  private Optional<String> electorate = Optional.empty();

  @Option(names = "--threads", paramLabel = "N", description = "Seeds run side by side.")
  private int threads = Math.min(THREADS_MAX, Runtime.getRuntime().availableProcessors());

  @Option(names = "--trace", description = "Print every event (of one seed).")
  private boolean trace;

  @Option(names = "--json", description = "Print a JSON object a run.")
  private boolean json;

  @Option(
      names = "--latency",
      description = {
        "Measure instead how long commits take between regions, with and without a fast path,",
        "and how that compares with what distance allows."
      })
  private boolean latency;

  @Option(
      names = "--regions",
      split = ",",
      paramLabel = "REGION",
      description = "Which regions to measure between (default: all six that are known).")
  private List<String> regions = List.of();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "Of the measurement: table (the default), json, or svg, a heat map.")
  private String format = "table";

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    check();
    if (latency) {
      return measure(spec.commandLine().getOut());
    }
    Seeds range = range();
    var _ = electors();
    PrintWriter out = spec.commandLine().getOut();
    if (!json) {
      out.println(range.announcement());
      out.flush();
    }
    if (range.first() == range.last()) {
      return runOne(range.first(), out);
    }
    SeedRunner runner =
        new SeedRunner(range, number -> run(number, Optional.empty()), trace ? 1 : threads);
    return report(runner, out);
  }

  private int measure(PrintWriter out) {
    if (!List.of("table", "json", "svg").contains(format)) {
      throw wrong("--format wants table, json or svg: " + format);
    }
    List<Latency.Row> rows;
    try {
      rows = Latency.table(LatencyPlan.Regions.of(regions), Optional.empty(), seed.orElse(1L));
    } catch (IllegalArgumentException badOption) {
      throw wrong(String.valueOf(badOption.getMessage()));
    }
    switch (format) {
      case "json" -> rows.forEach(row -> out.println(row.json()));
      case "svg" -> out.print(HeatMap.svg(rows));
      default -> rows.forEach(row -> out.println(row.line()));
    }
    out.flush();
    return 0;
  }

  /// Seeds to run, both ends included, and for how long at most.
  record Seeds(long first, long last, Optional<Long> minutes) {
    private String announcement() {
      String until = minutes.map(m -> ", for " + m + " min").orElse("");
      if (first == last) {
        return "seed " + first;
      }
      return "seeds " + first + (last == Long.MAX_VALUE ? " and on" : ".." + last) + until;
    }
  }

  /// A run of nothing finds nothing wrong: what would come to that is refused.
  private void check() {
    if (!workload.equals(Simulation.Options.ALL)
        && !Simulation.workloadNames().contains(workload)) {
      throw wrong(
          "no workload is called %s: use one of %s, or all"
              .formatted(workload, Simulation.workloadNames()));
    }
    requireWithin("--nodes", nodes.orElse(NODES_MIN), NODES_MIN, NODES_MAX);
    requireWithin("--threads", threads, 1, THREADS_MAX);
    requireWithin("--minutes", minutes.orElse(1L), 1, Integer.MAX_VALUE);
  }

  private void requireWithin(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw wrong("%s is %d: use %d to %d".formatted(option, value, least, most));
    }
  }

  private Seeds range() {
    if (minutes.isPresent() && seeds.isEmpty()) {
      long first = seed.orElseGet(() -> System.nanoTime() & Integer.MAX_VALUE);
      return new Seeds(first, Long.MAX_VALUE, minutes);
    }
    if (seeds.isEmpty()) {
      long only = seed.orElse(1L);
      return new Seeds(only, only, Optional.empty());
    }
    String[] ends = seeds.get().split("\\.\\.", -1);
    try {
      Seeds range =
          new Seeds(Long.parseLong(ends[0]), Long.parseLong(ends[ends.length - 1]), minutes);
      if (ends.length == 2 && range.first() <= range.last()) {
        return range;
      }
    } catch (NumberFormatException notANumber) {
      // Told below.
    }
    throw wrong("--seeds wants A..B, with A not above B: " + seeds.get());
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Summary run(long number, Optional<Consumer<String>> printer) {
    return Simulation.run(new Simulation.Options(number, workload, nodes, electors()), printer);
  }

  private Optional<Simulation.Electors> electors() {
    try {
      return electorate.map(Simulation.Electors::parse);
    } catch (IllegalArgumentException badOption) {
      throw wrong(String.valueOf(badOption.getMessage()));
    }
  }

  private int runOne(long number, PrintWriter out) {
    try {
      Summary summary = run(number, trace ? Optional.of(out::println) : Optional.empty());
      out.println(json ? summary.json() : summary.line());
      return 0;
    } catch (SimulationFailed failed) {
      tell(failed, out);
      return FAILED;
    } finally {
      out.flush();
    }
  }

  private int report(SeedRunner runner, PrintWriter out) {
    boolean onTerminal = System.console() != null && System.console().isTerminal() && !json;
    AtomicLong nextProgress = new AtomicLong(TimeUnit.MILLISECONDS.toNanos(PROGRESS_MILLIS));
    Optional<SimulationFailed> failure =
        runner.run(
            (summary, totals) -> {
              if (json) {
                out.println(summary.json());
              } else if (onTerminal && totals.nanos() > nextProgress.get()) {
                nextProgress.set(totals.nanos() + TimeUnit.MILLISECONDS.toNanos(PROGRESS_MILLIS));
                out.print("\r" + totals.line());
                out.flush();
              }
            });
    if (onTerminal) {
      out.println();
    }
    if (!json) {
      out.println(runner.totals().report());
    }
    failure.ifPresent(failed -> tell(failed, out));
    out.flush();
    return failure.isPresent() ? FAILED : 0;
  }

  private static void tell(SimulationFailed failed, PrintWriter out) {
    out.println("FAILED: " + failed.getMessage());
    for (Throwable cause = failed.getCause(); cause != null; cause = cause.getCause()) {
      for (StackTraceElement frame : cause.getStackTrace()) {
        if (frame.getClassName().startsWith("meridian.")) {
          out.println("    at " + frame);
        }
      }
      out.println("  ---");
    }
    out.println("replay: " + failed.replay());
  }
}
