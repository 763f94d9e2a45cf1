package meridian.checker;

import java.util.Arrays;

/// Sessions as chains of nodes that precede each other. A transaction of unknown outcome precedes
/// nothing in its session, so it is a chain of its own.
final class Chains {
  private final Facts facts;
  final int[] chain;
  final int[] index;
  int count;

  /// By key: the nodes that wrote it, by chain and then by place in the chain; filled when asked.
  private final int[][] writers;

  Chains(Facts facts) {
    this.facts = facts;
    chain = new int[facts.nodes];
    index = new int[facts.nodes];
    writers = new int[facts.history.keys()][];
    for (int node = 0; node < facts.nodes; node++) {
      int before = facts.before[node];
      boolean alone = facts.history.outcome(facts.txn[node]) == Outcome.UNKNOWN;
      if (before >= 0 && !alone) {
        chain[node] = chain[before];
        index[node] = index[before] + 1;
      } else {
        chain[node] = count++;
      }
    }
  }

  int[] writersOf(int key) {
    if (writers[key] == null) {
      int first = facts.writesFirst[key];
      var sorted = new long[facts.writesFirst[key + 1] - first];
      for (int i = 0; i < sorted.length; i++) {
        int node = facts.writeNode[facts.writes[first + i]];
        sorted[i] = ((long) chain[node] << 32) | node;
      }
      Arrays.sort(sorted);
      writers[key] = Arrays.stream(sorted).mapToInt(both -> (int) both).toArray();
    }
    return writers[key];
  }

  /// The first of the writers of a key that is in a chain from `from` on.
  int firstWriterIn(int key, int from) {
    var sorted = writersOf(key);
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (chain[sorted[middle]] < from) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
