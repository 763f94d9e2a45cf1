package meridian.checker;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/// Decides the levels of one history, each reading of ambiguous values given.
///
/// Strongest first, as an execution that passes a strong level passes all that it implies.
/// Executions are guessed and then verified: first the order that the database itself claims, by
/// its commit timestamps; then the order of completion; then an order that respects everything
/// known.
final class Judgement {
  private static final long CYCLE_EFFORT = 5_000_000;

  private final Options options;
  private final Facts facts;
  private final RealTime time;
  private final Map<Integer, Integer> choices;
  private final EnumMap<Level, Verdict> verdicts = new EnumMap<>(Level.class);

  Judgement(History history, Options options, Map<Integer, Integer> choices) {
    this.options = options;
    this.choices = choices;
    this.facts = Resolver.resolve(history, options.internalReads(), choices);
    this.time = new RealTime(facts);
  }

  Map<Level, Verdict> verdicts() {
    verdicts.put(Level.READ_UNCOMMITTED, anyOrder());
    if (facts.unreadable.isPresent()) {
      violated(Level.READ_COMMITTED, new Evidence.BadRead(facts.unreadable.get()));
      return verdicts;
    }
    var order = firstGuess();
    if (!decided(order, Level.STRICT_SERIALIZABLE)) {
      byGraph(Level.STRICT_SERIALIZABLE, order);
    }
    return verdicts;
  }

  private void byGraph(Level level, int[] guess) {
    var shape = Dependencies.Shape.of(level);
    var graph = Dependencies.of(facts, time, shape).build();
    var found = graph.topological(priority(guess, graph.nodes, shape.split()));
    if (found.length < graph.nodes) {
      var walk = graph.shortCycle(CYCLE_EFFORT);
      violated(level, new Evidence.Cycle(new Cycles(facts, shape.split()).edges(graph, walk)));
    } else {
      decided(commits(found, shape.split()), level);
    }
  }

  /// Verifies an order; what it passes holds. Returns whether that includes a level.
  private boolean decided(int[] order, Level level) {
    var tests = CommitTests.of(facts, time, order);
    for (var weaker : Level.weakestFirst()) {
      if (!verdicts.containsKey(weaker) && tests.passes(weaker)) {
        verdicts.put(weaker, holds(weaker, order, tests));
      }
    }
    return tests.passes(level);
  }

  private Verdict holds(Level level, int[] order, CommitTests tests) {
    boolean split = Dependencies.Shape.of(level).split();
    var txns = new int[order.length];
    var snapshot = new int[split ? order.length : 0];
    for (int at = 0; at < order.length; at++) {
      txns[at] = facts.txn[order[at]];
      if (split) {
        snapshot[at] = tests.snapshot[order[at]];
      }
    }
    return new Verdict.Holds(new Execution(txns, snapshot, choices));
  }

  private Verdict anyOrder() {
    return new Verdict.Holds(new Execution(facts.txn, new int[0], choices));
  }

  private void violated(Level level, Evidence evidence) {
    verdicts.put(level, new Verdict.Violated(evidence));
    for (var stronger : Level.weakestFirst()) {
      if (stronger.implies(level)) {
        verdicts.putIfAbsent(stronger, new Verdict.Violated(new Evidence.Weaker(level)));
      }
    }
  }

  /// The order that the database claims, else the order of completion, else that of the recording.
  private int[] firstGuess() {
    if (facts.history.hasTimestamps()) {
      var order = new Integer[facts.nodes];
      Arrays.setAll(order, i -> i);
      Arrays.sort(
          order,
          (a, b) -> {
            int byTime = facts.history.compareTimestamps(facts.txn[a], facts.txn[b]);
            return byTime != 0 ? byTime : Integer.compare(a, b);
          });
      return Arrays.stream(order).mapToInt(i -> i).toArray();
    }
    var order = Arrays.copyOf(time.completions, facts.nodes);
    int size = time.completions.length;
    for (int node = 0; node < facts.nodes; node++) {
      if (facts.completed(node) == History.NEVER_AFTER) {
        order[size++] = node;
      }
    }
    return order;
  }

  /// A node's place in the guess; helper nodes go as early as they can.
  private int[] priority(int[] guess, int nodes, boolean split) {
    var priority = new int[nodes];
    Arrays.fill(priority, -1);
    for (int at = 0; at < guess.length; at++) {
      if (split) {
        priority[2 * guess[at]] = at;
        priority[2 * guess[at] + 1] = at;
      } else {
        priority[guess[at]] = at;
      }
    }
    return priority;
  }

  /// The transactions' nodes in the order of their commits.
  private int[] commits(int[] found, boolean split) {
    var order = new int[facts.nodes];
    int size = 0;
    for (int node : found) {
      if (split && node < 2 * facts.nodes && node % 2 == 1) {
        order[size++] = node / 2;
      } else if (!split && node < facts.nodes) {
        order[size++] = node;
      }
    }
    return order;
  }
}
