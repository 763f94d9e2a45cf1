package meridian.checker;

import java.util.List;

/// One step of a cycle: `from` comes before `to`, and why. Transactions, keys and operations are
/// numbers of the history; -1 where there is none, as for the initial state as a transaction.
///
/// @param operation the read that shows it
/// @param path for a causal step, how `from` precedes the transaction whose read shows it
public record Edge(Rule rule, int from, int to, int key, int operation, List<Edge> path) {
  /// In place of a transaction: the initial state, which comes before them all.
  public static final int INITIAL_STATE = -1;

  public Edge {
    path = List.copyOf(path);
  }

  Edge(Rule rule, int from, int to, int key, int operation) {
    this(rule, from, to, key, operation, List.of());
  }
}
