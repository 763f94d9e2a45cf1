package meridian.checker;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// An execution that passes a level's tests: the proof that the level holds.
public final class Execution {
  private final int[] order;
  private final int[] snapshot;
  private final Map<Integer, Integer> writers;

  Execution(int[] order, int[] snapshot, Map<Integer, Integer> writers) {
    this.order = order.clone();
    this.snapshot = snapshot.clone();
    this.writers = Collections.unmodifiableMap(new TreeMap<>(writers));
  }

  /// All transactions that count, numbered as in the history, in their order.
  public int[] order() {
    return order.clone();
  }

  /// For each place in `order`, the state that the transaction there read: the number of
  /// transactions before that state. Means something for levels with snapshots only.
  public int[] snapshot() {
    return snapshot.clone();
  }

  /// For reads of values that several transactions wrote: the operation chosen.
  public Map<Integer, Integer> writers() {
    return writers;
  }
}
