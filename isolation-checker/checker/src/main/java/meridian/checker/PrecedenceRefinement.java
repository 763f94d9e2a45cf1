package meridian.checker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.TreeSet;

/// Finds what spoils an order for the levels that judge a missed write by what precedes: a
/// transaction T that read a version of a key from before a write by S, although S precedes T. By
/// one read, for read atomic; by reads and sessions, for causal; by reads and overwrites, for
/// parallel snapshots.
///
/// The order of writes that the execution implies is taken as the choice, and each such path with
/// the read that contradicts it becomes a clause: not all of these choices together.
final class PrecedenceRefinement implements Search.Refinement {
  private static final int CLAUSES_PER_ROUND = 200;

  private final Facts facts;
  private final Shape shape;
  private final PairTheory theory;
  private final Clauses clauses;
  private final Cycles cycles;

  /// By write: the one before it in the execution.
  private final int[] previous;

  private final int[] seen;
  private int search;

  /// By node that a backward search reached: the node it came from, and the read, the complement of
  /// the write, or SESSION, that leads there.
  private final int[] cameFrom;

  private final int[] by;
  private static final int SESSION = Integer.MAX_VALUE;

  /// By node: on how many choices the path from it rests.
  private final int[] choices;

  PrecedenceRefinement(Facts facts, Shape shape, PairTheory theory, Clauses clauses) {
    this.facts = facts;
    this.shape = shape;
    this.theory = theory;
    this.clauses = clauses;
    this.cycles = new Cycles(facts, false);
    this.previous = new int[facts.writes()];
    this.seen = new int[facts.nodes];
    this.cameFrom = new int[facts.nodes];
    this.by = new int[facts.nodes];
    this.choices = new int[facts.nodes];
  }

  @Override
  public boolean refine(int[] order, CommitTests tests) {
    var current = new int[facts.history.keys()];
    Arrays.fill(current, Facts.INITIAL);
    for (int node : order) {
      for (int write = facts.writeFirst[node]; write < facts.writeFirst[node + 1]; write++) {
        previous[write] = current[facts.writeKey[write]];
        current[facts.writeKey[write]] = write;
      }
    }
    var found = new ArrayList<int[]>();
    for (int node : order) {
      for (int read = facts.readFirst[node];
          shape.judgedByPrecedence(node) && read < facts.readFirst[node + 1];
          read++) {
        int next = tests.nextAfter(read);
        boolean missed =
            next < tests.position[node] || (next < order.length && !tests.sessionsInOrder);
        if (found.size() < CLAUSES_PER_ROUND && missed) {
          int preceding = preceding(read, node, next, tests);
          if (preceding >= 0) {
            found.add(clause(read, preceding, node));
          }
        }
      }
    }
    found.forEach(clauses::add);
    return !found.isEmpty();
  }

  /// A node that precedes another and wrote, from a position on, a key that the other read; or -1.
  /// Searches backward, in the window of the execution between the two, and for the path that rests
  /// on the fewest choices: the fewer they are, the more its clause forbids.
  private int preceding(int read, int node, int from, CommitTests tests) {
    var level = shape.level(node);
    // Sessions that are out of order, as other levels allow, may lead out of the window and back.
    int limit = level == Level.CAUSAL && !tests.sessionsInOrder ? 0 : from;
    search++;
    var todo = new ArrayDeque<Integer>();
    todo.add(node);
    choices[node] = 0;
    seen[node] = search;
    while (!todo.isEmpty()) {
      int at = todo.remove();
      if (at != node
          && tests.position[at] >= from
          && facts.writeOf(at, facts.readKey[read]) != Facts.INITIAL) {
        return at;
      }
      if (at == node || level != Level.READ_ATOMIC) {
        visitBefore(at, level, limit, tests.position, todo);
      }
    }
    return -1;
  }

  private void visitBefore(
      int at, Level level, int limit, int[] position, ArrayDeque<Integer> todo) {
    for (int read = facts.readFirst[at]; read < facts.readFirst[at + 1]; read++) {
      int source = facts.readNode(read);
      if (source >= 0 && position[source] >= limit) {
        visit(source, at, read, 0, todo);
      }
    }
    if (level == Level.CAUSAL && facts.before[at] >= 0 && position[facts.before[at]] >= limit) {
      visit(facts.before[at], at, SESSION, 0, todo);
    }
    for (int write = facts.writeFirst[at];
        level == Level.PARALLEL_SNAPSHOT && write < facts.writeFirst[at + 1];
        write++) {
      int before = previous[write];
      if (before != Facts.INITIAL && position[facts.writeNode[before]] >= limit) {
        visit(facts.writeNode[before], at, ~write, isKnown(before, write) ? 0 : 1, todo);
      }
    }
  }

  private void visit(int source, int to, int because, int cost, ArrayDeque<Integer> todo) {
    int total = choices[to] + cost;
    if (seen[source] != search || total < choices[source]) {
      seen[source] = search;
      choices[source] = total;
      cameFrom[source] = to;
      by[source] = because;
      if (cost == 0) {
        todo.addFirst(source);
      } else {
        todo.addLast(source);
      }
    }
  }

  /// Forbids the choices that make `missed` precede a node that read what it overwrote.
  private int[] clause(int read, int missed, int node) {
    var literals = new TreeSet<Integer>();
    var walk = new Cycles.Walk();
    for (int at = missed; at != node; at = cameFrom[at]) {
      if (by[at] == SESSION) {
        walk.add(at, cameFrom[at], Rule.SESSION, -1);
      } else if (by[at] >= 0) {
        walk.add(at, cameFrom[at], Rule.READS_FROM, by[at]);
      } else {
        int write = ~by[at];
        walk.add(at, cameFrom[at], Rule.OVERWRITES, write);
        if (!isKnown(previous[write], write)) {
          literals.add(literal(previous[write], write) ^ 1);
        }
      }
    }
    walk.add(node, missed, Rule.ANTI_DEPENDS, read);
    int from = facts.readFrom[read];
    int overwriting = facts.writeOf(missed, facts.readKey[read]);
    if (from != Facts.INITIAL && !isKnown(from, overwriting)) {
      literals.add(literal(from, overwriting) ^ 1);
    }
    theory.refusals.add(new Evidence.Conditional(theory.choices(literals), cycles.edges(walk)));
    return literals.stream().mapToInt(i -> i).toArray();
  }

  private int literal(int write, int other) {
    if (theory.literal(write, other) < 0) {
      theory.define(clauses.addVariable(), write, other);
    }
    return theory.literal(write, other);
  }

  /// Whether two writes of one key are in this order in every execution: as a list shows it, or
  /// because the second read the first.
  private boolean isKnown(int write, int next) {
    if (facts.history.isList(facts.writeKey[write])) {
      return facts.chainIndex[write] >= 0;
    }
    int node = facts.writeNode[next];
    for (int read = facts.readFirst[node]; read < facts.readFirst[node + 1]; read++) {
      if (facts.readFrom[read] == write) {
        return true;
      }
    }
    return false;
  }
}
