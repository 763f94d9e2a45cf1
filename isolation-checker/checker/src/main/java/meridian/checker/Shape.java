package meridian.checker;

/// What the levels of the transactions ask of a graph of dependencies, by node: all ask for the
/// same level, or each for its own.
final class Shape {
  private static final int ANTI = 1;
  private static final int SNAPSHOT = 2;
  private static final int SESSIONS = 4;
  private static final int REAL_TIME = 8;

  private final Level[] levels;
  private final byte[] demands;
  private final boolean split;

  private Shape(Level[] levels) {
    this.levels = levels;
    this.demands = new byte[levels.length];
    for (int i = 0; i < levels.length; i++) {
      demands[i] = i > 0 && levels[i] == levels[i - 1] ? demands[i - 1] : demands(levels[i]);
    }
    this.split = has(SNAPSHOT);
  }

  static Shape of(Level level) {
    return new Shape(new Level[] {level});
  }

  /// Each node asks for the level that its transaction named.
  static Shape asked(Facts facts) {
    var levels = new Level[facts.nodes];
    for (int node = 0; node < levels.length; node++) {
      levels[node] = facts.history.asked(facts.txn[node]);
    }
    return new Shape(levels);
  }

  private static byte demands(Level level) {
    boolean anti = level.implies(Level.SNAPSHOT);
    return (byte)
        ((anti ? ANTI : 0)
            | (anti && !level.implies(Level.SERIALIZABLE) ? SNAPSHOT : 0)
            | (level.ordersSessions() ? SESSIONS : 0)
            | (level.ordersRealTime() ? REAL_TIME : 0));
  }

  /// Whether start and commit are two nodes, at least for some.
  boolean split() {
    return split;
  }

  /// Whether edges say all about some transaction's reads.
  boolean hasAnti() {
    return has(ANTI);
  }

  private boolean has(int what) {
    int all = 0;
    for (byte each : demands) {
      all |= each;
    }
    return (all & what) != 0;
  }

  /// Whether an execution passes for sure; it may pass without, if not all ask for the same.
  boolean isPassedBy(CommitTests tests) {
    return levels.length == 1 && tests.passes(levels[0]);
  }

  Level level(int node) {
    return levels[levels.length == 1 ? 0 : node];
  }

  /// Whether who read a version comes before who overwrote it.
  boolean anti(int node) {
    return asks(node, ANTI);
  }

  /// Whether a transaction reads from a snapshot, so that its start is a node of its own.
  boolean snapshot(int node) {
    return asks(node, SNAPSHOT);
  }

  boolean sessions(int node) {
    return asks(node, SESSIONS);
  }

  boolean realTime(int node) {
    return asks(node, REAL_TIME);
  }

  /// Whether missing a write is judged by what precedes, which no edge can say.
  boolean judgedByPrecedence(int node) {
    return switch (level(node)) {
      case READ_ATOMIC, CAUSAL, PARALLEL_SNAPSHOT -> true;
      case READ_UNCOMMITTED,
          READ_COMMITTED,
          SNAPSHOT,
          SESSION_SNAPSHOT,
          STRONG_SNAPSHOT,
          SERIALIZABLE,
          SESSION_SERIALIZABLE,
          STRICT_SERIALIZABLE ->
          false;
    };
  }

  /// The point of a graph at which a transaction reads.
  int start(int node) {
    return snapshot(node) ? 2 * node : commit(node);
  }

  /// The point of a graph at which a transaction writes.
  int commit(int node) {
    return split ? 2 * node + 1 : node;
  }

  private boolean asks(int node, int what) {
    return (demands[demands.length == 1 ? 0 : node] & what) != 0;
  }
}
