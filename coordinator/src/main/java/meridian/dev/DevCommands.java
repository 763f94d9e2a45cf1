package meridian.dev;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.runtime.Cluster;
import meridian.server.ExitCode;
import meridian.shell.ClusterCommands;
import meridian.shell.Exit;
import meridian.shell.ShellError;
import meridian.shell.Table;
import meridian.storage.StoreUnusable;

/// What the shell of an embedded cluster can show and break.
final class DevCommands implements ClusterCommands {
  private static final List<Command> COMMANDS =
      List.of(
          new Command("\\regions", "\\regions", "round trips, as configured and as measured"),
          new Command("\\nodes", "\\nodes", "what runs where, and who leads what"),
          new Command("\\shards", "\\shards", "leader, ballot, replicas and lag of each shard"),
          new Command("\\leader", "\\leader SHARD NODE", "lets another node lead a shard"),
          new Command("\\kill", "\\kill NODE", "crashes a node; its files stay"),
          new Command("\\restart", "\\restart NODE", "starts a killed node from its files"),
          new Command("\\pause", "\\pause NODE", "stops a node without ending it"),
          new Command("\\resume", "\\resume NODE", "lets a paused node go on"),
          new Command(
              "\\partition", "\\partition A B", "cuts two nodes, or regions, off from each other"),
          new Command("\\heal", "\\heal", "ends all partitions"),
          new Command("\\clock", "\\clock NODE +500ms", "makes a node's clock wrong; 0ms: right"));

  private static final Pattern OFFSET = Pattern.compile("([+-]?\\d{1,9})(ms|s)");
  private static final long LEADER_MILLIS_MAX = 5_000;
  private static final long LOOK_MILLIS = 20;

  private final DevCluster cluster;
  private final Tables tables;

  DevCommands(DevCluster cluster) {
    this.cluster = cluster;
    this.tables = new Tables(cluster);
  }

  @Override
  public List<Command> commands() {
    return COMMANDS;
  }

  @Override
  public Table run(String name, List<String> arguments) {
    return switch (name) {
      case "\\regions" -> with(name, arguments, 0, tables::regions);
      case "\\nodes" -> with(name, arguments, 0, tables::nodes);
      case "\\shards" -> with(name, arguments, 0, tables::shards);
      case "\\leader" ->
          with(name, arguments, 2, () -> leader(shard(arguments.get(0)), node(arguments.get(1))));
      case "\\kill" -> with(name, arguments, 1, () -> kill(node(arguments.get(0))));
      case "\\restart" -> with(name, arguments, 1, () -> restart(node(arguments.get(0))));
      case "\\pause" -> with(name, arguments, 1, () -> pause(node(arguments.get(0)), true));
      case "\\resume" -> with(name, arguments, 1, () -> pause(node(arguments.get(0)), false));
      case "\\partition" ->
          with(name, arguments, 2, () -> partition(arguments.get(0), arguments.get(1)));
      case "\\heal" -> with(name, arguments, 0, this::heal);
      case "\\clock" ->
          with(name, arguments, 2, () -> clock(node(arguments.get(0)), arguments.get(1)));
      default -> throw usage("there is no command " + name);
    };
  }

  private interface Action {
    Table run();
  }

  private static Table with(String name, List<String> arguments, int count, Action action) {
    if (arguments.size() != count) {
      Optional<Command> command = COMMANDS.stream().filter(c -> c.name().equals(name)).findFirst();
      throw usage("usage: " + command.map(Command::usage).orElse(name));
    }
    return action.run();
  }

  @Override
  public List<String> choices(String name, List<String> argumentsSoFar) {
    Stream<String> nodes = cluster.members().stream().map(member -> member.id().toString());
    return switch (name) {
      case "\\kill", "\\restart", "\\pause", "\\resume", "\\clock" ->
          argumentsSoFar.isEmpty() ? nodes.toList() : List.of();
      case "\\partition" -> Stream.concat(nodes, regions().stream().map(RegionId::name)).toList();
      case "\\leader" ->
          argumentsSoFar.isEmpty()
              ? shards().stream().map(shard -> shard.id().toString()).toList()
              : nodes.toList();
      default -> List.of();
    };
  }

  // ---- what the commands do

