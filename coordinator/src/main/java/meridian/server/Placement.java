package meridian.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.runtime.Cluster;
import meridian.shard.Layout;

/// Spreads a new cluster's shards: the replicas of each over as many regions as there are, the
/// leaders over the nodes.
final class Placement {
  private static final char PRINTABLE_FIRST = '!';
  private static final char PRINTABLE_LAST = '~';

  private Placement() {}

  /// The layout of a cluster whose first map this is.
  ///
  /// @param splits where each shard but the first starts, in order
  /// @param replicas of each shard; at most as many as there are nodes
  static Layout of(
      List<Cluster.Member> nodes, List<Key> splits, int replicas, List<NodeId> directory) {
    List<ShardMap.Shard> shards = new ArrayList<>();
    for (int i = 0; i <= splits.size(); i++) {
      Key start = i == 0 ? Key.EMPTY : splits.get(i - 1);
      Optional<Key> end = i == splits.size() ? Optional.empty() : Optional.of(splits.get(i));
      shards.add(
          new ShardMap.Shard(
              new ShardId(i + 1), new KeyRange(start, end), 1, members(nodes, i, replicas)));
    }
    return new Layout(new ShardMap(1, shards), directory);
  }

  /// The members of a group, first its leader: one region after the other, beginning with another
  /// region for each number, and within a region with another node each time round.
  static List<NodeId> members(List<Cluster.Member> nodes, int number, int replicas) {
    Map<RegionId, List<NodeId>> regions = new LinkedHashMap<>();
    nodes.forEach(
        node -> regions.computeIfAbsent(node.region(), r -> new ArrayList<>()).add(node.id()));
    List<List<NodeId>> byRegion = List.copyOf(regions.values());
    List<NodeId> members = new ArrayList<>();
    for (int turn = 0; members.size() < replicas; turn++) {
      List<NodeId> region = byRegion.get((number + turn) % byRegion.size());
      int round = turn / byRegion.size();
      if (round < region.size()) {
        members.add(region.get((number / byRegion.size() + round) % region.size()));
      }
    }
    return members;
  }

  /// Cuts the keys of printable characters into equal parts, as far as two characters tell apart.
  static List<Key> printable(int shards) {
    return between(PRINTABLE_FIRST, PRINTABLE_LAST, shards);
  }

  /// Cuts the keys of small letters into equal parts: what people type.
  public static List<Key> letters(int shards) {
    return between('a', 'z', shards);
  }

  private static List<Key> between(char first, char last, int shards) {
    int width = last - first + 1;
    boolean one = shards <= width;
    int places = one ? width : width * width;
    List<Key> splits = new ArrayList<>();
    for (int i = 1; i < shards; i++) {
      int at = (int) ((long) places * i / shards);
      String text =
          one
              ? String.valueOf((char) (first + at))
              : "" + (char) (first + at / width) + (char) (first + at % width);
      splits.add(Key.of(text.getBytes(StandardCharsets.US_ASCII)));
    }
    return splits;
  }
}
