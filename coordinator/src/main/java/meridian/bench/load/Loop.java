package meridian.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;

/// A closed loop: so many clients, each on a virtual thread of its own, each asking the next thing
/// when it has the answer to the last.
public final class Loop {
  /// Who looks on, on the thread that runs the loop.
  public interface Watcher {
    /// Measuring begins.
    void begins();

    /// Some of it is done.
    ///
    /// @param millis since the start of warming up
    /// @param ended operations since then
    void goesOn(long millis, long ended);

    /// Measuring has ended; clients are about to.
    void ends();
  }

  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long LOOK_MILLIS = 500;

  private enum Phase {
    WARMING,
    MEASURED,
    OVER
  }

  private final Store store;
  private final Records records;
  private final Zipf zipf;
  private final Plan plan;
  private final LongAdder ended = new LongAdder();
  private final LongAdder committed = new LongAdder();
  private final LongAdder aborted = new LongAdder();
  private final LongAdder unknown = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final ConcurrentHistogram latencies =
      new ConcurrentHistogram(Tally.NANOS_MAX, Tally.DIGITS);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile Phase phase = Phase.WARMING;

  private Loop(Store store, Records records, Zipf zipf, Plan plan) {
    this.store = store;
    this.records = records;
    this.zipf = zipf;
    this.plan = plan;
  }

  /// Runs a plan over records that are there. Takes as long as the plan says and the last answers
  /// take.
  ///
  /// @param zipf over as many ranks as `records` had at the start
  /// @throws IllegalStateException if a client met something that is no outcome
  public static Tally run(Store store, Records records, Zipf zipf, Plan plan, Watcher watcher)
      throws InterruptedException {
    return new Loop(store, records, zipf, plan).run(watcher);
  }

  private Tally run(Watcher watcher) throws InterruptedException {
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < plan.clients(); i++) {
      var ops = new Ops(plan.workload(), records, zipf, plan.seed() * 1_000_003 + i);
      clients.add(Thread.ofVirtual().name("client-" + i).start(() -> client(ops)));
    }
    try {
      long start = System.nanoTime();
      watch(start, plan.warmUpMillis(), watcher);
      watcher.begins();
      long measuredFrom = System.nanoTime();
      phase = Phase.MEASURED;
      watch(start, plan.warmUpMillis() + plan.millis(), watcher);
      phase = Phase.OVER;
      long measuredTo = System.nanoTime();
      watcher.ends();
      for (Thread client : clients) {
        client.join();
      }
      return tally(measuredTo - measuredFrom);
    } finally {
      phase = Phase.OVER;
    }
  }

  private void watch(long start, long untilMillis, Watcher watcher) throws InterruptedException {
    for (long now = 0; now < untilMillis && failure.get() == null; ) {
      Thread.sleep(Math.min(LOOK_MILLIS, untilMillis - now));
      now = (System.nanoTime() - start) / NANOS_PER_MILLI;
      watcher.goesOn(now, ended.sum());
    }
  }

  private void client(Ops ops) {
    try {
      while (phase != Phase.OVER) {
        Op op = ops.next();
        long asked = System.nanoTime();
        Store.Done done = store.run(op);
        long nanos = System.nanoTime() - asked;
        ended.increment();
        if (phase == Phase.MEASURED) {
          count(done, nanos);
        }
      }
    } catch (Throwable broken) {
      failure.compareAndSet(null, broken);
    }
  }

  private void count(Store.Done done, long nanos) {
    retries.add(done.attempts() - 1);
    switch (done.ending()) {
      case COMMITTED -> {
        committed.increment();
        latencies.recordValue(Math.min(nanos, Tally.NANOS_MAX));
      }
      case ABORTED -> aborted.increment();
      case UNKNOWN -> unknown.increment();
    }
  }

  private Tally tally(long nanos) {
    Throwable broken = failure.get();
    if (broken != null) {
      throw new IllegalStateException("a client met " + broken, broken);
    }
    return new Tally(
        plan.clients(),
        committed.sum(),
        aborted.sum(),
        unknown.sum(),
        retries.sum(),
        nanos,
        latencies);
  }
}
