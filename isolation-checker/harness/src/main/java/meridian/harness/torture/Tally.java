package meridian.harness.torture;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import meridian.harness.workload.Ended;
import meridian.harness.workload.Store;
import meridian.harness.workload.Txn;

/// How the transactions of one workload ended.
record Tally(AtomicLong committed, AtomicLong aborted, AtomicLong unknown) {
  Tally() {
    this(new AtomicLong(), new AtomicLong(), new AtomicLong());
  }

  /// The same store, counting.
  Store counting(Store store) {
    return new Counting(store);
  }

  long all() {
    return committed.get() + aborted.get() + unknown.get();
  }

  private <T> void count(Ended<T> ended) {
    switch (ended) {
      case Ended.Committed<T> yes -> committed.incrementAndGet();
      case Ended.Aborted<T> no -> aborted.incrementAndGet();
      case Ended.Unknown<T> perhaps -> unknown.incrementAndGet();
    }
  }

  private final class Counting implements Store {
    private final Store store;

    Counting(Store store) {
      this.store = store;
    }

    @Override
    public <T> Ended<T> transact(Function<Txn, T> work) {
      Ended<T> ended = store.transact(work);
      count(ended);
      return ended;
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
