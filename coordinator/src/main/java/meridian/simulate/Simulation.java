package meridian.simulate;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import meridian.model.Invariant;
import meridian.model.ShardId;
import meridian.sim.Chance;
import meridian.sim.FaultPlan;
import meridian.sim.Nemesis;
import meridian.sim.SimNetwork.Rule;
import meridian.sim.Trace;
import meridian.sim.World;
import meridian.simulate.Stage.Act;

/// One run of the whole system: the production classes of replicas, participants, coordinators and
/// clients, in one thread and in virtual time, with everything going wrong that a [FaultPlan]
/// knows, and checked by everything in this package. A run is a function of its options.
///
/// ```
///   0 s      set up           the workloads put what they need
///   4 s      work and faults
///   46 s     heal             all is put right; the clients work on
///   52 s     stop             what is under way ends; whatever is left undecided is recovered
///   64 s     look             one client reads everything
///            judge
/// ```
///
/// Where the faults leave the clients too little to do for a run to prove anything, both go on for
/// longer, and what follows comes later.
public final class Simulation {
  /// @param workload one by its name, or all of them at once
  /// @param servers how many, if the seed is not to say
  /// @param electors how large groups and electorates are, if the seed is not to say
  public record Options(
      long seed, String workload, Optional<Integer> servers, Optional<Electors> electors) {
    public static final String ALL = "all";

    public static Options of(long seed) {
      return new Options(seed, ALL, Optional.empty(), Optional.empty());
    }

    /// The command that runs just this.
    String command() {
      return "meridian simulate --seed "
          + seed
          + (workload.equals(ALL) ? "" : " --workload " + workload)
          + servers.map(count -> " --nodes " + count).orElse("")
          + electors.map(sizes -> " --electorate " + sizes).orElse("");
    }
  }

  /// How many replicas each shard has, and how many of them vote on the fast path; 0 for none.
  public record Electors(int replicas, int members) {
    /// From `replicas,members`.
    ///
    /// @throws IllegalArgumentException if there can be no such groups
    static Electors parse(String text) {
      String[] numbers = text.split(",", -1);
      try {
        Electors sizes = new Electors(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
        boolean isOdd = sizes.replicas % 2 == 1 && sizes.replicas >= 3;
        boolean fits =
            sizes.members == 0
                || (sizes.members > sizes.replicas / 2 && sizes.members <= sizes.replicas);
        if (numbers.length == 2 && isOdd && fits) {
          return sizes;
        }
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException notNumbers) {
        // Told below.
      }
      throw new IllegalArgumentException(
          "--electorate wants REPLICAS,MEMBERS: an odd number of replicas from 3 on, and a majority"
              + " of them or 0 as members, such as 3,2 or 5,3: "
              + text);
    }

    @Override
    public String toString() {
      return replicas + "," + members;
    }
  }

  private static final int SERVERS_MIN = 3;
  private static final long MILLIS = 1_000;
  private static final long SECONDS = 1_000_000;
  private static final long FAULTS_FROM = 4 * SECONDS;
  private static final long HEAL_AT = 46 * SECONDS;
  private static final long HEAL_AT_MOST = 166 * SECONDS;

  /// How much longer it goes on at a time where there were too few commits.
  private static final long LONGER = 10 * SECONDS;

  private static final long CALM = 6 * SECONDS;
  private static final long RECOVERY = 12 * SECONDS;
  private static final long LOOK_AT_MOST = 26 * SECONDS;
  private static final long SETTLE = 5 * SECONDS;
  private static final long COMMITS_MIN = 200;
  private static final long COMMITS_PERCENT_MIN = 30;
  private static final long PERCENT = 100;

  private final Options options;
  private final World world;
  private final Plan plan;
  private final List<Workload> workloads;
  private final Stage stage;
  private final History history = new History();
  private final Cluster cluster;

  private Simulation(Options options, Trace trace) {
    this.options = options;
    Chance chance = new Chance(options.seed()).split("plan");
    Optional<Integer> servers =
        options
            .servers()
            .or(() -> options.electors().map(sizes -> Math.max(SERVERS_MIN, sizes.replicas())));
    this.plan = Plan.draw(chance, servers, options.electors());
    this.workloads = workloads(options.workload());
    this.stage = new Stage(workloads);
    this.world = new World(options.seed(), new Cluster.ProductionWire(), plan.delays(), trace);
    this.cluster = new Cluster(world, plan, workloads, stage, history);
  }

  /// The names of all workloads.
  public static List<String> workloadNames() {
    return all().stream().map(Workload::name).toList();
  }

  private static List<Workload> all() {
    return List.of(new ListAppend(), new Bank(), new Registers(), new Scans());
  }

