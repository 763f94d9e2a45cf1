package meridian.simulate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.runtime.RegionMatrix;
import meridian.shard.Layout;

/// Where everything is in a measurement of latency: a server, a coordinator and a client in each
/// region, and a shard led from each region whose replicas are in the regions nearest to it.
final class LatencyPlan {
  /// Which regions, and how far apart.
  record Regions(RegionMatrix matrix, List<RegionId> names) {
    Regions {
      names = List.copyOf(names);
    }

    /// @param wanted the names of some; none for all that there are
    /// @throws IllegalArgumentException if one is unknown, or there are fewer than three
    static Regions of(List<String> wanted) {
      RegionMatrix matrix = RegionMatrix.load();
      List<RegionId> names =
          wanted.isEmpty()
              ? List.copyOf(matrix.regions())
              : wanted.stream().map(matrix::require).distinct().toList();
      if (names.size() < 3) {
        throw new IllegalArgumentException("--regions wants three or more different ones");
      }
      return new Regions(matrix, names);
    }
  }

  static final long COORDINATORS_FROM = 70_000;
  static final long CLIENTS_FROM = 80_000;

  private static final long WITHIN_REGION_MICROS = 50;

  final List<RegionId> regions;
  final Layout layout;
  private final RegionMatrix matrix;

  /// @param replicas how many each shard has; at most as many as there are regions
  LatencyPlan(RegionMatrix matrix, List<RegionId> regions, int replicas) {
    this.matrix = matrix;
    this.regions = List.copyOf(regions);
    List<ShardMap.Shard> shards = new ArrayList<>();
    for (int i = 0; i < regions.size(); i++) {
      KeyRange range =
          new KeyRange(
              i == 0 ? Key.EMPTY : key(i, ""),
              i == regions.size() - 1 ? Optional.empty() : Optional.of(key(i + 1, "")));
      shards.add(new ShardMap.Shard(new ShardId(i + 1), range, 1, group(i, replicas)));
    }
    this.layout = new Layout(new ShardMap(1, shards), group(0, Math.min(3, replicas)));
  }

  /// A key of the shard that is led from a region.
  static Key key(int region, String rest) {
    return Key.utf8((char) ('a' + region) + rest);
  }

  private List<NodeId> group(int leader, int replicas) {
    List<Integer> byDistance = new ArrayList<>();
    for (int i = 0; i < regions.size(); i++) {
      byDistance.add(i);
    }
    byDistance.sort(Comparator.comparingLong(i -> i == leader ? -1 : way(leader, i)));
    return byDistance.stream().limit(replicas).map(LatencyPlan::server).toList();
  }

  static NodeId server(int region) {
    return new NodeId(region + 1L);
  }

  static NodeId coordinator(int region) {
    return new NodeId(COORDINATORS_FROM + region);
  }

  static NodeId client(int region) {
    return new NodeId(CLIENTS_FROM + region);
  }

  int region(NodeId node) {
    long number = node.number();
    long base =
        number >= CLIENTS_FROM ? CLIENTS_FROM : number >= COORDINATORS_FROM ? COORDINATORS_FROM : 1;
    return (int) (number - base);
  }

  long way(NodeId from, NodeId to) {
    return way(region(from), region(to));
  }

  private long way(int from, int to) {
    return from == to
        ? WITHIN_REGION_MICROS
        : matrix.rttMicros(regions.get(from), regions.get(to)) / 2;
  }

  SortedMap<NodeId, Long> distances(NodeId from) {
    SortedMap<NodeId, Long> distances = new TreeMap<>();
    for (int i = 0; i < regions.size(); i++) {
      distances.put(server(i), 2 * way(from, server(i)));
    }
    return distances;
  }

  /// The least time in which a coordinator could learn that a majority with the present leader is
  /// durable: the leader's own word, and enough followers', asked directly or by the leader.
  long boundLeader(NodeId coordinator, ShardId shard, NodeId leader) {
    List<NodeId> replicas = replicas(shard);
    long[] followers =
        replicas.stream()
            .filter(node -> !node.equals(leader))
            .mapToLong(
                node ->
                    Math.min(
                        2 * way(coordinator, node),
                        way(coordinator, leader) + way(leader, node) + way(node, coordinator)))
            .sorted()
            .toArray();
    return Math.max(2 * way(coordinator, leader), followers[replicas.size() / 2 - 1]);
  }

  /// The same of any majority.
  long boundAny(NodeId coordinator, ShardId shard) {
    long[] all =
        replicas(shard).stream().mapToLong(node -> 2 * way(coordinator, node)).sorted().toArray();
    return all[all.length / 2];
  }

  List<NodeId> replicas(ShardId shard) {
    return layout.map().find(shard).orElseThrow().replicas();
  }
}
