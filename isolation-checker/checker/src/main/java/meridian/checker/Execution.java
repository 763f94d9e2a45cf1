package meridian.checker;

import java.util.Map;
import java.util.TreeMap;

/// An execution that passes a level's tests: the proof that the level holds.
///
/// @param order all transactions that count, numbered as in the history, in their order
/// @param snapshot for each place in `order`, the state that the transaction there read: the number
///   of transactions before that state. Empty where a level has no snapshots.
/// @param writers for reads of values that several transactions wrote: the operation chosen
public record Execution(int[] order, int[] snapshot, Map<Integer, Integer> writers) {
  public Execution {
    order = order.clone();
    snapshot = snapshot.clone();
    writers = java.util.Collections.unmodifiableMap(new TreeMap<>(writers));
  }

  @Override
  public int[] order() {
    return order.clone();
  }

  @Override
  public int[] snapshot() {
    return snapshot.clone();
  }
}
