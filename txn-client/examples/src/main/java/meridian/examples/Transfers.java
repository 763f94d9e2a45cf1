package meridian.examples;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import meridian.client.Batch;
import meridian.client.Database;
import meridian.client.Meridian;
import meridian.client.Options;
import meridian.client.RetriableException;
import meridian.client.UnknownOutcomeException;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Outcome;
import meridian.model.Value;

/// Moves money between accounts from several threads at once, and shows that none is lost.
///
/// ```
/// java -cp ... meridian.examples.Transfers meridian://localhost:7400 100
/// ```
///
/// It shows what every application has to decide: what to do about each of the three ways in which
/// a transaction may not work.
public final class Transfers {
  private static final int ACCOUNTS = 10;
  private static final int THREADS = 8;
  private static final long BALANCE_FIRST = 100;

  private final Database db;
  private final AtomicInteger moved = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger attempts = new AtomicInteger();

  Transfers(Database db) {
    this.db = db;
  }

  /// Connects, opens the accounts, and makes transfers.
  ///
  /// @param args the uri to connect to, and how many transfers each thread makes
  public static void main(String[] args) {
    if (args.length != 2) {
      System.err.println("usage: Transfers meridian://HOST:PORT,... TRANSFERS");
      System.exit(64);
    }
    try (Database db =
        Meridian.connect(args[0], Options.defaults().withTimeout(Duration.ofSeconds(5)))) {
      System.out.println(new Transfers(db).run(Integer.parseInt(args[1])));
    }
  }

  /// Makes the transfers, and reports.
  String run(int transfersEach) {
    openAccounts();
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      threads.add(
          CompletableFuture.runAsync(
              () -> {
                for (int j = 0; j < transfersEach; j++) {
                  transferSomething();
                }
              },
              Thread::startVirtualThread));
    }
    threads.forEach(CompletableFuture::join);
    return "%d transfers in %d attempts, %d refused; all accounts together hold %d"
        .formatted(moved.get(), attempts.get(), refused.get(), total());
  }

  /// All accounts at once, or none: a batch is a transaction that reads nothing.
  private void openAccounts() {
    var batch = new Batch();
    for (int i = 0; i < ACCOUNTS; i++) {
      batch.put(account(i), Value.number(BALANCE_FIRST));
    }
    db.batch(batch);
  }

  private void transferSomething() {
    var chance = ThreadLocalRandom.current();
    int from = chance.nextInt(ACCOUNTS);
    int to = (from + 1 + chance.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
    try {
      var result =
          db.execute(tx -> transfer(tx, account(from), account(to), 1 + chance.nextLong(20)));
      attempts.addAndGet(result.attempts());
      moved.incrementAndGet();
    } catch (ShortOfMoney shortOfMoney) {
      // Thrown by our own code in the transaction: nothing was written.
      refused.incrementAndGet();
    } catch (RetriableException conflict) {
      // Conflicts are tried again until the deadline. Here there were too many: it did not happen.
      refused.incrementAndGet();
    } catch (UnknownOutcomeException unknown) {
      // It may have happened. To transfer again might do it twice, so we ask.
      switch (db.outcome(unknown.token())) {
        case Outcome.Committed committed -> moved.incrementAndGet();
        case Outcome.Aborted aborted -> refused.incrementAndGet();
        case Outcome.Unknown still -> throw unknown; // keep the token, and ask some other time
      }
    }
  }

  /// The code of the transaction. It may run several times; only the last one counts.
  private static long transfer(meridian.client.Transaction tx, Key from, Key to, long amount)
      throws ShortOfMoney {
    long left = tx.add(from, -amount);
    if (left < 0) {
      throw new ShortOfMoney();
    }
    return tx.add(to, amount);
  }

  /// One scan is one moment, however many shards it goes over.
  private long total() {
    return db.scan(KeyRange.prefix(Key.utf8("account/"))).list().stream()
        .mapToLong(entry -> entry.value().asNumber().orElseThrow())
        .sum();
  }

  private static Key account(int number) {
    return Key.utf8("account/" + number);
  }

  /// The application's own reason to give up.
  private static final class ShortOfMoney extends Exception {
    private static final long serialVersionUID = 1;
  }
}
