package meridian.paxos;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import meridian.model.Invariant;
import meridian.model.NodeId;
import meridian.node.Now;

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

  private final SortedMap<NodeId, PaxosMessage.Promise> promises = new TreeMap<>();

  /// Those who promised, in the order in which they were heard: the nearest first.
  private final List<NodeId> byDistance = new ArrayList<>();

  /// The promises that made the majority. What comes later says nothing about the log to go on
  /// from: its sender may have moved on to a ballot that this one never heard of, and dropped the
  /// votes that rule B2 looks for.
  private SortedMap<NodeId, PaxosMessage.Promise> quorum = new TreeMap<>();

  /// When promises were asked for, by the monotonic clock, and how long they took.
  private long preparedMicros;

  private long answeredMicros;

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

  void prepare(Now now) {
    phase = Phase.PREPARING;
    preparedMicros = now.monotonicMicros();
  }

  /// Counts a promise.
  ///
  /// @return how many there are
  int promised(NodeId by, PaxosMessage.Promise promise) {
    if (promises.put(by, promise) == null) {
      byDistance.add(by);
    }
    return promises.size();
  }

  /// So many have promised that this ballot may be led.
  void settled(Now now) {
    quorum = new TreeMap<>(promises);
    answeredMicros = now.monotonicMicros() - preparedMicros;
  }

  /// How long it took until a majority had promised.
  long answeredMicros() {
    return answeredMicros;
  }

  SortedMap<NodeId, PaxosMessage.Promise> quorum() {
    return quorum;
  }

  /// All replicas: the leader to be, then as they were heard, then those who were not.
  List<NodeId> byDistance(Membership membership) {
    List<NodeId> order = new ArrayList<>(List.of(membership.self()));
    byDistance.stream().filter(node -> !order.contains(node)).forEach(order::add);
    membership.others().stream().filter(node -> !order.contains(node)).forEach(order::add);
    return order;
  }

  /// The promise that tells which log to go on from: the highest logBallot, and of those the
  /// longest (rule P2). This replica's own is preferred where it is as good.
  Map.Entry<NodeId, PaxosMessage.Promise> best(NodeId self) {
    Comparator<Map.Entry<NodeId, PaxosMessage.Promise>> order =
        Comparator.comparing(
                (Map.Entry<NodeId, PaxosMessage.Promise> e) -> e.getValue().logBallot())
            .thenComparingLong(e -> e.getValue().slotLast())
            .thenComparing(e -> e.getKey().equals(self));
    return quorum.entrySet().stream().max(order).orElseThrow();
  }

  /// The ballot of the log to go on from.
  Ballot logBallot(NodeId self) {
    return best(self).getValue().logBallot();
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
    return Invariant.present(quorum.get(from), "%s never promised %s", from, ballot);
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
