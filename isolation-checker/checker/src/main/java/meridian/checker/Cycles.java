package meridian.checker;

import java.util.ArrayList;
import java.util.List;

/// Translates cycles of a graph of dependencies into edges between transactions.
final class Cycles {
  private static final Rule[] RULES = Rule.values();

  private final Facts facts;
  private final boolean split;

  Cycles(Facts facts, boolean split) {
    this.facts = facts;
    this.split = split;
  }

  /// The transactions' edges along a walk: helper nodes drop out, an edge through them keeps the
  /// reason of its first part.
  List<Edge> edges(Graph graph, int[] walk) {
    int start = 0;
    while (!isTransaction(graph.source(walk[start]))) {
      start++;
    }
    var edges = new ArrayList<Edge>();
    for (int i = 0; i < walk.length; i++) {
      int opening = walk[(start + i) % walk.length];
      int last = opening;
      while (!isTransaction(graph.target[last])) {
        last = walk[(start + ++i) % walk.length];
      }
      var rule = RULES[graph.kind[opening]];
      if (rule != Rule.INSIDE) {
        edges.add(edge(rule, graph.source(opening), graph.target[last], graph.why[opening]));
      }
    }
    return edges;
  }

  private Edge edge(Rule rule, int from, int to, int why) {
    int source = transaction(from);
    int target = transaction(to);
    return switch (rule) {
      case READS_FROM, ANTI_DEPENDS ->
          new Edge(rule, source, target, facts.readKey[why], facts.readOp[why]);
      case OVERWRITES -> {
        int key = facts.writeKey[why];
        yield new Edge(rule, source, target, key, facts.longestRead[key]);
      }
      case SESSION, REAL_TIME, INSIDE, PASSES, ATOMIC, CAUSAL ->
          new Edge(rule, source, target, -1, -1);
    };
  }

  private boolean isTransaction(int node) {
    return node < (split ? 2 * facts.nodes : facts.nodes);
  }

  private int transaction(int node) {
    return facts.txn[split ? node / 2 : node];
  }
}
