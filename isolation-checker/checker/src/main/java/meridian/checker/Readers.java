package meridian.checker;

/// By write: the reads that saw it, and their nodes.
final class Readers {
  final int[] first;
  final int[] reads;
  final int[] nodes;

  Readers(Facts facts) {
    first = new int[facts.writes() + 1];
    int size = 0;
    for (int from : facts.readFrom) {
      if (from != Facts.INITIAL) {
        first[from + 1]++;
        size++;
      }
    }
    for (int write = 0; write < facts.writes(); write++) {
      first[write + 1] += first[write];
    }
    reads = new int[size];
    nodes = new int[size];
    var at = first.clone();
    for (int node = 0; node < facts.nodes; node++) {
      for (int read = facts.readFirst[node]; read < facts.readFirst[node + 1]; read++) {
        int from = facts.readFrom[read];
        if (from != Facts.INITIAL) {
          nodes[at[from]] = node;
          reads[at[from]++] = read;
        }
      }
    }
  }
}
