package meridian.paxos;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import meridian.model.Invariant;
import meridian.model.NodeId;

/// A replica's attempt to lead: first it asks around (pre-vote), so that one that was away disturbs
/// nobody; then it runs phase 1; then it fetches the log that it must go on from (rules P2, B1).
final class Candidate {
  /// How far the attempt has come.
  enum Phase {
    /// Asking whether a ballot would be welcome. Nothing has been promised.
    CANVASSING,
    /// The ballot has been promised here; waiting for a majority.
    PREPARING,
    /// A majority has promised; fetching the longest log of the highest ballot among them.
    FETCHING
  }

  final Ballot ballot;

  /// The attempt is given up at this time of the monotonic clock.
  final long dueMicros;

  private Phase phase = Phase.CANVASSING;

  private final TreeSet<NodeId> granted = new TreeSet<>();

  private final Map<NodeId, PaxosMessage.Promise> promises = new TreeMap<>();

  private Optional<NodeId> source = Optional.empty();

  Candidate(Ballot ballot, long dueMicros) {
    this.ballot = ballot;
    this.dueMicros = dueMicros;
  }

  Phase phase() {
    return phase;
  }

  /// Counts a grant.
  ///
  /// @return how many there are
  int granted(NodeId by) {
    granted.add(by);
    return granted.size();
  }

  void prepare() {
    phase = Phase.PREPARING;
  }

  /// Counts a promise.
  ///
  /// @return how many there are
  int promised(NodeId by, PaxosMessage.Promise promise) {
    promises.put(by, promise);
    return promises.size();
  }

  /// The promise that tells which log to go on from: the highest logBallot, and of those the
  /// longest (rule P2). This replica's own is preferred where it is as good.
  Map.Entry<NodeId, PaxosMessage.Promise> best(NodeId self) {
    Comparator<Map.Entry<NodeId, PaxosMessage.Promise>> order =
        Comparator.comparing(
                (Map.Entry<NodeId, PaxosMessage.Promise> e) -> e.getValue().logBallot())
            .thenComparingLong(e -> e.getValue().slotLast())
            .thenComparing(e -> e.getKey().equals(self));
    return promises.entrySet().stream().max(order).orElseThrow();
  }

  void fetchFrom(NodeId node) {
    phase = Phase.FETCHING;
    source = Optional.of(node);
  }

  /// Whom the log is fetched from.
  Optional<NodeId> source() {
    return source;
  }

  /// What the source promised.
  PaxosMessage.Promise sourcePromise() {
    NodeId from = source.orElseThrow();
    return Invariant.present(promises.get(from), "%s never promised %s", from, ballot);
  }

  /// The largest slot known to be chosen to anyone who promised.
  long chosenThrough() {
    return promises.values().stream()
        .mapToLong(PaxosMessage.Promise::chosenThrough)
        .max()
        .orElse(0);
  }

  Map<NodeId, PaxosMessage.Promise> promises() {
    return promises;
  }
}
