package meridian.checker;

import java.util.ArrayList;
import java.util.List;

/// Translates cycles of a graph of dependencies into edges between transactions.
final class Cycles {
  private final Facts facts;
  private final boolean split;
  private final Causes causes;

  Cycles(Facts facts, boolean split) {
    this.facts = facts;
    this.split = split;
    this.causes = new Causes(facts);
  }

  /// Edges as they are walked, from whatever graph they are of.
  static final class Walk {
    private final IntList from = new IntList();
    private final IntList to = new IntList();
    private final IntList why = new IntList();
    private final List<Rule> rules = new ArrayList<>();

    void add(int source, int target, Rule rule, int because) {
      from.add(source);
      to.add(target);
      rules.add(rule);
      why.add(because);
    }

    void add(Graph graph, int edge) {
      add(graph.source(edge), graph.target[edge], Rule.of(graph.kind[edge]), graph.why[edge]);
    }
  }

  List<Edge> edges(Graph graph, int[] edges) {
    var walk = new Walk();
    for (int edge : edges) {
      walk.add(graph, edge);
    }
    return edges(walk);
  }

  /// The edges between transactions along a cyclic walk: helper nodes drop out, and an edge through
  /// them keeps the reason of its first part.
  List<Edge> edges(Walk walk) {
    int start = 0;
    while (!isTransaction(walk.from.get(start))) {
      start++;
    }
    int length = walk.from.size();
    var edges = new ArrayList<Edge>();
    for (int i = 0; i < length; i++) {
      int opening = (start + i) % length;
      int last = opening;
      while (!isTransaction(walk.to.get(last))) {
        last = (start + ++i) % length;
      }
      var rule = walk.rules.get(opening);
      if (rule != Rule.INSIDE) {
        edges.add(edge(rule, walk.from.get(opening), walk.to.get(last), walk.why.get(opening)));
      }
    }
    return edges;
  }

  private Edge edge(Rule rule, int from, int to, int why) {
    int source = transaction(from);
    int target = transaction(to);
    return switch (rule) {
      case READS_FROM -> new Edge(rule, source, target, facts.readKey[why], facts.readOp[why]);
      case ANTI_DEPENDS -> {
        int shown = readBy(facts.node[target], facts.readFrom[why]);
        int other = shown < 0 ? -1 : facts.readOp[shown];
        yield new Edge(
            rule, source, target, facts.readKey[why], facts.readOp[why], other, List.of());
      }
      case OVERWRITES -> {
        // A list's order is shown by its longest read, but for the appends that are not in it.
        int key = facts.writeKey[why];
        int write = facts.writeOf(facts.node[source], key);
        int read = readBy(facts.node[target], write);
        if (read >= 0) {
          yield new Edge(Rule.READS_FROM, source, target, key, facts.readOp[read]);
        }
        boolean shown = facts.chainIndex[write] >= 0;
        yield new Edge(rule, source, target, key, shown ? facts.longestRead[key] : -1);
      }
      case ATOMIC, CAUSAL -> {
        int reader = facts.history.transactionOf(facts.readOp[why]);
        int writer = facts.node[source];
        int shown = facts.chainIndex[facts.writeOf(writer, facts.readKey[why])];
        if (shown >= 0 && shown < facts.chainIndex[facts.readFrom[why]]) {
          yield new Edge(Rule.OVERWRITES, source, target, facts.readKey[why], facts.readOp[why]);
        }
        var path = rule == Rule.ATOMIC ? causes.read(writer, reader) : causes.path(writer, reader);
        yield new Edge(rule, source, target, facts.readKey[why], facts.readOp[why], -1, path);
      }
      case SESSION, REAL_TIME, INSIDE, PASSES -> new Edge(rule, source, target, -1, -1);
    };
  }

  /// The read of a write to a register by a node, or -1.
  private int readBy(int node, int write) {
    for (int read = facts.readFirst[node]; read < facts.readFirst[node + 1]; read++) {
      boolean register = !facts.history.isList(facts.readKey[read]);
      if (register && write != Facts.INITIAL && facts.readFrom[read] == write) {
        return read;
      }
    }
    return -1;
  }

  private boolean isTransaction(int node) {
    return node < (split ? 2 * facts.nodes : facts.nodes);
  }

  private int transaction(int node) {
    return facts.txn[split ? node / 2 : node];
  }
}
