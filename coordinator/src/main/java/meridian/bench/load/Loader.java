package meridian.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;

/// Puts records into a store before a run, and adds up balances after one.
public final class Loader {
  private static final int AT_ONCE = 16;

  private Loader() {}

  /// Gives every record a balance to start with.
  public static void load(Store store, Records records) throws InterruptedException {
    inBatches(
        records,
        numbers -> {
          List<Op.Put> puts = new ArrayList<>();
          for (long number : numbers) {
            puts.add(new Op.Put(Records.key(number), records.balance(Records.BALANCE)));
          }
          store.load(puts);
        });
  }

  /// Checks that transfers have neither made money nor lost any.
  ///
  /// @throws IllegalStateException if they have
  public static void checkTotal(Store store, Records records) throws InterruptedException {
    var total = new AtomicLong();
    inBatches(
        records,
        numbers -> {
          List<String> keys = LongStream.of(numbers).mapToObj(Records::key).toList();
          store.read(keys).values().forEach(value -> total.addAndGet(Records.amount(value)));
        });
    long expected = records.loaded() * Records.BALANCE;
    if (total.get() != expected) {
      throw new IllegalStateException(
          "transfers turned " + expected + " into " + total + ": the store is not serializable");
    }
  }

  private interface Batch {
    void run(long[] numbers);
  }

  private static void inBatches(Records records, Batch batch) throws InterruptedException {
    var room = new Semaphore(AT_ONCE);
    var failure = new AtomicReference<Throwable>();
    for (long first = 0;
        first < records.loaded() && failure.get() == null;
        first += Store.LOAD_MAX) {
      long[] numbers =
          LongStream.range(first, Math.min(first + Store.LOAD_MAX, records.loaded())).toArray();
      room.acquire();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  batch.run(numbers);
                } catch (Throwable broken) {
                  failure.compareAndSet(null, broken);
                } finally {
                  room.release();
                }
              });
    }
    room.acquire(AT_ONCE);
    Throwable broken = failure.get();
    if (broken != null) {
      throw new IllegalStateException("loading met " + broken, broken);
    }
  }
}
