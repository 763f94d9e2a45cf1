package meridian.checker;

import java.util.Arrays;

/// Looks for an execution that passes the tests of a snapshot or serializable level.
///
/// What is known is a graph. If it has no cycle, an order of it is a guess; where the guess fails a
/// test, two writes of one key are in question that the facts do not order. Those two get a
/// variable, a clause search orders them so that there is still no cycle, and the order that
/// follows is the next guess. So of the quadratically many pairs of writes only those are ever
/// looked at that some guess got wrong, and with a good first guess there are few or none.
final class Search {
  private final Facts facts;
  private final RealTime time;
  private final Shape shape;
  private final Graph fixed;
  private final int[] guess;

  /// The last execution that was looked at, and how it did.
  private int[] order = {};

  private CommitTests tests;

  Search(Facts facts, RealTime time, Shape shape, int[] guess) {
    this.facts = facts;
    this.time = time;
    this.guess = guess;
    this.shape = shape;
    this.fixed = Dependencies.of(facts, time, shape).build();
    this.tests = CommitTests.of(facts, time, guess);
  }

  int[] order() {
    return order;
  }

  CommitTests tests() {
    return tests;
  }

  /// The evidence if the level is violated, with no execution left to try; `Found` if `order`
  /// passes.
  sealed interface Result {
    record Found() implements Result {}

    record Impossible(Evidence evidence) implements Result {}

    record GaveUp(String reason) implements Result {}
  }

  Result run(long budget) {
    var sorted = fixed.topological(priority());
    if (sorted.length < fixed.nodes) {
      var walk = fixed.shortCycle(CYCLE_EFFORT);
      var cycles = new Cycles(facts, shape.split());
      return new Result.Impossible(new Evidence.Cycle(cycles.edges(fixed, walk)));
    }
    look(sorted);
    if (shape.isPassedBy(tests)) {
      return new Result.Found();
    }
    var theory = new PairTheory(facts, shape, fixed, sorted);
    var clauses = new Clauses(theory);
    var pairs = new PairRefinement(facts, theory, clauses, shape);
    var precedence = new PrecedenceRefinement(facts, shape, theory, clauses);
    while (true) {
      boolean wrong = pairs.refine(order, tests);
      wrong |= precedence.refine(order, tests);
      if (!wrong) {
        return new Result.Found();
      }
      int solved = clauses.solve(budget);
      if (solved == -2) {
        return new Result.GaveUp("the search met " + budget + " conflicts, its budget");
      }
      if (solved >= 0) {
        return new Result.Impossible(Proof.of(clauses, theory, solved));
      }
      look(theory.order().order());
    }
  }

  private static final long CYCLE_EFFORT = 5_000_000;

  /// What guesses that fail ask to be ordered next.
  interface Refinement {
    /// Adds variables or clauses. False if there is nothing to add: then the order is good.
    boolean refine(int[] order, CommitTests tests);
  }

  /// A node's place in the guess; helper nodes go as early as they can.
  private int[] priority() {
    var priority = new int[fixed.nodes];
    Arrays.fill(priority, -1);
    for (int at = 0; at < guess.length; at++) {
      priority[shape.start(guess[at])] = at;
      priority[shape.commit(guess[at])] = at;
    }
    return priority;
  }

  /// Evaluates the execution in which transactions commit in the order of their nodes.
  private void look(int[] sorted) {
    var commits = new int[facts.nodes];
    int size = 0;
    for (int node : sorted) {
      int txn = shape.split() ? node / 2 : node;
      if (txn < facts.nodes && node == shape.commit(txn)) {
        commits[size++] = txn;
      }
    }
    order = commits;
    tests = CommitTests.of(facts, time, order);
  }
}
