package meridian.checker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/// A small conflict-driven search for an assignment of truth values that no clause forbids
/// (Marques-Silva and Sakallah, "GRASP", 1999; two watched literals as in Moskewicz et al.,
/// "Chaff", 2001). What a literal means is up to a `Theory`, which may refuse one that is made
/// true.
///
/// A literal is twice its variable, plus one if negated. Every clause learned remembers the clauses
/// it follows from, so that in the end a proof can be written that holds no more than what is
/// needed.
final class Clauses {
  /// What literals mean.
  interface Theory {
    /// Makes a literal true. If it cannot be: a clause, all false now, that says why. Else empty.
    int[] assertTrue(int literal);

    /// Forgets the literals that were made true after the first `count` ones.
    void retreat(int count);

    /// Which value to try first: whether the literal, true, agrees with the order as it is.
    int preferred(int variable);
  }

  private static final byte UNSET = -1;
  private static final int CONFLICTS_PER_STEP = 200;

  private final Theory theory;

  final List<int[]> clauses = new ArrayList<>();

  /// By clause: the clauses that it follows from; empty for those that were given.
  final List<int[]> origins = new ArrayList<>();

  private IntList[] watches = new IntList[16];
  private byte[] value = new byte[8];
  private int[] reason = new int[8];
  private int[] depth = new int[8];
  private boolean[] marked = new boolean[8];
  private int variables;

  private final IntList trail = new IntList();
  private final IntList decisions = new IntList();
  private int propagated;
  private int asserted;
  long conflicts;

  Clauses(Theory theory) {
    this.theory = theory;
  }

  int addVariable() {
    int variable = variables++;
    if (variable == value.length) {
      value = Arrays.copyOf(value, 2 * variable);
      reason = Arrays.copyOf(reason, 2 * variable);
      depth = Arrays.copyOf(depth, 2 * variable);
      marked = Arrays.copyOf(marked, 2 * variable);
      watches = Arrays.copyOf(watches, 4 * variable);
    }
    value[variable] = UNSET;
    watches[2 * variable] = new IntList();
    watches[2 * variable + 1] = new IntList();
    open.add(variable);
    return variable;
  }

  /// All unset variables and some others, some more than once. The last unset one is decided next:
  /// the one that last had a part in a conflict, as it likely has a part in the next.
  private final IntList open = new IntList();

  /// Adds a clause that the theory demands, and starts the assignment over.
  void add(int[] clause) {
    retreat(0);
    store(clause.clone(), new int[0]);
  }

  /// Clauses from here on have not been looked at.
  private int unchecked;

  private final IntList involved = new IntList();

  /// Assigns all variables. Returns -1 if that worked, -2 if the budget ran out; else the number of
  /// the empty clause: there is no assignment.
  ///
  /// @param progress told now and then how many conflicts there were
  int solve(long budget, LongConsumer progress) {
    int conflict = unchecked < clauses.size() ? checkNew() : propagate();
    while (true) {
      if (conflict >= 0) {
        conflicts++;
        if (conflicts % CONFLICTS_PER_STEP == 0) {
          progress.accept(conflicts);
        }
        if (decisions.isEmpty()) {
          return storeEmpty(conflict);
        }
        if (conflicts > budget) {
          return -2;
        }
        conflict = learn(conflict);
      } else if (conflict == -1) {
        int variable = nextOpen();
        if (variable < 0) {
          return -1;
        }
        decisions.add(trail.size());
        assign(theory.preferred(variable), -1);
        conflict = propagate();
      }
    }
  }

  /// Draws the conclusions of clauses that were given since the last time.
  private int checkNew() {
    for (; unchecked < clauses.size(); unchecked++) {
      int unset = -1;
      int count = 0;
      boolean satisfied = false;
      for (int literal : clauses.get(unchecked)) {
        satisfied |= isTrue(literal);
        if (value[literal >> 1] == UNSET) {
          unset = literal;
          count++;
        }
      }
      if (!satisfied && count == 0) {
        return unchecked;
      }
      if (!satisfied && count == 1) {
        assign(unset, unchecked);
      }
    }
    return propagate();
  }

