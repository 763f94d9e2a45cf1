package meridian.simulate;

import java.util.List;
import java.util.Optional;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Value;
import meridian.sim.Chance;
import meridian.txn.Entry;

/// Moves money between accounts on all shards; every audit must find as much of it as there was.
final class Bank implements Workload {
  private static final int ACCOUNTS = 10;
  private static final long BALANCE = 100;
  private static final long TOTAL = ACCOUNTS * BALANCE;
  private static final long AMOUNT_MAX = 20;

  private long audits;
  private Optional<String> complaint = Optional.empty();

  @Override
  public String name() {
    return "bank";
  }

  private static Key account(int number) {
    return Key.utf8((char) ('a' + number * 5 % 26) + "~account/" + number);
  }

  @Override
  public List<Script> setup() {
    return List.of(
        tx -> {
          for (int number = 0; number < ACCOUNTS; number++) {
            tx.putPrivately(account(number), Value.number(BALANCE));
          }
          tx.commit();
        });
  }

  @Override
  public Script next(Chance chance) {
    if (chance.percent(25)) {
      return audit();
    }
    int from = (int) chance.between(0, ACCOUNTS - 1);
    int to = (from + (int) chance.between(1, ACCOUNTS - 1)) % ACCOUNTS;
    long amount = chance.between(1, AMOUNT_MAX);
    return chance.percent(30) ? blindTransfer(from, to, amount) : transfer(from, to, amount);
  }

  private static Script blindTransfer(int from, int to, long amount) {
    return tx -> {
      tx.addPrivately(account(from), -amount);
      tx.addPrivately(account(to), amount);
      tx.commit();
    };
  }

  private static Script transfer(int from, int to, long amount) {
    return tx ->
        tx.readPrivately(
            KeyRange.point(account(from)),
            source ->
                tx.readPrivately(
                    KeyRange.point(account(to)),
                    target -> {
                      tx.putPrivately(account(from), Value.number(sum(source) - amount));
                      tx.putPrivately(account(to), Value.number(sum(target) + amount));
                      tx.commit();
                    }));
  }

  private Script audit() {
    return new Script() {
      private long found;

      @Override
      public void run(Tx tx) {
        found = 0;
        count(tx, 0);
      }

      private void count(Tx tx, int number) {
        if (number == ACCOUNTS) {
          tx.commit();
        } else {
          tx.readPrivately(
              KeyRange.point(account(number)),
              entries -> {
                found += sum(entries);
                count(tx, number + 1);
              });
        }
      }

      @Override
      public boolean isReadOnly() {
        return true;
      }

      @Override
      public void committed() {
        audits++;
        if (found != TOTAL && complaint.isEmpty()) {
          complaint = Optional.of("an audit found " + found + " in the bank instead of " + TOTAL);
        }
      }
    };
  }

  private static long sum(List<Entry> entries) {
    return entries.stream().mapToLong(entry -> entry.value().asNumber().orElseThrow()).sum();
  }

  @Override
  public List<Script> finish() {
    return List.of(audit());
  }

  @Override
  public Optional<String> complaint() {
    return complaint.or(
        () -> audits == 0 ? Optional.of("nobody could audit the bank") : Optional.empty());
  }
}
