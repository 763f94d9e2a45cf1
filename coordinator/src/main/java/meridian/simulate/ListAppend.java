package meridian.simulate;

import java.util.ArrayList;
import java.util.List;
import meridian.model.Key;
import meridian.sim.Chance;

/// Appends to lists and reads them. A list shows who wrote before whom, so that a history of lists
/// leaves little to guess ("Elle", Kingsbury and Alvaro, VLDB 2020).
final class ListAppend implements Workload {
  private static final int KEYS = 6;
  private static final int LENGTH_MAX = 30;
  private static final int OPS_MAX = 4;

  /// How many elements each list was meant to get; a full one is left behind for a new one.
  private final List<Integer> lengths = new ArrayList<>();

  private int first;
  private long element;

  ListAppend() {
    for (int i = 0; i < KEYS; i++) {
      lengths.add(0);
    }
  }

  @Override
  public String name() {
    return "list-append";
  }

  /// Spread over the key space by its first letter.
  private static Key key(int number) {
    return Key.utf8((char) ('a' + number * 7 % 26) + "/list/" + number);
  }

  @Override
  public Script next(Chance chance) {
    int count = (int) chance.between(1, OPS_MAX);
    List<Integer> keys = new ArrayList<>();
    List<Boolean> appends = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add(first + (int) chance.between(0, KEYS - 1));
      appends.add(chance.percent(60));
    }
    return new Script() {
      @Override
      public void run(Tx tx) {
        step(tx, 0);
      }

      @Override
      public boolean isSingleRead() {
        return count == 1 && !appends.getFirst();
      }

      @Override
      public boolean isReadOnly() {
        return !appends.contains(true);
      }

      private void step(Tx tx, int i) {
        if (i == count) {
          tx.commit();
        } else if (appends.get(i)) {
          tx.append(key(keys.get(i)), nextElement(keys.get(i)), () -> step(tx, i + 1));
        } else {
          tx.readList(key(keys.get(i)), elements -> step(tx, i + 1));
        }
      }
    };
  }

  private long nextElement(int key) {
    lengths.set(key, lengths.get(key) + 1);
    if (lengths.get(first) > LENGTH_MAX) {
      first++;
      lengths.add(0);
    }
    return ++element;
  }

  @Override
  public List<Script> finish() {
    List<Script> reads = new ArrayList<>();
    for (int number = 0; number < lengths.size(); number++) {
      Key key = key(number);
      reads.add(tx -> tx.readList(key, elements -> tx.commit()));
    }
    return reads;
  }
}
