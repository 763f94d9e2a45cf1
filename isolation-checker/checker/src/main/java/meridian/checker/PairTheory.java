package meridian.checker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Gives literals their meaning: each variable says which of two writes of one key comes first. To
/// make it true is to add edges: from the first writer to the second, and from all who read the
/// first write to the second writer, as they did not see the second. A cycle is a refusal.
final class PairTheory implements Clauses.Theory {
  private final Facts facts;
  private final Shape shape;
  private final DynamicOrder order;
  private final Cycles cycles;
  private final Graph fixed;
  private final Readers readers;

  // By variable: its two writes.
  private final IntList first = new IntList();
  private final IntList second = new IntList();
  private final Map<Long, Integer> variables = new HashMap<>();

  /// By added edge: the literal that it comes from, and the read that it comes from, or -1.
  private final IntList literalOf = new IntList();

  private final IntList readOf = new IntList();

  /// By literal made true: how many edges there were before.
  private final IntList edgesBefore = new IntList();

  /// By refusal, in order: the choices and the cycle.
  final List<Evidence.Conditional> refusals = new ArrayList<>();

  PairTheory(Facts facts, Shape shape, Graph fixed, int[] order) {
    this.facts = facts;
    this.shape = shape;
    this.fixed = fixed;
    this.order = new DynamicOrder(fixed, order);
    this.cycles = new Cycles(facts, shape.split());
    this.readers = new Readers(facts);
  }

  DynamicOrder order() {
    return order;
  }

  Readers readers() {
    return readers;
  }

  private int start(int node) {
    return shape.start(node);
  }

  private int commit(int node) {
    return shape.commit(node);
  }

  /// The literal that says that a write comes before another of the same key; -1 if there is no
  /// such variable yet.
  int literal(int write, int other) {
    var variable = variables.get(pair(write, other));
    if (variable == null) {
      return -1;
    }
    return 2 * variable + (write < other ? 0 : 1);
  }

  void define(int variable, int write, int other) {
    variables.put(pair(write, other), variable);
    first.add(Math.min(write, other));
    second.add(Math.max(write, other));
  }

  private static long pair(int write, int other) {
    return ((long) Math.min(write, other) << 32) | Math.max(write, other);
  }

  Choice choice(int literal) {
    int earlier = earlier(literal);
    return new Choice(
        facts.writeKey[earlier],
        facts.txn[facts.writeNode[earlier]],
        facts.txn[facts.writeNode[earlier(literal ^ 1)]]);
  }

  /// Of the two writes that a literal orders, the one that it says comes first.
  private int earlier(int literal) {
    return (literal & 1) == 0 ? first.get(literal >> 1) : second.get(literal >> 1);
  }

  @Override
  public int preferred(int variable) {
    int one = commit(facts.writeNode[first.get(variable)]);
    int two = commit(facts.writeNode[second.get(variable)]);
    return 2 * variable + (order.place[one] < order.place[two] ? 0 : 1);
  }

  @Override
  public int[] assertTrue(int literal) {
    int write = earlier(literal);
    int later = earlier(literal ^ 1);
    int by = facts.writeNode[later];
    edgesBefore.add(order.addedEdges());
    var refusal = edge(commit(facts.writeNode[write]), start(by), literal, -1);
    for (int i = readers.first[write]; i < readers.first[write + 1]; i++) {
      int read = readers.reads[i];
      int node = readers.nodes[i];
      if (refusal.length == 0 && node != by && shape.anti(node)) {
        refusal = edge(start(node), commit(by), literal, read);
      }
    }
    if (refusal.length > 0) {
      retreat(edgesBefore.size() - 1);
    }
    return refusal;
  }

  @Override
  public void retreat(int count) {
    if (count < edgesBefore.size()) {
      int edges = edgesBefore.get(count);
      order.retreat(edges);
      literalOf.truncate(edges);
      readOf.truncate(edges);
      edgesBefore.truncate(count);
    }
  }

  private int[] edge(int from, int to, int literal, int read) {
    int[] path = order.add(from, to);
    if (path.length == 0) {
      literalOf.add(literal);
      readOf.add(read);
      return path;
    }
    return refuse(from, to, literal, read, path);
  }

  /// The clause that forbids what closes a cycle, and the cycle as evidence for it.
  private int[] refuse(int from, int to, int literal, int read, int[] path) {
    var clause = new java.util.TreeSet<Integer>();
    clause.add(literal ^ 1);
    var walk = new Cycles.Walk();
    walk.add(from, to, read < 0 ? Rule.OVERWRITES : Rule.ANTI_DEPENDS, because(literal, read));
    for (int edge : path) {
      if (edge >= 0) {
        walk.add(fixed, edge);
      } else {
        int added = ~edge;
        clause.add(literalOf.get(added) ^ 1);
        int readOfEdge = readOf.get(added);
        walk.add(
            order.from.get(added),
            order.to.get(added),
            readOfEdge < 0 ? Rule.OVERWRITES : Rule.ANTI_DEPENDS,
            because(literalOf.get(added), readOfEdge));
      }
    }
    refusals.add(new Evidence.Conditional(choices(clause), cycles.edges(walk)));
    return clause.stream().mapToInt(i -> i).toArray();
  }

  private int because(int literal, int read) {
    return read < 0 ? earlier(literal ^ 1) : read;
  }

  /// What a clause of negated literals forbids, as choices.
  List<Choice> choices(Iterable<Integer> clause) {
    var choices = new ArrayList<Choice>();
    for (int literal : clause) {
      choices.add(choice(literal ^ 1));
    }
    return choices;
  }
}