  private int nextOpen() {
    while (!open.isEmpty()) {
      int variable = open.removeLast();
      if (value[variable] == UNSET) {
        return variable;
      }
    }
    return -1;
  }

  private boolean isFalse(int literal) {
    return value[literal >> 1] == ((literal & 1) == 0 ? 0 : 1);
  }

  private boolean isTrue(int literal) {
    return value[literal >> 1] == ((literal & 1) == 0 ? 1 : 0);
  }

  private void assign(int literal, int because) {
    int variable = literal >> 1;
    value[variable] = (byte) ((literal & 1) == 0 ? 1 : 0);
    reason[variable] = because;
    depth[variable] = because < 0 ? decisions.size() : depthOfOthers(because, literal);
    trail.add(literal);
  }

  /// How deep the decisions go that a conclusion rests on.
  private int depthOfOthers(int clause, int conclusion) {
    int deepest = 0;
    for (int literal : clauses.get(clause)) {
      if (literal != conclusion) {
        deepest = Math.max(deepest, depth[literal >> 1]);
      }
    }
    return deepest;
  }

  /// Draws all conclusions. Returns -1, or the number of a clause whose literals are all false.
  private int propagate() {
    while (propagated < trail.size() || asserted < trail.size()) {
      if (propagated < trail.size()) {
        int conflict = visitWatches(trail.get(propagated++) ^ 1);
        if (conflict >= 0) {
          return conflict;
        }
      } else {
        var refusal = theory.assertTrue(trail.get(asserted));
        if (refusal.length > 0) {
          return store(refusal, new int[0]);
        }
        asserted++;
      }
    }
    return -1;
  }

  private int visitWatches(int falsified) {
    var watching = watches[falsified];
    int kept = 0;
    int conflict = -1;
    for (int i = 0; i < watching.size(); i++) {
      int id = watching.get(i);
      if (conflict >= 0 || !moveWatch(id, falsified)) {
        watching.set(kept++, id);
        if (conflict < 0) {
          int first = clauses.get(id)[0];
          if (isFalse(first)) {
            conflict = id;
          } else if (!isTrue(first)) {
            assign(first, id);
          }
        }
      }
    }
    watching.truncate(kept);
    return conflict;
  }

  /// Finds another literal to watch. Leaves the other watched literal in front.
  private boolean moveWatch(int id, int falsified) {
    var clause = clauses.get(id);
    if (clause[0] == falsified) {
      clause[0] = clause[1];
      clause[1] = falsified;
    }
    if (isTrue(clause[0])) {
      return false;
    }
    for (int i = 2; i < clause.length; i++) {
      if (!isFalse(clause[i])) {
        clause[1] = clause[i];
        clause[i] = falsified;
        watches[clause[1]].add(id);
        return true;
      }
    }
    return false;
  }

  /// Watches the two literals that were assigned last, so that the clause wakes up in time.
  private int store(int[] clause, int[] from) {
    for (int place = 0; place < Math.min(2, clause.length); place++) {
      for (int i = place + 1; i < clause.length; i++) {
        if (recency(clause[i]) > recency(clause[place])) {
          int swapped = clause[place];
          clause[place] = clause[i];
          clause[i] = swapped;
        }
      }
    }
    int id = clauses.size();
    clauses.add(clause);
    origins.add(from);
    if (clause.length > 1) {
      watches[clause[0]].add(id);
      watches[clause[1]].add(id);
    }
    return id;
  }

  /// The list of open variables must not grow with the number of conflicts.
  private void compactOpen() {
    if (open.size() > 8 * variables + 1000) {
      open.truncate(0);
      for (int variable = 0; variable < variables; variable++) {
        if (value[variable] == UNSET) {
          open.add(variable);
        }
      }
    }
  }

  private int recency(int literal) {
    return value[literal >> 1] == UNSET ? Integer.MAX_VALUE : depth[literal >> 1];
  }

