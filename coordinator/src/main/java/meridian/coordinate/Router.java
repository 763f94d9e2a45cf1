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
import meridian.paxos.Electorate;
import meridian.shard.Layout;

/// Where a coordinator sends what: which shard owns a key, who leads it, who is near. All of it is
/// a guess that the shards correct.
public final class Router {
  /// A node this near is as good as here.
  private static final long NEAR_MICROS = 5_000;

  private final Layout first;
  private ShardMap map;

  /// The round trip to each node that is known to be far or near, in microseconds.
  private final Map<NodeId, Long> distances;

  /// The replicas of each shard that was asked for, the nearest first.
  private final Map<ShardId, List<NodeId>> byDistance = new TreeMap<>();

  /// The highest ballot heard of for each shard; its owner leads, if anyone does.
  private final Map<ShardId, Ballot> ballots = new TreeMap<>();

  /// The ballot of each shard that is known to have a fast path or not, and its electorate.
  private final Map<ShardId, Electors> electors = new TreeMap<>();

  private record Electors(Ballot ballot, Electorate electorate) {}

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

  /// A replica has spoken of the electorate of a ballot.
  void heard(ShardId shard, Ballot ballot, Electorate electorate) {
    heard(shard, ballot);
    Electors known = electors.get(shard);
    if (known == null || ballot.isAbove(known.ballot())) {
      electors.put(shard, new Electors(ballot, electorate));
    }
  }

  /// The electorate of the ballot that a shard is in, as far as is known; a guess like everything
  /// here: whoever is no member says so, and whoever votes says in which ballot.
  public Electorate electorate(ShardId shard) {
    Electors known = electors.get(shard);
    return known != null && known.ballot().equals(ballots.get(shard))
        ? known.electorate()
        : Electorate.EMPTY;
  }

  /// Whether a transaction of this shard alone is worth its electorate's votes: only where the
  /// leader is far, and there are too few replicas near by that could report in no time what the
  /// leader has sent them.
  boolean isFarFrom(ShardId shard) {
    long near = replicas(shard).stream().filter(node -> wayMicros(node) <= NEAR_MICROS).count();
    return wayMicros(leader(shard)) > NEAR_MICROS && near < replicas(shard).size() / 2;
  }

  /// How long a message takes to a node.
  long wayMicros(NodeId node) {
    return distances.getOrDefault(node, 0L) / 2;
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
