package meridian.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.sim.Nemesis.Strike;
import meridian.sim.SimNetwork.Rule;

/// Draws up what goes wrong in a run, and when. Each run has a few favourite kinds of fault: mixing
/// all of them in every run would have each cover up what another brings to light ("Swarm Testing",
/// Groce et al., ISSTA 2012). Whatever the favourites, there is a crash, a partition, a change of
/// leader and a wrong clock.
public final class FaultPlan {
  /// What can be struck.
  ///
  /// @param coordinators processes that keep nothing on disk
  /// @param sites all machines, by the region they stand in
  public record Targets(
      List<NodeId> servers,
      List<NodeId> coordinators,
      List<List<NodeId>> sites,
      List<ShardId> shards) {
    public Targets {
      servers = List.copyOf(servers);
      coordinators = List.copyOf(coordinators);
      sites = List.copyOf(sites);
      shards = List.copyOf(shards);
    }
  }

  private enum Kind {
    CRASH,
    CRASH_COORDINATOR,
    PAUSE,
    PARTITION,
    LOSSY,
    SLOW_LINK,
    SLOW_MACHINE,
    SLOW_DISK,
    CLOCK,
    ROT,
    MOVE_LEADER
  }

  private static final long MILLIS = 1_000;
  private static final long SECONDS = 1_000_000;

  private final Chance chance;
  private final Targets targets;
  private final boolean rotting;

  /// @param rotting whether what is on the disks may be damaged
  public FaultPlan(Chance chance, Targets targets, boolean rotting) {
    this.chance = chance;
    this.targets = targets;
    this.rotting = rotting;
  }

  /// Faults that begin between two times.
  public List<Strike> between(long fromMicros, long toMicros) {
    List<Strike> plan = new ArrayList<>();
    for (Kind kind : List.of(Kind.CRASH, Kind.PARTITION, Kind.CLOCK)) {
      plan.add(new Strike(chance.between(fromMicros, toMicros), draw(kind)));
    }
    // To each in turn, since one of them leads already.
    ShardId shard = chance.pick(targets.shards());
    for (NodeId server : targets.servers()) {
      Fault move = new Fault.MoveLeader(shard, server, MILLIS);
      plan.add(new Strike(chance.between(fromMicros, toMicros), move));
    }
    List<Kind> favourites = favourites();
    long pauseMicrosMax = chance.pick(List.of(2 * SECONDS, 4 * SECONDS, 10 * SECONDS));
    long at = fromMicros + chance.between(0, pauseMicrosMax);
    while (at < toMicros) {
      plan.add(new Strike(at, draw(chance.pick(favourites))));
      at += chance.between(50 * MILLIS, pauseMicrosMax);
    }
    plan.sort(Comparator.comparingLong(Strike::atMicros));
    return plan;
  }

  /// How the network is throughout a run, faults aside.
  public Rule weather(List<NodeId> everyone) {
    long lossPpm = chance.pick(List.of(0L, 0L, 1_000L, 10_000L));
    long duplicatePpm = chance.pick(List.of(0L, 1_000L, 20_000L));
    long delayMicros = chance.pick(List.of(0L, 2 * MILLIS, 40 * MILLIS));
    return new Rule(everyone, everyone, lossPpm, duplicatePpm, delayMicros, 0, false);
  }

  private List<Kind> favourites() {
    List<Kind> kinds = new ArrayList<>(Arrays.asList(Kind.values()));
    if (!rotting) {
      kinds.remove(Kind.ROT);
    }
    if (targets.coordinators().isEmpty()) {
      kinds.remove(Kind.CRASH_COORDINATOR);
    }
    long keep = chance.between(2, kinds.size());
    while (kinds.size() > keep) {
      kinds.remove((int) chance.between(0, kinds.size() - 1));
    }
    return kinds;
  }

  private Fault draw(Kind kind) {
    NodeId server = chance.pick(targets.servers());
    long micros = 100 * MILLIS + chance.skewed(8 * SECONDS);
    return switch (kind) {
      case CRASH ->
          new Fault.Crash(server, chance.pick(Arrays.asList(CrashPoint.values())), micros);
      case CRASH_COORDINATOR ->
          new Fault.Crash(
              chance.pick(targets.coordinators()),
              chance.pick(List.of(CrashPoint.NOW, CrashPoint.BETWEEN_SENDS)),
              micros);
      case PAUSE -> new Fault.Pause(chance.pick(everyone()), micros);
      case PARTITION -> partition(micros + 500 * MILLIS);
      case LOSSY ->
          links(
              "loss",
              new Rule(everyone(), everyone(), 200_000, 200_000, 100 * MILLIS, 0, false),
              micros);
      case SLOW_LINK ->
          links("slow link", new Rule(some(), some(), 0, 10_000, 2 * SECONDS, 0, true), micros);
      case SLOW_MACHINE -> new Fault.SlowMachine(server, chance.between(10, 500), micros);
      case SLOW_DISK -> new Fault.SlowDisk(server, chance.between(10, 500), micros);
      case CLOCK -> clock(server, micros);
      case ROT -> new Fault.Rot(server, micros);
      case MOVE_LEADER -> new Fault.MoveLeader(chance.pick(targets.shards()), server, micros);
    };
  }

  private static Fault links(String name, Rule rule, long micros) {
    return new Fault.Links(name, rule, micros);
  }

  /// Some machines cannot reach the others: a region, or a server among servers; both ways, or only
  /// one; for good, or now and then.
  private Fault partition(long micros) {
    List<NodeId> side =
        chance.flip() ? chance.pick(targets.sites()) : List.of(chance.pick(targets.servers()));
    List<NodeId> others = new ArrayList<>(chance.flip() ? everyone() : targets.servers());
    others.removeAll(side);
    if (others.isEmpty()) {
      return partition(micros);
    }
    long flapMicros = chance.percent(25) ? chance.between(50 * MILLIS, SECONDS) : 0;
    return switch ((int) chance.between(0, 3)) {
      case 0 -> links("one-way partition", Rule.oneWay(side, others, flapMicros), micros);
      case 1 -> links("one-way partition", Rule.oneWay(others, side, flapMicros), micros);
      default -> links("partition", Rule.apart(side, others, flapMicros), micros);
    };
  }

  private Fault clock(NodeId server, long micros) {
    return switch ((int) chance.between(0, 3)) {
      case 0 -> new Fault.ClockFreeze(server, micros);
      case 1 -> new Fault.ClockSlew(server, chance.between(-500_000, 500_000), micros);
      case 2 -> new Fault.ClockStep(server, chance.between(-SECONDS, SECONDS), micros);
      default -> new Fault.ClockStep(server, chance.between(-3_600, 3_600) * SECONDS, micros);
    };
  }

  private List<NodeId> everyone() {
    return targets.sites().stream().flatMap(List::stream).toList();
  }

  /// Each machine with even chance, and one at least.
  private List<NodeId> some() {
    List<NodeId> chosen = new ArrayList<>(List.of(chance.pick(everyone())));
    for (NodeId node : everyone()) {
      if (chance.flip() && !chosen.contains(node)) {
        chosen.add(node);
      }
    }
    return chosen;
  }
}
