package meridian.simulate;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongFunction;

/// Runs seeds side by side, each in one thread, until one fails, they are through, or time is up.
final class SeedRunner {
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final double MICROS_PER_SECOND = 1e6;

  /// The sum of all runs so far.
  static final class Totals {
    private final long beganNanos = System.nanoTime();
    private final SortedMap<String, Long> counts = new TreeMap<>();
    private long runs;
    private long simulatedMicros;
    private long commits;
    private long aborts;
    private long unknowns;
    private long elections;
    private long fast;
    private Optional<Summary> last = Optional.empty();

    private synchronized void add(Summary summary) {
      runs++;
      simulatedMicros += summary.simulatedMicros();
      commits += summary.commits();
      aborts += summary.aborts();
      unknowns += summary.unknowns();
      elections += summary.elections();
      fast += summary.fast();
      for (Map.Entry<String, Long> count : summary.counts().entrySet()) {
        counts.merge(count.getKey(), count.getValue(), Long::sum);
      }
      if (last.isEmpty() || last.get().seed() < summary.seed()) {
        last = Optional.of(summary);
      }
    }

    synchronized long runs() {
      return runs;
    }

    /// Since the first run began, in nanoseconds.
    long nanos() {
      return System.nanoTime() - beganNanos;
    }

    synchronized String line() {
      double seconds = (double) nanos() / NANOS_PER_SECOND;
      return String.format(
          Locale.ROOT,
          "%d seeds in %.0f s, %d commits, %d fast, %d elections",
          runs,
          seconds,
          commits,
          fast,
          elections);
    }

    /// All of it, for people; the last line is the trace of the last seed.
    synchronized String report() {
      StringBuilder faults = new StringBuilder();
      counts.forEach(
          (what, times) -> {
            if (what.startsWith("fault: ")) {
              faults.append(String.format("%n  %8d %s", times, what.substring("fault: ".length())));
            }
          });
      return String.format(
          Locale.ROOT,
          "%s%n  %.0f s simulated, %d messages, %d aborts, %d unknown%nfaults:%s%ntrace: %s",
          line(),
          simulatedMicros / MICROS_PER_SECOND,
          counts.getOrDefault("messages", 0L),
          aborts,
          unknowns,
          faults,
          last.map(Summary::trace).orElse("none"));
    }
  }

  private final SimulateCommand.Seeds seeds;
  private final LongFunction<Summary> run;
  private final int threads;
  private final Totals totals = new Totals();

  private long next;
  private Optional<SimulationFailed> failure = Optional.empty();
  private Optional<Throwable> accident = Optional.empty();

  SeedRunner(SimulateCommand.Seeds seeds, LongFunction<Summary> run, int threads) {
    this.seeds = seeds;
    this.run = run;
    this.threads = threads;
    this.next = seeds.first();
  }

  Totals totals() {
    return totals;
  }

  /// @param each told of each run that passed, in no order
  /// @return the failure of the smallest seed that failed
  Optional<SimulationFailed> run(BiConsumer<Summary, Totals> each) {
    Thread[] workers = new Thread[threads];
    for (int i = 0; i < threads; i++) {
      workers[i] = Thread.ofPlatform().name("simulate-" + i).start(() -> work(each));
    }
    for (Thread worker : workers) {
      join(worker);
    }
    accident.ifPresent(
        thrown -> {
          throw new IllegalStateException("a run ended in an accident", thrown);
        });
    return failure;
  }

  private static void join(Thread worker) {
    try {
      worker.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void work(BiConsumer<Summary, Totals> each) {
    for (Optional<Long> seed = take(); seed.isPresent(); seed = take()) {
      try {
        Summary summary = run.apply(seed.get());
        totals.add(summary);
        synchronized (this) {
          each.accept(summary, totals);
        }
      } catch (SimulationFailed failed) {
        fail(failed);
      } catch (RuntimeException | Error thrown) {
        synchronized (this) {
          accident = Optional.of(thrown);
        }
      }
    }
  }

  private synchronized Optional<Long> take() {
    boolean late =
        seeds.minutes().filter(m -> totals.nanos() > TimeUnit.MINUTES.toNanos(m)).isPresent();
    if (late || failure.isPresent() || accident.isPresent() || next > seeds.last()) {
      return Optional.empty();
    }
    return Optional.of(next++);
  }

  private synchronized void fail(SimulationFailed failed) {
    if (failure.isEmpty() || failure.get().seed() > failed.seed()) {
      failure = Optional.of(failed);
    }
  }
}
