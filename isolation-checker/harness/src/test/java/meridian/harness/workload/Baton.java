package meridian.harness.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/// Runs several threads, of which only the one that has the baton moves. Whoever pauses hands it to
/// one that the seed chooses, so that a seed names an interleaving.
final class Baton {
  private final Random random;
  private final TreeMap<Integer, Semaphore> waiting = new TreeMap<>();
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

  Baton(long seed) {
    random = new Random(seed);
  }

  /// What one thread does; it is told how to pause.
  interface Leg {
    void run(Runnable pause);
  }

  /// Runs all to their ends.
  void run(List<Leg> legs) throws InterruptedException {
    for (int i = 0; i < legs.size(); i++) {
      waiting.put(i, new Semaphore(0));
    }
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < legs.size(); i++) {
      int self = i;
      Semaphore turn = waiting.get(i);
      threads.add(Thread.ofVirtual().start(() -> run(legs.get(self), self, turn)));
    }
    next().release();
    for (Thread thread : threads) {
      thread.join();
    }
    if (!failures.isEmpty()) {
      throw new AssertionError(failures.peek());
    }
  }

  private void run(Leg leg, int self, Semaphore turn) {
    turn.acquireUninterruptibly();
    try {
      leg.run(
          () -> {
            next().release();
            turn.acquireUninterruptibly();
          });
    } catch (RuntimeException | Error failure) {
      failures.add(failure);
    }
    waiting.remove(self);
    if (!waiting.isEmpty()) {
      next().release();
    }
  }

  private Semaphore next() {
    List<Semaphore> all = List.copyOf(waiting.values());
    return all.get(random.nextInt(all.size()));
  }
}