  private static List<Workload> workloads(String name) {
    List<Workload> chosen =
        all().stream()
            .filter(workload -> name.equals(Options.ALL) || workload.name().equals(name))
            .toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "no workload is called " + name + ": use one of " + workloadNames());
    }
    return chosen;
  }

  /// Runs and judges one simulation.
  ///
  /// @param printer told of every event, if there is one
  /// @throws SimulationFailed if anything was wrong
  public static Summary run(Options options, Optional<Consumer<String>> printer) {
    try {
      return new Simulation(options, printer.map(Trace::to).orElseGet(Trace::silent)).run();
    } catch (World.Failure | Invariant.Broken failure) {
      throw new SimulationFailed(
          options.seed(), String.valueOf(failure.getMessage()), options.command(), failure);
    }
  }

  private Summary run() {
    FaultPlan faults = new FaultPlan(world.chance("faults"), cluster.targets(), cluster.canRot());
    Rule weather = faults.weather(plan.everyone());
    Nemesis nemesis = new Nemesis(world, cluster::rot);
    nemesis.unleash(faults.between(FAULTS_FROM, HEAL_AT));
    cluster.boot();

    world.runUntil(FAULTS_FROM);
    require(stage.act() == Act.WORK, "the store was not set up within four seconds");
    world.network().add(weather);
    world.runUntil(HEAL_AT);
    while (commits() < COMMITS_MIN && world.nowMicros() < HEAL_AT_MOST) {
      long until = world.nowMicros() + LONGER;
      nemesis.unleash(faults.between(world.nowMicros(), until));
      world.runUntil(until);
    }
    nemesis.heal();
    world.network().remove(weather);
    runFor(CALM);
    stage.stop();
    runFor(RECOVERY);
    judgeQuiet();
    stage.finish(workloads);
    long overAtMost = world.nowMicros() + LOOK_AT_MOST;
    while (stage.act() != Act.OVER) {
      require(world.nowMicros() < overAtMost, "the store could not be read after healing");
      runFor(SECONDS);
    }
    long settledAt = world.nowMicros() + SETTLE;
    SortedMap<ShardId, Long> chosen = cluster.chosenThrough();
    while (world.nowMicros() < settledAt && !isSettled(chosen)) {
      runFor(20 * MILLIS);
    }
    require(
        cluster.replicas().haveApplied(chosen),
        "a replica lags behind in a store that is left in peace");
    return judge();
  }

  private void runFor(long micros) {
    world.runUntil(world.nowMicros() + micros);
  }

  private long commits() {
    return history.count(History.End.COMMITTED);
  }

  private boolean isSettled(SortedMap<ShardId, Long> chosen) {
    return cluster.replicas().haveApplied(chosen)
        && cluster.replicas().undecided().isEmpty()
        && cluster.replicas().areWhole();
  }

  /// Nobody is left waiting, and every transaction was resolved, once the network is whole.
  private void judgeQuiet() {
    require(cluster.clientsIdle(), "a client still waits for an answer");
    List<String> unresolved = cluster.outcomes().unresolved();
    require(unresolved.isEmpty(), "left undecided: " + unresolved);
  }

  private Summary judge() {
    cluster.replicas().undecided().ifPresent(what -> fail("a lock without an owner: " + what));
    cluster.replicas().divergence().ifPresent(this::fail);
    for (Workload workload : workloads) {
      workload.complaint().ifPresent(what -> fail(workload.name() + ": " + what));
    }
    history.complaint().ifPresent(this::fail);
    cluster.promises().complaint().ifPresent(this::fail);
    world.tally().count("snapshots read", cluster.promises().snapshots());
    judgeNotIdle();
    return new Summary(
        options.seed(),
        options.workload(),
        world.nowMicros(),
        commits(),
        history.count(History.End.ABORTED),
        history.count(History.End.UNKNOWN),
        cluster.chosenLog().elections(),
        cluster.outcomes().fast(),
        world.tally().all(),
        world.trace().hex());
  }

  /// A store that does nothing is perfectly safe; a run must have done something, against odds.
  private void judgeNotIdle() {
    long commits = commits();
    long attempts = history.attempts().size();
    require(commits >= COMMITS_MIN, "idle: only " + commits + " commits");
    require(
        commits * PERCENT >= attempts * COMMITS_PERCENT_MIN,
        "idle: " + commits + " commits in " + attempts + " attempts");
    require(cluster.chosenLog().elections() >= 1, "idle: no election");
    require(
        !plan.mixesLevels() || cluster.promises().snapshots() > 0, "idle: no snapshot was read");
    requireFault("crash");
    requireFault("partition");
    requireFault("clock");
  }

  private void requireFault(String kind) {
    boolean struck =
        world.tally().all().keySet().stream()
            .anyMatch(name -> name.startsWith("fault: ") && name.contains(kind));
    require(struck, "idle: no " + kind);
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      fail(otherwise);
    }
  }

  private void fail(String what) {
    throw new SimulationFailed(options.seed(), what, options.command(), new AssertionError(what));
  }
}
