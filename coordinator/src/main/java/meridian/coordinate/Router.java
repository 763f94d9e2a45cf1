package meridian.coordinate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.paxos.Ballot;
import meridian.shard.Layout;

/// Where a coordinator sends what: which shard owns a key, who leads it, who is near. All of it is
/// a guess that the shards correct.
public final class Router {
  private final Layout first;
  private ShardMap map;

  /// The round trip to each node that is known to be far or near, in microseconds.
  private final Map<NodeId, Long> distances;

  /// The replicas of each shard that was asked for, the nearest first.
  private final Map<ShardId, List<NodeId>> byDistance = new TreeMap<>();

  /// The highest ballot heard of for each shard; its owner leads, if anyone does.
  private final Map<ShardId, Ballot> ballots = new TreeMap<>();

  /// Nodes that did not answer in time, and until when they come last.
  private final Map<NodeId, Long> slowUntilMicros = new TreeMap<>();

  /// @param distances round trips in microseconds; a node without one is taken to be far
  public Router(Layout layout, Map<NodeId, Long> distances) {
    this.first = layout;
    this.map = layout.map();
    this.distances = new TreeMap<>(distances);
  }

  public ShardMap map() {
    return map;
  }

  /// Takes a later map for the present one.
  public void learn(ShardMap newer) {
    if (newer.epoch() > map.epoch()) {
      map = newer;
      byDistance.clear();
    }
  }

  /// The replicas of a shard; the directory's too.
  public List<NodeId> replicas(ShardId shard) {
    return shard.equals(ShardId.DIRECTORY)
        ? first.directory()
        : map.find(shard).map(ShardMap.Shard::replicas).orElse(List.of());
  }

  /// How many replicas of a shard make a majority.
  public int majority(ShardId shard) {
    return replicas(shard).size() / 2 + 1;
  }

  /// Who probably leads: the owner of the highest ballot heard of, or the first replica.
  public NodeId leader(ShardId shard) {
    return Optional.ofNullable(ballots.get(shard))
        .map(Ballot::leader)
        .filter(replicas(shard)::contains)
        .orElse(replicas(shard).getFirst());
  }

  /// A replica has spoken of a ballot.
  ///
  /// @return whether it is the highest yet
  public boolean heard(ShardId shard, Ballot ballot) {
    Ballot known = ballots.getOrDefault(shard, Ballot.ZERO);
    if (ballot.isAbove(known)) {
      ballots.put(shard, ballot);
      return true;
    }
    return false;
  }

  /// The replicas of a shard, the nearest first, those that were slow lately last.
  public List<NodeId> nearest(ShardId shard, long nowMicros) {
    List<NodeId> near = byDistance.computeIfAbsent(shard, this::byDistance);
    if (slowUntilMicros.isEmpty()) {
      return near;
    }
    List<NodeId> order = new ArrayList<>(near);
    order.sort(Comparator.comparing(node -> slowUntilMicros.getOrDefault(node, 0L) > nowMicros));
    return order;
  }

  private List<NodeId> byDistance(ShardId shard) {
    List<NodeId> order = new ArrayList<>(replicas(shard));
    order.sort(Comparator.comparing(node -> distances.getOrDefault(node, Long.MAX_VALUE)));
    return List.copyOf(order);
  }

  /// A node did not answer in time.
  void slow(NodeId node, long untilMicros) {
    slowUntilMicros.put(node, untilMicros);
  }

  void answered(NodeId node) {
    slowUntilMicros.remove(node);
  }
}
