package meridian.checker;

/// By write to a register: the nodes that read it and wrote the same key, so that they come after
/// it. More than one is a lost update.
final class Overwriters {
  private static final int[] NONE = {};
  private final int[][] nodes;

  Overwriters(Facts facts) {
    nodes = new int[facts.writes()][];
    var last = new int[facts.writes()];
    java.util.Arrays.fill(last, -1);
    for (int node = 0; node < facts.nodes; node++) {
      for (int read = facts.readFirst[node]; read < facts.readFirst[node + 1]; read++) {
        int from = facts.readFrom[read];
        if (from != Facts.INITIAL
            && !facts.history.isList(facts.readKey[read])
            && last[from] != node
            && facts.writeOf(node, facts.readKey[read]) != Facts.INITIAL) {
          last[from] = node;
          nodes[from] = added(nodes[from], node);
        }
      }
    }
  }

  int[] of(int write) {
    return nodes[write] == null ? NONE : nodes[write];
  }

  private static int[] added(int[] before, int node) {
    int length = before == null ? 0 : before.length;
    var after = length == 0 ? new int[1] : java.util.Arrays.copyOf(before, length + 1);
    after[length] = node;
    return after;
  }
}
