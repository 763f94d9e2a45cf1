package meridian.harness.workload;

import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import meridian.checker.Level;

/// Counters that are incremented by reading and writing them, and read.
///
/// Its invariant: no two increments come to the same, no client sees a counter go back, no read
/// that begins after an increment has committed misses it, and in the end the counter is at least
/// as high as the increments that committed and at most as high as those that may have.
final class Monotonic extends Workload {
  private static final int COUNTERS = 3;

  private final Counter[] counters = new Counter[COUNTERS];

  Monotonic(Run run) {
    super(run);
    for (int i = 0; i < COUNTERS; i++) {
      counters[i] = new Counter(run.key("counter", i));
    }
  }

  /// What is known of one counter.
  private record Counter(
      String key, Set<Long> reached, AtomicLong highest, AtomicLong committed, AtomicLong unknown) {
    Counter(String key) {
      this(
          key, ConcurrentHashMap.newKeySet(), new AtomicLong(), new AtomicLong(), new AtomicLong());
    }
  }

  @Override
  public String name() {
    return "monotonic";
  }

  @Override
  public String about() {
    return "counters that only grow: lost updates, stale reads, sessions that go back";
  }

  @Override
  public Client client(Random random) {
    Map<String, Long> seen = new TreeMap<>();
    return store -> {
      Counter counter = counters[random.nextInt(COUNTERS)];
      long floor = counter.highest.get();
      boolean increments = random.nextBoolean();
      Ended<Long> ended =
          store.transact(txn -> increments ? increment(txn, counter) : value(txn, counter));
      switch (ended) {
        case Ended.Committed<Long>(Long value) -> {
          compare(counter, value, floor, seen);
          if (increments) {
            reached(counter, value);
          }
        }
        case Ended.Aborted<Long> nothing -> {}
        case Ended.Unknown<Long> perhaps -> counter.unknown.addAndGet(increments ? 1 : 0);
      }
    };
  }

  private long increment(Txn txn, Counter counter) {
    long next = value(txn, counter) + 1;
    txn.write(counter.key, run().tagged(next));
    return next;
  }

  private static long value(Txn txn, Counter counter) {
    return txn.read(counter.key).map(Run::untagged).orElse(0L);
  }

  private void compare(Counter counter, long value, long floor, Map<String, Long> seen) {
    long before = seen.merge(counter.key, value, Math::max);
    if (before > value) {
      findings()
          .add(
              Level.CAUSAL,
              "a client saw %s at %d and then at %d".formatted(counter.key, before, value));
    } else if (floor > value) {
      findings()
          .add(
              Level.STRONG_SNAPSHOT,
              "%s was %d after its increment to %d had committed"
                  .formatted(counter.key, value, floor));
    }
  }

  private void reached(Counter counter, long value) {
    counter.committed.incrementAndGet();
    counter.highest.accumulateAndGet(value, Math::max);
    if (!counter.reached.add(value)) {
      findings()
          .add(
              Level.PARALLEL_SNAPSHOT,
              "two increments of %s came to %d".formatted(counter.key, value));
    }
  }

  @Override
  void look(Store last) {
    for (Counter counter : counters) {
      Optional<Long> end = lookAt(last, counter.key, txn -> value(txn, counter));
      if (end.isEmpty()) {
        return;
      }
      inspect(counter, end.get());
    }
  }

  private void inspect(Counter counter, long end) {
    long least = counter.committed.get();
    long most = least + counter.unknown.get();
    if (end < least) {
      findings()
          .add(
              Level.STRONG_SNAPSHOT,
              "%s is %d after %d increments".formatted(counter.key, end, least));
    } else if (end > most) {
      findings()
          .add(Level.READ_COMMITTED, "%s is %d after at most %d".formatted(counter.key, end, most));
    }
  }
}
