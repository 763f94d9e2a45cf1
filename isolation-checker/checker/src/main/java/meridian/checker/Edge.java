package meridian.checker;

import java.util.List;

/// One step of a cycle: `from` comes before `to`, and why. Transactions, keys and operations are
/// numbers of the history; -1 where there is none, as for the initial state as a transaction.
///
/// @param operation the read that shows it
/// @param other where `to` overwrote what `from` read, the read by `to` that shows that, or -1
/// @param path for an atomic or a causal step, how `from` precedes the transaction whose read shows
///   it
public record Edge(
    Rule rule, int from, int to, int key, int operation, int other, List<Edge> path) {
  /// In place of a transaction: the initial state, which comes before them all.
  public static final int INITIAL_STATE = -1;

  public Edge {
    path = List.copyOf(path);
  }

  Edge(Rule rule, int from, int to, int key, int operation) {
    this(rule, from, to, key, operation, -1, List.of());
  }
}
