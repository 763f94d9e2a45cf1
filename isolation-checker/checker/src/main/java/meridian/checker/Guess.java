package meridian.checker;

import java.util.Arrays;

/// An order to look at first, as it may be the one that the database executed: verifying an order
/// is cheap, and where it fails, a search from a good guess has little to repair.
final class Guess {
  private final Facts facts;
  private final RealTime time;

  Guess(Facts facts, RealTime time) {
    this.facts = facts;
    this.time = time;
  }

  /// The order that the database claims, else the order of completion; without any times, one in
  /// which all sessions run side by side.
  int[] first() {
    if (facts.history.hasTimestamps()) {
      return byTimestamp();
    }
    return time.completions.length > 0 ? byCompletion() : sideBySide();
  }

  /// A guess that was found wrong, made better. Without times it hardly was more than the order of
  /// sessions; what causally follows from the reads says much about the order of writes.
  int[] improved(int[] guess) {
    if (facts.history.hasTimestamps() || time.completions.length > 0) {
      return guess;
    }
    var causal = new Visibility(facts, time, guess);
    return causal.evidence(Level.CAUSAL).isEmpty() ? causal.order() : guess;
  }

  private int[] byTimestamp() {
    var order = new Integer[facts.nodes];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order,
        (a, b) -> {
          int byTime = facts.history.compareTimestamps(facts.txn[a], facts.txn[b]);
          return byTime != 0 ? byTime : Integer.compare(a, b);
        });
    return Arrays.stream(order).mapToInt(i -> i).toArray();
  }

  private int[] byCompletion() {
    var order = Arrays.copyOf(time.completions, facts.nodes);
    int size = time.completions.length;
    for (int node = 0; node < facts.nodes; node++) {
      if (facts.completed(node) == History.NEVER_AFTER) {
        order[size++] = node;
      }
    }
    return order;
  }

  /// Sessions that were recorded one after the other hardly ran so. If they all began and ended
  /// together, who is a third through its session ran beside those who are a third through theirs.
  private int[] sideBySide() {
    var length = new int[facts.history.sessions()];
    var place = new int[facts.nodes];
    for (int node = 0; node < facts.nodes; node++) {
      place[node] = length[session(node)]++;
    }
    var keys = new long[facts.nodes];
    for (int node = 0; node < facts.nodes; node++) {
      long through = ((2L * place[node] + 1) << 30) / (2L * length[session(node)]);
      keys[node] = through << 32 | node;
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
  }

  private int session(int node) {
    return facts.history.session(facts.txn[node]);
  }
}
