package meridian.checker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Why a transaction causally precedes another: by which sessions and reads.
final class Causes {
  private final Facts facts;

  Causes(Facts facts) {
    this.facts = facts;
  }

  /// The path of one read by which a transaction saw something of a node. There must be one.
  List<Edge> read(int from, int txn) {
    int reader = facts.node[txn];
    int read = facts.readFirst[reader];
    while (facts.readNode(read) != from) {
      read++;
    }
    return List.of(
        new Edge(Rule.READS_FROM, facts.txn[from], txn, facts.readKey[read], facts.readOp[read]));
  }

  /// The shortest path from a node to the node of a transaction. There must be one.
  List<Edge> path(int from, int txn) {
    var towards = new Edge[facts.nodes];
    var seen = new boolean[facts.nodes];
    var todo = new ArrayDeque<Integer>();
    todo.add(facts.node[txn]);
    seen[facts.node[txn]] = true;
    while (!seen[from]) {
      int node = todo.remove();
      int before = facts.before[node];
      if (before >= 0 && !seen[before]) {
        towards[before] = new Edge(Rule.SESSION, facts.txn[before], facts.txn[node], -1, -1);
        seen[before] = true;
        todo.add(before);
      }
      for (int read = facts.readFirst[node]; read < facts.readFirst[node + 1]; read++) {
        int source = facts.readNode(read);
        if (source >= 0 && !seen[source]) {
          towards[source] =
              new Edge(
                  Rule.READS_FROM,
                  facts.txn[source],
                  facts.txn[node],
                  facts.readKey[read],
                  facts.readOp[read]);
          seen[source] = true;
          todo.add(source);
        }
      }
    }
    var path = new ArrayList<Edge>();
    for (int node = from; facts.txn[node] != txn; node = facts.node[towards[node].to()]) {
      path.add(towards[node]);
    }
    return Arrays.asList(path.toArray(Edge[]::new));
  }
}
