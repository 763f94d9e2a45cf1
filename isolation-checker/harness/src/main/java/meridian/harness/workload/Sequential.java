package meridian.harness.workload;

import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import meridian.checker.Level;

/// One client writes first one key, then, when that has committed, another; others read the second
/// and then the first, each in a transaction of its own.
///
/// Its invariant: whoever sees the second write sees the first.
final class Sequential extends Workload {
  private static final int WRITES_EVERY = 3;

  private final AtomicLong next = new AtomicLong();

  Sequential(Run run) {
    super(run);
  }

  @Override
  public String name() {
    return "sequential";
  }

  @Override
  public String about() {
    return "writes and reads one after another: sessions that see effects without their causes";
  }

  @Override
  public Client client(Random random) {
    return store -> {
      if (random.nextInt(WRITES_EVERY) == 0) {
        long number = next.getAndIncrement();
        if (write(store, first(number)).isCommitted()) {
          write(store, second(number));
        }
      } else {
        look(store);
      }
    };
  }

  private String first(long number) {
    return run().key("cause", number);
  }

  private String second(long number) {
    return run().key("effect", number);
  }

  private Ended<Boolean> write(Store store, String key) {
    return store.transact(
        txn -> {
          txn.write(key, String.valueOf(run().unique()));
          return true;
        });
  }

  /// Reads what is being written.
  @Override
  void look(Store store) {
    long number = Math.max(0, next.get() - 1);
    if (isThere(store, second(number)).orElse(false)
        && !isThere(store, first(number)).orElse(true)) {
      findings()
          .add(
              Level.CAUSAL,
              "%s was there and %s, written before it, was not"
                  .formatted(second(number), first(number)));
    }
  }

  private static Optional<Boolean> isThere(Store store, String key) {
    return store.transact(txn -> txn.read(key).isPresent())
            instanceof Ended.Committed<Boolean>(Boolean there)
        ? Optional.of(there)
        : Optional.empty();
  }
}
