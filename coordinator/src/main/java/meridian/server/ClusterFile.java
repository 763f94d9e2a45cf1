package meridian.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import meridian.model.Key;
import meridian.model.Limits;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.model.ShardMap;
import meridian.runtime.Cluster;
import meridian.shard.Layout;

/// What all nodes of a cluster agree on before they talk: who they are, and where the shards lie at
/// the start.
///
/// ```yaml
/// cluster: shop
/// nodes:
///   - {id: 1, region: oregon, host: 10.0.0.1, port: 7101}
///   - {id: 2, region: belgium, host: 10.1.0.1, port: 7101}
///   - {id: 3, region: taiwan, host: 10.2.0.1, port: 7101}
/// shards:
///   count: 4          # cuts the printable keys evenly; or: split: [g, n, t]
///   replicas: 3
/// directory: [1, 2, 3] # who keeps the shard map; as many as `replicas` if not said
/// ```
public record ClusterFile(String name, List<Cluster.Member> nodes, Layout layout) {
  /// Most nodes, and most shards, that a cluster may start with.
  static final int NODES_MAX = 1_000;

  static final int SHARDS_MAX = 1_000;

  private static final int REPLICAS_MAX = 9;
  private static final int REPLICAS_USUAL = 3;
  private static final int SHARDS_USUAL = 4;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  public ClusterFile {
    nodes = List.copyOf(nodes);
  }

  /// Reads a cluster file.
  ///
  /// @throws BadConfig with everything that is wrong with it
  public static ClusterFile read(Path file) throws BadConfig {
    List<String> complaints = new ArrayList<>();
    Optional<ClusterFile> read = read(file, complaints);
    if (read.isEmpty()) {
      throw new BadConfig(complaints);
    }
    return read.get();
  }

  static Optional<ClusterFile> read(Path file, List<String> complaints) {
    try {
      Path folder = Optional.ofNullable(file.getParent()).orElse(Path.of(""));
      return read(Yaml.parse(Files.readString(file), file.toString(), folder), complaints);
    } catch (IOException unreadable) {
      complaints.add(file + ": the cluster file cannot be read: " + explain(unreadable));
    } catch (BadConfig bad) {
      complaints.addAll(bad.complaints());
    }
    return Optional.empty();
  }

  static String explain(IOException failure) {
    return failure instanceof java.nio.file.NoSuchFileException
        ? "there is no such file"
        : failure.toString();
  }

  /// @return nothing if something was complained about
  static Optional<ClusterFile> read(Yaml.Fields fields, List<String> complaints) {
    int before = complaints.size();
    Section top = new Section(fields, complaints);
    Optional<String> name = top.required("cluster", "a cluster wants a name");
    name.filter(n -> !NAME.matcher(n).matches())
        .ifPresent(n -> top.complain("cluster", "a name has letters, digits, '.', '_' and '-'"));
    List<Cluster.Member> nodes = nodes(top);
    Section shards = top.below("shards");
    List<Key> splits = splits(shards);
    int replicas = replicas(shards, nodes.size());
    shards.end();
    // Nothing can be placed on nodes that are wrong.
    List<NodeId> directory = directory(top, nodes, complaints.size() == before ? replicas : 0);
    top.end();
    if (complaints.size() > before) {
      return Optional.empty();
    }
    return name.map(
        n -> new ClusterFile(n, nodes, Placement.of(nodes, splits, replicas, directory)));
  }

  private static List<Cluster.Member> nodes(Section top) {
    List<Section> sections = top.each("nodes");
    if (sections.isEmpty() || sections.size() > NODES_MAX) {
      top.complain("nodes", "a cluster has 1 to " + NODES_MAX + " nodes");
    }
    List<String> regions = top.texts("regions");
    Set<NodeId> ids = new TreeSet<>();
    Set<HostPort> addresses = new LinkedHashSet<>();
    List<Cluster.Member> nodes = new ArrayList<>();
    for (Section section : sections) {
      node(section, regions)
          .ifPresent(
              node -> {
                if (!ids.add(node.id())) {
                  section.complain(
                      "id", node.id().number() + " is there twice: give each node its own number");
                }
                HostPort address = new HostPort(node.host(), node.port());
                if (!addresses.add(address)) {
                  section.complain("port", "two nodes are at " + address);
                }
                nodes.add(node);
              });
      section.end();
    }
    return nodes;
  }

  /// @param regions those there are; empty if nobody said
  private static Optional<Cluster.Member> node(Section section, List<String> regions) {
    var id = section.required("id", 1, NodeId.SERVER_MAX, "a node wants a number");
    Optional<String> region = section.required("region", "a node wants a region");
    Optional<String> host = section.required("host", "a node wants a host");
    var port = section.required("port", 1, HostPort.PORT_MAX, "a node wants a port");
    region
        .filter(name -> !regions.isEmpty() && !regions.contains(name))
        .ifPresent(
            name ->
                section.complain("region", "unknown region '" + name + "', there are " + regions));
    if (id.isEmpty() || region.isEmpty() || host.isEmpty() || port.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Cluster.Member(
            new NodeId(id.getAsLong()),
            new RegionId(region.get()),
            host.get(),
            (int) port.getAsLong()));
  }

