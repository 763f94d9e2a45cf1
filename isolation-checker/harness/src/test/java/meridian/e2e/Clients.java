package meridian.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import meridian.checker.Checker;
import meridian.checker.Level;
import meridian.checker.Report;
import meridian.checker.format.Recording;
import meridian.client.Database;
import meridian.client.Lists;
import meridian.client.Meridian;
import meridian.client.MeridianException;
import meridian.client.Options;
import meridian.client.PermanentException;
import meridian.client.Transaction;
import meridian.client.UnknownOutcomeException;
import meridian.history.Recorder;
import meridian.model.Key;
import meridian.model.Value;

/// Clients that do what can be checked: transfers, which keep a total, and appends to lists and
/// writes to registers, which are recorded. They go on whatever happens to the cluster.
final class Clients implements AutoCloseable {
  private static final int ACCOUNTS = 12;
  private static final int LISTS = 6;
  private static final int REGISTERS = 6;
  private static final long BALANCE = 100;
  private static final Duration TIMEOUT = Duration.ofSeconds(4);
  private static final Duration LAST_TIMEOUT = Duration.ofSeconds(20);

  private final Path history;
  private final Recorder recorder;
  private final List<Database> databases = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong unique = new AtomicLong();
  private volatile boolean over;

  final AtomicInteger committed = new AtomicInteger();
  final AtomicInteger aborted = new AtomicInteger();
  final AtomicInteger unknown = new AtomicInteger();
  private final ConcurrentLinkedQueue<Throwable> surprises = new ConcurrentLinkedQueue<>();

  Clients(Path folder) {
    history = folder.resolve("history.jsonl");
    recorder = Recorder.to(history);
  }

  /// Keys that are spread over all shards.
  private static Key key(String kind, int number) {
    return Key.utf8((char) ('a' + number * 26 / ACCOUNTS % 26) + kind + number);
  }

  /// Opens the accounts.
  void open(String endpoints) {
    try (Database db = Meridian.connect(endpoints)) {
      db.withTimeout(LAST_TIMEOUT)
          .transact(
              tx -> {
                for (int i = 0; i < ACCOUNTS; i++) {
                  tx.put(key("account", i), Value.utf8(String.valueOf(BALANCE)));
                }
                return true;
              });
    }
  }

  /// Starts one more client of each kind.
  void start(String endpoints, long seed) {
    Options options = Options.defaults().withTimeout(TIMEOUT);
    Database bank = Meridian.connect(endpoints, options);
    Database recorded = Meridian.connect(endpoints, options.withRecorder(recorder));
    databases.add(bank);
    databases.add(recorded);
    start(new Random(seed), bank, this::transfer);
    start(new Random(seed + 1), recorded, this::record);
  }

  private interface Step {
    void take(Random random, Database db);
  }

  private void start(Random random, Database db, Step step) {
    threads.add(
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!over) {
                    attempt(random, db, step);
                  }
                }));
  }

  private void attempt(Random random, Database db, Step step) {
    try {
      step.take(random, db);
      committed.incrementAndGet();
    } catch (UnknownOutcomeException nobodySaid) {
      unknown.incrementAndGet();
    } catch (PermanentException wrong) {
      surprises.add(wrong);
    } catch (MeridianException notNow) {
      aborted.incrementAndGet();
    } catch (RuntimeException | Error surprise) {
      surprises.add(surprise);
    }
  }

  private void transfer(Random random, Database db) {
    int from = random.nextInt(ACCOUNTS);
    int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
    long amount = 1 + random.nextInt(5);
    if (random.nextInt(8) == 0) {
      long total = db.transact(Clients::total);
      assertEquals(ACCOUNTS * BALANCE, total, "the total that one transaction saw");
    } else {
      db.transact(
          tx -> {
            tx.add(key("account", from), -amount);
            tx.add(key("account", to), amount);
            return true;
          });
    }
  }

  private static long total(Transaction tx) {
    List<Key> keys = new ArrayList<>();
    for (int i = 0; i < ACCOUNTS; i++) {
      keys.add(key("account", i));
    }
    return tx.getAll(keys).values().stream().mapToLong(v -> Long.parseLong(v.toUtf8())).sum();
  }

  private void record(Random random, Database db) {
    int steps = 1 + random.nextInt(3);
    long seed = random.nextLong();
    db.transact(
        tx -> {
          Random same = new Random(seed);
          for (int i = 0; i < steps; i++) {
            touch(same, tx);
          }
          return true;
        });
  }

  private void touch(Random random, Transaction tx) {
    Key list = key("list", random.nextInt(LISTS));
    Key register = key("register", random.nextInt(REGISTERS));
    switch (random.nextInt(4)) {
      case 0 -> Lists.append(tx, list, String.valueOf(unique.incrementAndGet()));
      case 1 -> Lists.read(tx, list);
      case 2 -> tx.put(register, Value.utf8(String.valueOf(unique.incrementAndGet())));
      default -> tx.get(register);
    }
  }

  /// Lets everybody come to an end, and looks at everything once more.
  void finish(String endpoints) throws InterruptedException {
    over = true;
    for (Thread thread : threads) {
      thread.join();
    }
    Options options = Options.defaults().withTimeout(LAST_TIMEOUT);
    try (Database db = Meridian.connect(endpoints, options.withRecorder(recorder))) {
      long total = db.transact(tx -> total(tx.unrecorded()));
      assertEquals(ACCOUNTS * BALANCE, total, "the total in the end");
      db.transact(
          tx -> {
            for (int i = 0; i < LISTS; i++) {
              Lists.read(tx, key("list", i));
            }
            for (int i = 0; i < REGISTERS; i++) {
              tx.get(key("register", i));
            }
            return true;
          });
    }
    assertEquals(List.of(), List.copyOf(surprises));
  }

  /// What the checker says of everything that was recorded.
  Report check() throws Exception {
    return Checker.check(
        Recording.read(history).history(), meridian.checker.Options.of(Level.STRICT_SERIALIZABLE));
  }

  Path history() {
    return history;
  }

  @Override
  public void close() {
    over = true;
    databases.forEach(Database::close);
    recorder.close();
  }
}
