package meridian.simulate;

import java.util.ArrayList;
import java.util.List;
import meridian.model.Isolation;
import meridian.model.Key;
import meridian.sim.Chance;

/// Reads and writes registers, half of the writes blind.
final class Registers implements Workload {
  private static final int KEYS = 8;
  private static final int OPS_MAX = 4;

  private long written;

  @Override
  public String name() {
    return "registers";
  }

  private static Key key(int number) {
    return Key.utf8((char) ('b' + number * 3) + "/register/" + number);
  }

  @Override
  public Script next(Chance chance) {
    int count = (int) chance.between(1, OPS_MAX);
    List<Key> keys = new ArrayList<>();
    List<Boolean> writes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add(key((int) chance.between(0, KEYS - 1)));
      writes.add(chance.flip());
    }
    return new Script() {
      @Override
      public void run(Tx tx) {
        step(tx, 0);
      }

      @Override
      public boolean isSingleRead() {
        return count == 1 && !writes.getFirst();
      }

      @Override
      public boolean isReadOnly() {
        return !writes.contains(true);
      }

      @Override
      public Isolation weakest() {
        return Isolation.READ_COMMITTED;
      }

      private void step(Tx tx, int i) {
        if (i == count) {
          tx.commit();
        } else if (writes.get(i)) {
          tx.write(keys.get(i), "v" + ++written);
          step(tx, i + 1);
        } else {
          tx.read(keys.get(i), value -> step(tx, i + 1));
        }
      }
    };
  }

  @Override
  public List<Script> finish() {
    List<Script> reads = new ArrayList<>();
    for (int number = 0; number < KEYS; number++) {
      Key key = key(number);
      reads.add(tx -> tx.read(key, value -> tx.commit()));
    }
    return reads;
  }
}