  private static List<Key> splits(Section shards) {
    List<String> texts = shards.texts("split");
    if (shards.has("split") && shards.has("count")) {
      shards.complain("count", "say either how many shards, or where they are split");
    }
    long count = shards.number("count", SHARDS_USUAL, 1, SHARDS_MAX);
    if (!shards.has("split")) {
      return Placement.printable((int) count);
    }
    List<Key> splits = new ArrayList<>();
    for (String text : texts) {
      try {
        Key key = key(text);
        Limits.complaintAbout(key).ifPresent(why -> shards.complain("split", why));
        if (!splits.isEmpty() && splits.getLast().compareTo(key) >= 0) {
          shards.complain("split", "'" + text + "' is not above the key before it");
        }
        splits.add(key);
      } catch (IllegalArgumentException notHex) {
        shards.complain("split", "'" + text + "' is not a key in hexadecimal digits");
      }
    }
    return splits;
  }

  /// A key as text, or as `0x` and hexadecimal digits.
  private static Key key(String text) {
    return text.startsWith("0x")
        ? Key.wrap(HexFormat.of().parseHex(text.substring(2)))
        : Key.utf8(text);
  }

  private static int replicas(Section shards, int nodes) {
    long usual = Math.min(REPLICAS_USUAL, Math.max(1, nodes - (nodes + 1) % 2));
    long replicas = shards.number("replicas", usual, 1, REPLICAS_MAX);
    if (replicas % 2 == 0) {
      shards.complain(
          "replicas",
          replicas
              + " replicas survive no more failures than "
              + (replicas - 1)
              + ": want an odd number");
    } else if (replicas > nodes && nodes > 0) {
      shards.complain(
          "replicas", replicas + " replicas want as many nodes, and there are " + nodes);
    }
    return (int) replicas;
  }

  private static List<NodeId> directory(Section top, List<Cluster.Member> nodes, int replicas) {
    List<NodeId> named = new ArrayList<>();
    for (String text : top.texts("directory")) {
      Optional<NodeId> node =
          nodes.stream()
              .map(Cluster.Member::id)
              .filter(id -> String.valueOf(id.number()).equals(text.strip()))
              .findFirst();
      if (node.isEmpty()) {
        top.complain("directory", "'" + text + "' is no node of this cluster");
      } else if (named.contains(node.get())) {
        top.complain("directory", "node " + text + " is there twice");
      } else {
        named.add(node.get());
      }
    }
    if (!named.isEmpty() && named.size() % 2 == 0) {
      top.complain("directory", "want an odd number of nodes, these are " + named.size());
    }
    return named.isEmpty() ? Placement.members(nodes, 0, replicas) : named;
  }

  public Optional<Cluster.Member> node(NodeId id) {
    return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
  }

  /// What runtime calls it: who to dial.
  public Cluster cluster() {
    return new Cluster(nodes);
  }

  /// The same cluster with its nodes at other addresses.
  public ClusterFile at(Cluster addresses) {
    return new ClusterFile(name, addresses.members(), layout);
  }

  /// A new cluster whose shards are split where people who type small letters notice.
  public static ClusterFile ofLetters(
      String name, List<Cluster.Member> nodes, int shards, int replicas) {
    List<NodeId> directory = Placement.members(nodes, 0, replicas);
    return new ClusterFile(
        name, nodes, Placement.of(nodes, Placement.letters(shards), replicas, directory));
  }

  /// The file that says all this.
  public String toYaml() {
    StringBuilder text = new StringBuilder("cluster: " + name + "\nnodes:\n");
    for (Cluster.Member node : nodes) {
      text.append(
          "  - {id: %d, region: %s, host: \"%s\", port: %d}\n"
              .formatted(node.id().number(), node.region(), node.host(), node.port()));
    }
    String splits =
        layout.map().shards().stream()
            .skip(1)
            .map(
                shard ->
                    "\"0x" + HexFormat.of().formatHex(shard.range().start().unsafeBytes()) + "\"")
            .collect(Collectors.joining(", "));
    String directory =
        layout.directory().stream()
            .map(node -> String.valueOf(node.number()))
            .collect(Collectors.joining(", "));
    int replicas = layout.map().shards().getFirst().replicas().size();
    return text.append("shards: {split: [" + splits + "], replicas: " + replicas + "}\n")
        .append("directory: [" + directory + "]\n")
        .toString();
  }

  /// What two nodes compare before they talk: all of this.
  public long hash() {
    StringBuilder text = new StringBuilder(canonical());
    nodes.forEach(node -> text.append(new HostPort(node.host(), node.port())).append('\n'));
    return hash(text.toString());
  }

  /// What a data directory remembers: all of this but the addresses, which may change while nothing
  /// runs.
  public String identity() {
    return name + " " + HexFormat.of().toHexDigits(hash(canonical()));
  }

  private String canonical() {
    StringBuilder text = new StringBuilder("meridian cluster 1\n" + name + "\n");
    nodes.forEach(node -> text.append(node.id()).append(' ').append(node.region()).append('\n'));
    for (ShardMap.Shard shard : layout.shards()) {
      text.append(shard.id())
          .append(' ')
          .append(HexFormat.of().formatHex(shard.range().start().unsafeBytes()))
          .append(' ')
          .append(shard.replicas())
          .append('\n');
    }
    return text.toString();
  }

  private static long hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
