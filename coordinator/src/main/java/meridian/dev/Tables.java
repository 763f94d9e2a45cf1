package meridian.dev;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.model.ShardMap;
import meridian.runtime.Cluster;
import meridian.runtime.PeerStatus;
import meridian.server.HostedNode;
import meridian.server.NodeView;
import meridian.shell.Table;

/// What an embedded cluster looks like at the moment.
final class Tables {
  private static final double MICROS_PER_MILLI = 1_000;

  private final DevCluster cluster;

  Tables(DevCluster cluster) {
    this.cluster = cluster;
  }

  /// A row for each pair of regions.
  Table regions() {
    List<RegionId> regions =
        cluster.members().stream().map(Cluster.Member::region).distinct().toList();
    List<List<String>> rows = new ArrayList<>();
    for (RegionId from : regions) {
      for (RegionId to : regions) {
        if (!from.equals(to) || regions.size() == 1) {
          rows.add(
              List.of(
                  from.name(),
                  to.name(),
                  millis(
                      OptionalDouble.of(
                          2 * cluster.wan().oneWayNanos(from, to) / MICROS_PER_MILLI)),
                  millis(measured(from, to))));
        }
      }
    }
    return Table.of(List.of("from", "to", "configured", "measured"), rows);
  }

  /// The shortest round trip measured lately from a node in one region to one in another, in
  /// microseconds.
  private OptionalDouble measured(RegionId from, RegionId to) {
    return cluster.nodes().stream()
        .filter(node -> node.region().equals(from))
        .flatMap(node -> node.server().peers().values().stream())
        .filter(peer -> peer.region().equals(to))
        .flatMap(peer -> peer.rttMicros().stream())
        .mapToDouble(Long::doubleValue)
        .min();
  }

  private static String millis(OptionalDouble micros) {
    return micros.isPresent() ? "%.1f ms".formatted(micros.getAsDouble() / MICROS_PER_MILLI) : "";
  }

  Table nodes() {
    List<List<String>> rows = new ArrayList<>();
    for (Cluster.Member member : cluster.members()) {
      Optional<HostedNode> node = cluster.node(member.id());
      rows.add(
          List.of(
              member.id().toString(),
              member.region().name(),
              member.host() + ":" + member.port(),
              node.isPresent() ? "up" : "down",
              led(member.id()),
              node.map(Tables::reached).orElse(""),
              "%+d ms".formatted(cluster.clockOffset(member.id()))));
    }
    return Table.of(
        List.of("node", "region", "address", "state", "leads", "reaches", "clock"), rows);
  }

  /// The shards that a node leads.
  String led(NodeId node) {
    return cluster.plan().cluster().layout().shards().stream()
        .filter(shard -> cluster.leader(shard.id()).equals(Optional.of(node)))
        .map(shard -> shard.id().toString())
        .collect(Collectors.joining(" "));
  }

  private static String reached(HostedNode node) {
    return node.server().peers().values().stream()
        .filter(PeerStatus::connected)
        .map(peer -> peer.node().toString())
        .collect(Collectors.joining(" "));
  }

  Table shards() {
    List<List<String>> rows = new ArrayList<>();
    for (ShardMap.Shard shard : cluster.plan().cluster().layout().shards()) {
      Optional<NodeId> leader = cluster.leader(shard.id());
      Optional<NodeView.Replica> leading =
          leader.flatMap(cluster::node).flatMap(node -> node.view().replica(shard.id()));
      rows.add(
          List.of(
              shard.id().toString(),
              shard.range().isEmpty() ? "(shard map)" : shard.range().toString(),
              leader.map(NodeId::toString).orElse("none"),
              leading.map(replica -> replica.ballot().toString()).orElse(""),
              shard.replicas().stream().map(NodeId::toString).collect(Collectors.joining(" ")),
              leading.map(replica -> String.valueOf(replica.chosen())).orElse(""),
              lags(shard)));
    }
    return Table.of(
        List.of("shard", "keys", "leader", "ballot", "replicas", "chosen", "lag"), rows);
  }

  /// How many chosen entries each replica has not applied yet.
  private String lags(ShardMap.Shard shard) {
    long chosen =
        cluster.nodes().stream()
            .flatMap(node -> node.view().replica(shard.id()).stream())
            .mapToLong(NodeView.Replica::chosen)
            .max()
            .orElse(0);
    return shard.replicas().stream()
        .map(
            member ->
                member
                    + ":"
                    + cluster
                        .node(member)
                        .flatMap(node -> node.view().replica(shard.id()))
                        .map(replica -> String.valueOf(Math.max(0, chosen - replica.applied())))
                        .orElse("down"))
        .collect(Collectors.joining(" "));
  }
}