  private Table leader(ShardId shard, NodeId node) {
    if (cluster.node(node).isEmpty()) {
      throw failed(node + " is down: \\restart it first");
    }
    if (!replicas(shard).contains(node)) {
      throw failed(node + " has no replica of " + shard + ": it has " + replicas(shard));
    }
    long begun = System.nanoTime();
    while (!cluster.leader(shard).equals(Optional.of(node))) {
      if (System.nanoTime() - begun > TimeUnit.MILLISECONDS.toNanos(LEADER_MILLIS_MAX)) {
        throw failed(
            cluster
                .leader(shard)
                .map(other -> other + " still leads " + shard + "; is " + node + " cut off?")
                .orElse("nobody leads " + shard + ": a majority of its replicas must be up"));
      }
      cluster.transferLeader(shard, node);
      pauseFor(LOOK_MILLIS * 10);
    }
    return Table.line(
        "%s leads %s, after %d ms".formatted(node, shard, (System.nanoTime() - begun) / 1_000_000));
  }

  private static void pauseFor(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw failed("interrupted");
    }
  }

  private Table kill(NodeId node) {
    if (!cluster.kill(node)) {
      throw failed(node + " is down already");
    }
    return Table.line(node + " is down; \\restart " + node + " brings it back from its files");
  }

  private Table restart(NodeId node) {
    long begun = System.nanoTime();
    try {
      if (!cluster.restart(node)) {
        throw failed(node + " is up: \\kill it first");
      }
    } catch (IOException | StoreUnusable failure) {
      throw new ShellError(Exit.IO, String.valueOf(failure.getMessage()));
    }
    return Table.line(
        "%s is up again, after %d ms".formatted(node, (System.nanoTime() - begun) / 1_000_000));
  }

  private Table pause(NodeId node, boolean pause) {
    var running = cluster.node(node).orElseThrow(() -> failed(node + " is down"));
    if (pause) {
      running.server().driver().pause();
    } else {
      running.server().driver().resume();
    }
    return Table.line(node + (pause ? " is paused; \\resume lets it go on" : " goes on"));
  }

  private Table partition(String one, String other) {
    List<NodeId> left = nodes(one);
    List<NodeId> right = nodes(other);
    if (left.stream().anyMatch(right::contains)) {
      throw usage("'" + one + "' and '" + other + "' have a node in common");
    }
    left.forEach(a -> right.forEach(b -> cluster.wan().partition(a, b)));
    return Table.line(left + " and " + right + " cannot reach each other; \\heal ends it");
  }

  private Table heal() {
    cluster.wan().heal();
    return Table.line("everybody can reach everybody who is up");
  }

  private Table clock(NodeId node, String offset) {
    Matcher matcher = OFFSET.matcher(offset);
    if (!matcher.matches()) {
      throw usage("'" + offset + "' is not an offset: want +500ms, -2s or 0ms");
    }
    long millis = Long.parseLong(matcher.group(1)) * (matcher.group(2).equals("s") ? 1_000 : 1);
    cluster.setClockOffset(node, millis);
    return Table.line("the clock of %s is wrong by %+d ms".formatted(node, millis));
  }

  // ---- what the arguments mean

  private List<ShardMap.Shard> shards() {
    return cluster.plan().cluster().layout().shards();
  }

  private List<RegionId> regions() {
    return cluster.members().stream().map(Cluster.Member::region).distinct().toList();
  }

  private List<NodeId> replicas(ShardId id) {
    return shards().stream()
        .filter(shard -> shard.id().equals(id))
        .flatMap(shard -> shard.replicas().stream())
        .toList();
  }

  private NodeId node(String text) {
    OptionalLong number = numbered("n", text);
    return cluster.members().stream()
        .map(Cluster.Member::id)
        .filter(id -> number.isPresent() && id.number() == number.getAsLong())
        .findFirst()
        .orElseThrow(() -> usage("there is no node '" + text + "'; \\nodes shows them"));
  }

  /// A node, or all nodes of a region.
  private List<NodeId> nodes(String text) {
    List<NodeId> there = new ArrayList<>();
    for (Cluster.Member member : cluster.members()) {
      if (member.region().name().equals(text)) {
        there.add(member.id());
      }
    }
    return there.isEmpty() ? List.of(node(text)) : there;
  }

  private ShardId shard(String text) {
    OptionalLong number = numbered("s", text);
    return shards().stream()
        .map(ShardMap.Shard::id)
        .filter(id -> number.isPresent() && id.number() == number.getAsLong())
        .findFirst()
        .orElseThrow(() -> usage("there is no shard '" + text + "'; \\shards shows them"));
  }

  private static OptionalLong numbered(String prefix, String text) {
    String small = text.toLowerCase(Locale.ROOT);
    String digits = small.startsWith(prefix) ? small.substring(1) : small;
    return digits.matches("\\d{1,9}")
        ? OptionalLong.of(Long.parseLong(digits))
        : OptionalLong.empty();
  }

  private static ShellError usage(String message) {
    return new ShellError(ExitCode.USAGE, message);
  }

  private static ShellError failed(String message) {
    return new ShellError(Exit.FAILED, message);
  }
}
