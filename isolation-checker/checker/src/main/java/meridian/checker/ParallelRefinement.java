package meridian.checker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.TreeSet;

/// Finds what spoils an order for parallel snapshot isolation: a transaction T that read a version
/// of a key from before a write by S, although S precedes T by reads and overwrites.
///
/// The order of writes that the execution implies is taken as the choice, and each such path with
/// the read that contradicts it becomes a clause: not all of these choices together.
final class ParallelRefinement implements Search.Refinement {
  private static final int CLAUSES_PER_ROUND = 200;

  private final Facts facts;
  private final PairTheory theory;
  private final Clauses clauses;
  private final Cycles cycles;

  /// By write: the one before it in the execution.
  private final int[] previous;

  private final int[] seen;
  private int search;

  /// By node that a backward search reached: the node it came from, and the read or the complement
  /// of the write that leads there.
  private final int[] cameFrom;

  private final int[] by;

  /// By node: on how many choices the path from it rests.
  private final int[] choices;

  ParallelRefinement(Facts facts, PairTheory theory, Clauses clauses) {
    this.facts = facts;
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
    var following = new int[facts.writes()];
    Arrays.fill(following, Facts.INITIAL);
    var firstOf = current.clone();
    for (int node : order) {
      for (int write = facts.writeFirst[node]; write < facts.writeFirst[node + 1]; write++) {
        int key = facts.writeKey[write];
        previous[write] = current[key];
        if (current[key] == Facts.INITIAL) {
          firstOf[key] = write;
        } else {
          following[current[key]] = write;
        }
        current[key] = write;
      }
    }
    var found = new ArrayList<int[]>();
    for (int node : order) {
      for (int read = facts.readFirst[node]; read < facts.readFirst[node + 1]; read++) {
        int from = facts.readFrom[read];
        int replacing = from == Facts.INITIAL ? firstOf[facts.readKey[read]] : following[from];
        if (found.size() < CLAUSES_PER_ROUND
            && replacing != Facts.INITIAL
            && facts.writeNode[replacing] != node
            && precedes(facts.writeNode[replacing], node, tests.position)) {
          found.add(clause(read, replacing, node));
        }
      }
    }
    found.forEach(clauses::add);
    return !found.isEmpty();
  }

  /// Whether a node reaches another by reads and overwrites. Searches backward, in the window of
  /// the execution between the two, and for the path that rests on the fewest choices: the fewer
  /// they are, the more its clause forbids.
  private boolean precedes(int earlier, int node, int[] position) {
    int limit = position[earlier];
    if (limit > position[node]) {
      return false;
    }
    search++;
    var todo = new ArrayDeque<Integer>();
    todo.add(node);
    choices[node] = 0;
    seen[node] = search;
    while (!todo.isEmpty()) {
      int at = todo.remove();
      if (at == earlier) {
        return true;
      }
      for (int read = facts.readFirst[at]; read < facts.readFirst[at + 1]; read++) {
        int source = facts.readNode(read);
        if (source >= 0 && position[source] >= limit) {
          visit(source, at, read, 0, todo);
        }
      }
      for (int write = facts.writeFirst[at]; write < facts.writeFirst[at + 1]; write++) {
        int before = previous[write];
        if (before != Facts.INITIAL && position[facts.writeNode[before]] >= limit) {
          visit(facts.writeNode[before], at, ~write, isKnown(before, write) ? 0 : 1, todo);
        }
      }
    }
    return false;
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

  /// Forbids the choices that make `replacing` precede a node that read what it replaced.
  private int[] clause(int read, int replacing, int node) {
    var literals = new TreeSet<Integer>();
    var walk = new Cycles.Walk();
    for (int at = facts.writeNode[replacing]; at != node; at = cameFrom[at]) {
      if (by[at] >= 0) {
        walk.add(at, cameFrom[at], Rule.READS_FROM, by[at]);
      } else {
        int write = ~by[at];
        walk.add(at, cameFrom[at], Rule.OVERWRITES, write);
        if (!isKnown(previous[write], write)) {
          literals.add(literal(previous[write], write) ^ 1);
        }
      }
    }
    walk.add(node, facts.writeNode[replacing], Rule.ANTI_DEPENDS, read);
    int from = facts.readFrom[read];
    if (from != Facts.INITIAL && !isKnown(from, replacing)) {
      literals.add(literal(from, replacing) ^ 1);
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
