package meridian.dev;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.paxos.FastPath;
import meridian.runtime.Cluster;
import meridian.runtime.RegionMatrix;
import meridian.server.BadConfig;
import meridian.server.ClusterFile;
import meridian.server.Electorates;
import picocli.CommandLine.Option;

/// What can be said about the cluster to start. A data directory that has a cluster wins; flags
/// that say something else are refused.
final class DevOptions {
  static final String CLUSTER_FILE = "cluster.yaml";

  private static final String HOST = "127.0.0.1";
  private static final int PORT_USUAL = 7101;
  private static final int NODES_MAX = 30;
  private static final List<String> REGIONS_USUAL = List.of("oregon", "belgium", "taiwan");
  private static final int SHARDS_USUAL = 4;
  private static final int REPLICAS_USUAL = 3;

  @Option(
      names = "--regions",
      split = ",",
      paramLabel = "REGION",
      description =
          "The regions (default: oregon,belgium,taiwan; also known: iowa, montreal, sydney).")
  private List<String> regions = List.of();

  @Option(names = "--nodes", paramLabel = "N", description = "Nodes in each region (default: 1).")
  private Optional<Integer> nodes = Optional.empty();

  @Option(names = "--shards", paramLabel = "N", description = "Shards (default: 4).")
  private Optional<Integer> shards = Optional.empty();

  @Option(
      names = "--replicas",
      paramLabel = "N",
      description = "Replicas of each shard (default: 3).")
  private Optional<Integer> replicas = Optional.empty();

  @Option(
      names = "--electorate",
      paramLabel = "WHO",
      description =
          "Which replicas vote on the fast path: nearest (the default), off, or how many.")
  private String electorate = Electorates.NEAREST;

  @Option(
      names = "--rtt",
      split = ",",
      paramLabel = "A-B=80ms",
      description = "The round trip between two regions, if not as measured; may be repeated.")
  private List<String> rtt = List.of();

  @Option(names = "--no-delay", description = "No delays between regions.")
  private boolean noDelay;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where the files are, or go; a cluster that is there is started again.")
  private Optional<Path> data = Optional.empty();

  @Option(names = "--ephemeral", description = "Remove the files at the end.")
  private boolean ephemeral;

  @Option(
      names = "--port",
      paramLabel = "N",
      description =
          "The first node's port, the others follow (default: 7101, or any if that is taken).")
  private Optional<Integer> port = Optional.empty();

  /// Whether the files stay at the end.
  ///
  /// @param script whether nobody types: then the next one wants a fresh cluster
  boolean keepsData(boolean script) {
    return data.isPresent() || !(ephemeral || script);
  }

  /// The cluster that all this describes.
  ///
  /// @param anyPort take any ports that are free if nothing else is said
  /// @throws BadConfig with everything that is wrong; nothing has been written then
  /// @throws IOException if there is no place for temporary files
  DevPlan plan(boolean anyPort) throws BadConfig, IOException {
    List<String> complaints = new ArrayList<>();
    if (data.isPresent() && ephemeral) {
      complaints.add("--ephemeral removes the files: leave out --data, or keep them");
    }
    Optional<Path> known = data.map(dir -> dir.resolve(CLUSTER_FILE)).filter(Files::exists);
    ClusterFile cluster =
        known.isPresent() ? again(known.get(), complaints) : anew(anyPort, complaints);
    Optional<RegionMatrix> delays = delays(cluster, complaints);
    Optional<FastPath> fastPath = Electorates.parse(electorate);
    if (fastPath.isEmpty()) {
      complaints.add("--electorate: " + Electorates.WANTED + ", and not " + electorate);
    }
    if (!complaints.isEmpty()) {
      throw new BadConfig(complaints);
    }
    Path folder = data.isPresent() ? data.get() : Files.createTempDirectory("meridian-dev-");
    return new DevPlan(cluster, folder, delays, fastPath.orElse(FastPath.NEAREST));
  }

