package meridian.harness.workload;

import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import meridian.checker.Level;

/// Transfers between accounts, and reads of all of them.
///
/// Its invariant: every transaction that reads all accounts sees the same total.
final class Bank extends Workload {
  private static final int ACCOUNTS = 8;
  private static final long BALANCE = 100;
  private static final int AMOUNT_MAX = 5;
  private static final int LOOKS_EVERY = 3;

  Bank(Run run) {
    super(run);
  }

  @Override
  public String name() {
    return "bank";
  }

  @Override
  public String about() {
    return "transfers, and totals that must not change: lost updates, fractured reads";
  }

  private String account(int number) {
    return run().key("account", number);
  }

  @Override
  public boolean open(Store store) {
    return store
        .transact(
            txn -> {
              // Who opens them twice must not take away what was transferred in between.
              if (txn.read(account(0)).isEmpty()) {
                accounts().forEach(i -> txn.write(account(i), run().tagged(BALANCE)));
              }
              return true;
            })
        .isCommitted();
  }

  private static IntStream accounts() {
    return IntStream.range(0, ACCOUNTS);
  }

  @Override
  public Client client(Random random) {
    return store -> {
      if (random.nextInt(LOOKS_EVERY) == 0) {
        if (store.transact(this::total) instanceof Ended.Committed<Long>(Long total)) {
          compare(total);
        }
      } else {
        transfer(random, store);
      }
    };
  }

  private void transfer(Random random, Store store) {
    int from = random.nextInt(ACCOUNTS);
    int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
    long amount = random.nextLong(1, AMOUNT_MAX + 1L);
    store.transact(
        txn -> {
          add(txn, account(from), -amount);
          add(txn, account(to), amount);
          return true;
        });
  }

  private void add(Txn txn, String account, long amount) {
    txn.write(account, run().tagged(balance(txn, account) + amount));
  }

  /// An account that is not there counts as empty, and the total tells.
  private static long balance(Txn txn, String account) {
    return txn.read(account).map(Run::untagged).orElse(0L);
  }

  private long total(Txn txn) {
    return accounts().mapToLong(i -> balance(txn, account(i))).sum();
  }

  private void compare(long total) {
    if (total != ACCOUNTS * BALANCE) {
      findings()
          .add(
              Level.PARALLEL_SNAPSHOT,
              "a transaction saw %d in all accounts together, not %d"
                  .formatted(total, ACCOUNTS * BALANCE));
    }
  }

  @Override
  void look(Store last) {
    Optional<Long> total = lookAt(last, "the accounts", this::total);
    total.ifPresent(this::compare);
  }
}
