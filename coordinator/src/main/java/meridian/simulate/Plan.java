package meridian.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.participant.Settings;
import meridian.paxos.FastPath;
import meridian.paxos.Timing;
import meridian.shard.Layout;
import meridian.shard.Tuning;
import meridian.sim.Chance;
import meridian.sim.SimNetwork;

/// What a run consists of, all drawn from its seed: who there is, where, how far apart, and how the
/// store is tuned.
///
/// @param delaysMicros one way, from region to region
/// @param mixesLevels whether transactions ask for different levels of isolation
record Plan(
    List<NodeId> servers,
    List<NodeId> coordinators,
    List<NodeId> clients,
    long[][] delaysMicros,
    Layout layout,
    Tuning tuning,
    long thinkMicrosMax,
    boolean mixesLevels) {
  private static final long COORDINATORS_FROM = 70_000;
  private static final long CLIENTS_FROM = 80_000;
  private static final int SERVERS_MAX = 5;
  private static final int SHARDS_MAX = 5;
  private static final long MILLIS = 1_000;
  private static final long SECONDS = 1_000_000;
  private static final int LETTERS = 26;

  /// Draws a run.
  ///
  /// @param servers how many, if that is not to be drawn
  /// @param electorate how many replicas a shard has and how many members an electorate, if that is
  ///   not to be drawn; with no members there is no fast path
  static Plan draw(
      Chance chance, Optional<Integer> servers, Optional<Simulation.Electors> electorate) {
    int regions = servers.orElseGet(() -> chance.percent(75) ? 3 : SERVERS_MAX);
    List<NodeId> serverIds = ids(1, regions);
    return new Plan(
        serverIds,
        ids(COORDINATORS_FROM, regions),
        ids(CLIENTS_FROM, (int) chance.between(5, 9)),
        delays(chance, regions),
        layout(chance, serverIds, electorate),
        tuning(chance).withFastPath(fastPath(chance.split("fast path"), electorate)),
        // Now and then so busy that logs grow long, though a long run is a slow run.
        chance.percent(2)
            ? 20 * MILLIS
            : chance.pick(List.of(200 * MILLIS, 400 * MILLIS, 800 * MILLIS)),
        chance.percent(60));
  }

  private static List<NodeId> ids(long first, int count) {
    List<NodeId> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(new NodeId(first + i));
    }
    return ids;
  }

  /// A machine room, a country, or the world.
  private static long[][] delays(Chance chance, int regions) {
    long far = chance.pick(List.of(MILLIS, 20 * MILLIS, 90 * MILLIS, 140 * MILLIS));
    long[][] delays = new long[regions][regions];
    for (int a = 0; a < regions; a++) {
      delays[a][a] = 100;
      for (int b = 0; b < a; b++) {
        delays[a][b] = chance.between(far / 4, far);
        delays[b][a] = delays[a][b];
      }
    }
    return delays;
  }

  /// Mostly with a fast path: with the smallest electorate, or with all replicas in it.
  private static FastPath fastPath(Chance chance, Optional<Simulation.Electors> electorate) {
    if (electorate.isPresent()) {
      int members = electorate.get().members();
      return members == 0 ? FastPath.OFF : new FastPath(true, members, 0);
    }
    return chance.pick(
        List.of(
            FastPath.OFF,
            FastPath.NEAREST,
            new FastPath(true, 0, 0),
            new FastPath(true, SERVERS_MAX, 0)));
  }

  private static Layout layout(
      Chance chance, List<NodeId> servers, Optional<Simulation.Electors> electorate) {
    int drawn = servers.size() >= SERVERS_MAX && chance.percent(40) ? SERVERS_MAX : 3;
    int replicas = electorate.map(Simulation.Electors::replicas).orElse(drawn);
    int shards = (int) chance.between(2, SHARDS_MAX);
    List<ShardMap.Shard> map = new ArrayList<>();
    for (int i = 0; i < shards; i++) {
      Key start = i == 0 ? Key.EMPTY : letter(i * LETTERS / shards);
      Optional<Key> end =
          i == shards - 1 ? Optional.empty() : Optional.of(letter((i + 1) * LETTERS / shards));
      map.add(
          new ShardMap.Shard(
              new ShardId(i + 1), new KeyRange(start, end), 1, group(servers, i, replicas)));
    }
    return new Layout(new ShardMap(1, map), group(servers, 0, Math.min(3, servers.size())));
  }

  private static Key letter(int number) {
    return Key.utf8(String.valueOf((char) ('a' + number)));
  }

  /// Replicas in regions of their own, each group led from another one first.
  private static List<NodeId> group(List<NodeId> servers, int first, int count) {
    List<NodeId> group = new ArrayList<>();
    for (int i = 0; i < Math.min(count, servers.size()); i++) {
      group.add(servers.get((first + i) % servers.size()));
    }
    return group;
  }

  /// As in production, but for how much is kept where: little, so that flushes, cut logs, snapshots
  /// and the collection of outcomes happen within a minute.
  private static Tuning tuning(Chance chance) {
    Settings usual = Settings.DEFAULT;
    Settings settings =
        new Settings(
            usual.orphanMicros(),
            chance.pick(List.of(usual.outcomeMillis(), 20_000L)),
            chance.pick(List.of(usual.collectMicros(), SECONDS)),
            usual.closedLagMillis(),
            usual.closeMicros(),
            usual.snapshotMillis(),
            usual.aheadMillisMax(),
            usual.waitersMax(),
            usual.unappliedMax());
    return new Tuning(
        Timing.WIDE_AREA,
        settings,
        chance.pick(List.of(1L << 12, 1L << 20)),
        chance.pick(List.of(20L, 200L, 20_000L)),
        chance.pick(List.of(300 * MILLIS, 5 * SECONDS)),
        chance.pick(List.of(0L, 10L, 500L)),
        Tuning.DEFAULT.clockOffsetMillisMax(),
        FastPath.OFF);
  }

  /// The region of a machine: servers and coordinators stand in one each, clients are spread.
  int region(NodeId id) {
    if (servers.contains(id)) {
      return servers.indexOf(id);
    }
    return coordinators.contains(id)
        ? coordinators.indexOf(id)
        : clients.indexOf(id) % servers.size();
  }

  SimNetwork.Delays delays() {
    return (from, to) -> delaysMicros[region(from)][region(to)];
  }

  /// The machines of each region.
  List<List<NodeId>> sites() {
    List<List<NodeId>> sites = new ArrayList<>();
    for (int region = 0; region < servers.size(); region++) {
      int here = region;
      sites.add(everyone().stream().filter(id -> region(id) == here).toList());
    }
    return sites;
  }

  List<NodeId> everyone() {
    List<NodeId> all = new ArrayList<>(servers);
    all.addAll(coordinators);
    all.addAll(clients);
    return all;
  }

  /// The coordinators, the nearest to a client first.
  List<NodeId> nearestTo(NodeId client) {
    long[] delays = delaysMicros[region(client)];
    return coordinators.stream()
        .sorted(java.util.Comparator.comparingLong(id -> delays[region(id)]))
        .toList();
  }
}