  /// The cluster that the directory has, perhaps at other ports.
  private ClusterFile again(Path file, List<String> complaints) throws BadConfig {
    ClusterFile cluster = ClusterFile.read(file);
    List<String> given = new ArrayList<>();
    regions.stream().findFirst().ifPresent(r -> given.add("--regions"));
    nodes.ifPresent(n -> given.add("--nodes"));
    shards.ifPresent(n -> given.add("--shards"));
    replicas.ifPresent(n -> given.add("--replicas"));
    if (!given.isEmpty()) {
      complaints.add(
          file
              + ": this cluster is there already, and "
              + String.join(", ", given)
              + " are for a new one: leave them out, or name another directory");
    }
    return port.isPresent()
        ? at(cluster, checkedPort(cluster.nodes().size(), complaints))
        : cluster;
  }

  private ClusterFile anew(boolean anyPort, List<String> complaints) {
    List<String> names = regions.isEmpty() ? REGIONS_USUAL : regions;
    if (names.stream().distinct().count() < names.size()) {
      complaints.add("--regions: " + names + " has one of them twice; want --nodes for more nodes");
    }
    int each = within("--nodes", nodes.orElse(1), 1, NODES_MAX / names.size(), complaints);
    int count = each * names.size();
    int copies = replicas.orElse(Math.min(REPLICAS_USUAL, count - (count + 1) % 2));
    if (copies % 2 == 0 || copies < 1 || copies > count) {
      complaints.add(
          "--replicas: want an odd number of at most " + count + ", the nodes, and not " + copies);
      copies = 1;
    }
    int parts = within("--shards", shards.orElse(SHARDS_USUAL), 1, 100, complaints);
    List<Cluster.Member> members = new ArrayList<>();
    for (String name : names) {
      for (int i = 0; i < each; i++) {
        members.add(
            new Cluster.Member(new NodeId(members.size() + 1), new RegionId(name), HOST, 0));
      }
    }
    ClusterFile cluster = ClusterFile.ofLetters("dev", members, parts, copies);
    if (port.isPresent()) {
      return at(cluster, checkedPort(count, complaints));
    }
    return anyPort || !areFree(PORT_USUAL, count) ? cluster : at(cluster, PORT_USUAL);
  }

  private int checkedPort(int count, List<String> complaints) {
    return within("--port", port.orElse(PORT_USUAL), 1, 65_536 - count, complaints);
  }

  private static int within(String name, int value, int least, int most, List<String> complaints) {
    if (value < least || value > most) {
      complaints.add(name + ": want " + least + " to " + most + ", and not " + value);
      return least;
    }
    return value;
  }

  private static ClusterFile at(ClusterFile cluster, int first) {
    List<Cluster.Member> members = new ArrayList<>();
    for (Cluster.Member node : cluster.nodes()) {
      members.add(
          new Cluster.Member(node.id(), node.region(), node.host(), first + members.size()));
    }
    return cluster.at(new Cluster(members));
  }

  private static boolean areFree(int first, int count) {
    for (int i = 0; i < count; i++) {
      try (var socket = new ServerSocket(first + i, 1, InetAddress.getByName(HOST))) {
        socket.getLocalPort();
      } catch (IOException taken) {
        return false;
      }
    }
    return true;
  }

  private Optional<RegionMatrix> delays(ClusterFile cluster, List<String> complaints) {
    if (noDelay && !rtt.isEmpty()) {
      complaints.add("--rtt sets delays, and --no-delay takes them away: want one of them");
    }
    if (noDelay) {
      return Optional.empty();
    }
    RegionMatrix matrix = RegionMatrix.load();
    for (Cluster.Member node : cluster.nodes()) {
      try {
        matrix.require(node.region().name());
      } catch (IllegalArgumentException unknown) {
        String complaint = "--regions: " + unknown.getMessage();
        if (!complaints.contains(complaint)) {
          complaints.add(complaint);
        }
      }
    }
    for (String override : rtt) {
      try {
        matrix = matrix.with(override);
      } catch (IllegalArgumentException wrong) {
        complaints.add("--rtt: " + wrong.getMessage());
      }
    }
    return Optional.of(matrix);
  }
}
