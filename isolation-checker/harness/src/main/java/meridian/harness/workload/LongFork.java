package meridian.harness.workload;

import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import meridian.checker.Level;

/// Writes keys, each once and alone, in groups, and reads whole groups.
///
/// Its invariant: of two transactions that read a group, one saw all that the other saw. Otherwise
/// they disagree on which of two writes came first: a long fork.
final class LongFork extends Workload {
  private static final int GROUP = 4;
  private static final int WRITES_EVERY = 4;

  private final AtomicLong next = new AtomicLong();

  /// By group: which of its keys were there, one bit for each, in every way that was seen.
  private final Map<Long, Set<Integer>> sights = new TreeMap<>();

  LongFork(Run run) {
    super(run);
  }

  @Override
  public String name() {
    return "long-fork";
  }

  @Override
  public String about() {
    return "writes of single keys, and reads of several: long forks";
  }

  @Override
  public Client client(Random random) {
    return store -> {
      if (random.nextInt(WRITES_EVERY) == 0) {
        String key = key(next.getAndIncrement());
        store.transact(
            txn -> {
              txn.write(key, String.valueOf(run().unique()));
              return true;
            });
      } else {
        read(store);
      }
    };
  }

  private String key(long number) {
    return run().key("fork", number);
  }

  /// Reads the group whose keys are being written.
  private void read(Store store) {
    long group = Math.max(0, next.get() - 1) / GROUP;
    if (store.transact(txn -> sight(txn, group))
        instanceof Ended.Committed<Integer>(Integer seen)) {
      compare(group, seen);
    }
  }

  private int sight(Txn txn, long group) {
    int seen = 0;
    for (int i = 0; i < GROUP; i++) {
      seen |= txn.read(key(group * GROUP + i)).isPresent() ? 1 << i : 0;
    }
    return seen;
  }

  private void compare(long group, int seen) {
    synchronized (sights) {
      Set<Integer> others = sights.computeIfAbsent(group, none -> new TreeSet<>());
      if (others.add(seen)) {
        for (int other : others) {
          int both = other & seen;
          if (both != other && both != seen) {
            findings()
                .add(
                    Level.SNAPSHOT,
                    "of the keys of group %d one transaction saw %s and another %s"
                        .formatted(group, bits(other), bits(seen)));
          }
        }
      }
    }
  }

  private static String bits(int seen) {
    return Integer.toBinaryString(1 << GROUP | seen).substring(1);
  }

  @Override
  void look(Store last) {
    // The last group is still the one that is read.
    read(last);
  }
}