  /// Learns a clause from a conflict, goes back to where it has a conclusion, and draws it.
  private int learn(int conflict) {
    // A theory's clause may be false without a literal of the current depth: go back first.
    int deepest = 0;
    for (int literal : clauses.get(conflict)) {
      deepest = Math.max(deepest, depth[literal >> 1]);
    }
    if (deepest == 0) {
      retreat(0);
      return conflict;
    }
    retreat(deepest);
    var learned = new IntList();
    learned.add(0);
    var from = new IntList();
    int unresolved = 0;
    int at = trail.size();
    int literal = -1;
    int clause = conflict;
    do {
      from.add(clause);
      for (int other : clauses.get(clause)) {
        int variable = other >> 1;
        if (other != literal && !marked[variable]) {
          marked[variable] = true;
          involved.add(variable);
          if (depth[variable] == decisions.size()) {
            unresolved++;
          } else if (depth[variable] > 0) {
            learned.add(other);
          } else {
            explainFixed(variable, from);
          }
        }
      }
      do {
        literal = trail.get(--at);
      } while (!marked[literal >> 1] || depth[literal >> 1] < decisions.size());
      clause = reason[literal >> 1];
      unresolved--;
    } while (unresolved > 0);
    learned.set(0, literal ^ 1);
    return conclude(learned.toArray(), from.toArray());
  }

  /// A conclusion may rest on decisions long before the last. To go back to there would be to make
  /// thousands of decisions again that have nothing to do with it, so then only the last one is
  /// taken back (Nadel and Ryvchin, "Chronological backtracking", SAT 2018), and later conclusions
  /// may lie less deep than earlier ones.
  private static final int FAR = 100;

  private int conclude(int[] clause, int[] from) {
    Arrays.fill(marked, 0, variables, false);
    int back = 0;
    for (int i = 1; i < clause.length; i++) {
      back = Math.max(back, depth[clause[i] >> 1]);
    }
    retreat(decisions.size() - back > FAR ? decisions.size() - 1 : back);
    compactOpen();
    while (!involved.isEmpty()) {
      open.add(involved.removeLast());
    }
    int conclusion = clause[0];
    int id = store(clause, from);
    assign(conclusion, id);
    return propagate();
  }

  /// A literal that holds whatever is decided: the clauses that say so are part of the argument.
  private void explainFixed(int variable, IntList from) {
    var todo = new IntList();
    todo.add(variable);
    while (!todo.isEmpty()) {
      int because = reason[todo.removeLast()];
      from.add(because);
      for (int literal : clauses.get(because)) {
        if (!marked[literal >> 1]) {
          marked[literal >> 1] = true;
          todo.add(literal >> 1);
        }
      }
    }
  }

  private int storeEmpty(int conflict) {
    if (clauses.get(conflict).length == 0) {
      return conflict;
    }
    var from = new IntList();
    from.add(conflict);
    Arrays.fill(marked, 0, variables, false);
    for (int literal : clauses.get(conflict)) {
      if (!marked[literal >> 1]) {
        marked[literal >> 1] = true;
        explainFixed(literal >> 1, from);
      }
    }
    clauses.add(new int[0]);
    origins.add(from.toArray());
    return clauses.size() - 1;
  }

  private void retreat(int toDepth) {
    if (decisions.size() <= toDepth) {
      return;
    }
    int size = decisions.get(toDepth);
    for (int i = trail.size() - 1; i >= size; i--) {
      int variable = trail.get(i) >> 1;
      if (depth[variable] > toDepth) {
        value[variable] = UNSET;
        open.add(variable);
      }
    }
    int kept = size;
    for (int i = size; i < trail.size(); i++) {
      int literal = trail.get(i);
      if (value[literal >> 1] != UNSET) {
        trail.set(kept++, literal);
      }
    }
    trail.truncate(kept);
    decisions.truncate(toDepth);
    propagated = Math.min(propagated, size);
    asserted = Math.min(asserted, size);
    theory.retreat(asserted);
  }
}
