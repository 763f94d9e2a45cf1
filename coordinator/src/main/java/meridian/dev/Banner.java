package meridian.dev;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import meridian.client.Version;
import meridian.model.RegionId;
import meridian.model.ShardMap;
import meridian.runtime.Cluster;
import meridian.runtime.RegionMatrix;

/// What is said when the cluster is up: what runs where, and what to try.
final class Banner {
  private Banner() {}

  static String of(DevCluster cluster, long millis) {
    StringBuilder text = new StringBuilder();
    Tables tables = new Tables(cluster);
    List<Cluster.Member> members = cluster.members();
    List<ShardMap.Shard> shards = cluster.plan().cluster().layout().map().shards();
    text.append(
        "Meridian %s: %d nodes, %d shards of %d replicas, files in %s%n%n"
            .formatted(
                Version.CURRENT,
                members.size(),
                shards.size(),
                shards.getFirst().replicas().size(),
                cluster.plan().data()));
    for (Cluster.Member member : members) {
      text.append(
          "  %-4s %-10s %-16s leads %s%n"
              .formatted(
                  member.id(),
                  member.region(),
                  member.host() + ":" + member.port(),
                  tables.led(member.id())));
    }
    text.append("\n  Shards: ").append(ranges(shards)).append("\n");
    text.append("  Round trips: ").append(roundTrips(cluster)).append("\n");
    text.append("  Other clients: meridian shell --connect ")
        .append(endpoints(cluster))
        .append("\n");
    return text.append("  Ready after %.1f s. ".formatted(millis / 1_000.0)).toString();
  }

  /// All nodes' addresses, as a client wants them.
  static String endpoints(DevCluster cluster) {
    return cluster.members().stream()
        .map(member -> member.host() + ":" + member.port())
        .collect(Collectors.joining(","));
  }

  private static String ranges(List<ShardMap.Shard> shards) {
    return shards.stream()
        .map(
            shard ->
                shard.id()
                    + (shard.range().start().isEmpty()
                        ? " from the start"
                        : " from " + shard.range().start()))
        .collect(Collectors.joining(", "));
  }

  private static String roundTrips(DevCluster cluster) {
    if (cluster.plan().delays().isEmpty()) {
      return "no delays between regions";
    }
    RegionMatrix matrix = cluster.plan().delays().get();
    List<RegionId> regions =
        cluster.members().stream().map(Cluster.Member::region).distinct().toList();
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < regions.size(); i++) {
      for (int j = i + 1; j < regions.size(); j++) {
        long micros = matrix.rttMicros(regions.get(i), regions.get(j));
        pairs.add("%s-%s %d ms".formatted(regions.get(i), regions.get(j), micros / 1_000));
      }
    }
    return pairs.isEmpty() ? "one region" : String.join(", ", pairs);
  }
}
