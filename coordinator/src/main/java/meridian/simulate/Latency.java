package meridian.simulate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import meridian.coordinate.Coordinator;
import meridian.coordinate.CoordinatorNode;
import meridian.coordinate.Patience;
import meridian.coordinate.Router;
import meridian.model.Hlc;
import meridian.model.Invariant;
import meridian.model.NodeId;
import meridian.model.Outcome;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.Value;
import meridian.model.Write;
import meridian.node.Effects;
import meridian.node.Input;
import meridian.node.Node;
import meridian.node.Now;
import meridian.paxos.FastPath;
import meridian.paxos.Leader;
import meridian.shard.ShardNode;
import meridian.shard.ShardReplica;
import meridian.shard.Tuning;
import meridian.sim.Machine;
import meridian.sim.SimClock;
import meridian.sim.SimDisk;
import meridian.sim.Trace;
import meridian.sim.World;
import meridian.txn.ClientMessage;

/// Measures how long commits take over wide-area distances, in a simulation of the production
/// classes where nothing goes wrong and nothing is contended, and sets that in proportion to what
/// light allows.
final class Latency {
  /// What the commits of one region came to.
  ///
  /// @param kind `commit`, or `commit-slow` without a fast path
  /// @param medianOverBoundLeader latency divided by the least in which a majority with the present
  ///   leader could be known to have it; and so on
  record Row(
      String kind,
      String coordinator,
      int participants,
      int replicas,
      double medianOverBoundLeader,
      double p99OverBoundLeader,
      double medianOverBoundAny,
      double medianMillis) {
    /// A line for people.
    String line() {
      return String.format(
          java.util.Locale.ROOT,
          "%-11s %-9s %d participants, %d replicas: %6.1f ms, median %.2f and p99 %.2f of the bound"
              + " with the leader, median %.2f of the bound of any majority",
          kind,
          coordinator,
          participants,
          replicas,
          medianMillis,
          medianOverBoundLeader,
          p99OverBoundLeader,
          medianOverBoundAny);
    }

    String json() {
      return String.format(
          java.util.Locale.ROOT,
          "{\"kind\":\"%s\",\"coordinator\":\"%s\",\"participants\":%d,\"replicas\":%d,"
              + "\"median_over_bound_leader\":%.3f,\"p99_over_bound_leader\":%.3f,"
              + "\"median_over_bound_any\":%.3f,\"median_ms\":%.1f}",
          kind,
          coordinator,
          participants,
          replicas,
          medianOverBoundLeader,
          p99OverBoundLeader,
          medianOverBoundAny,
          medianMillis);
    }
  }

  private static final int PARTICIPANTS_MAX = 4;
  private static final long SECONDS = 1_000_000;
  private static final long SETTLED_AT = 8 * SECONDS;
  private static final long AT_MOST = 3_600 * SECONDS;
  private static final double MICROS_PER_MILLI = 1_000.0;

  private final LatencyPlan plan;
  private final int replicas;
  private final FastPath fastPath;
  private final World world;
  private final List<Prober> probers = new ArrayList<>();

  Latency(LatencyPlan plan, int replicas, FastPath fastPath, long seed) {
    this.plan = plan;
    this.replicas = replicas;
    this.fastPath = fastPath;
    this.world = new World(seed, new Cluster.ProductionWire(), plan::way, Trace.silent());
    for (int region = 0; region < plan.regions.size(); region++) {
      int here = region;
      add(LatencyPlan.server(region), this::server);
      add(LatencyPlan.coordinator(region), this::coordinator);
      add(LatencyPlan.client(region), boot -> prober(here));
    }
  }

  private void add(NodeId id, Machine.Program program) {
    world.add(id, new SimClock(0, 0), new SimDisk(new Disks()), program);
  }

  private Node server(Machine.Boot boot) {
    Tuning tuning = Tuning.DEFAULT.withFastPath(fastPath);
    return new ShardNode(
        boot.id(),
        plan.layout,
        tuning,
        new Hlc(Timestamp.ZERO, tuning.clockOffsetMillisMax()),
        Timestamp.ZERO,
        boot.log().recovered(),
        boot.state(),
        boot.chance(),
        boot.now());
  }

  private Node coordinator(Machine.Boot boot) {
    long offsetMillisMax = Tuning.DEFAULT.clockOffsetMillisMax();
    Hlc hlc = new Hlc(Timestamp.ZERO, offsetMillisMax);
    Router router = new Router(plan.layout, plan.distances(boot.id()));
    Coordinator coordinator =
        new Coordinator(
            boot.id(), plan.regions.get(plan.region(boot.id())), hlc, router, Patience.DEFAULT);
    return new CoordinatorNode(coordinator, hlc, plan.regions.size(), offsetMillisMax);
  }

  private Prober prober(int region) {
    Prober prober = new Prober(region);
    probers.add(prober);
    return prober;
  }

  /// A row for each region and number of participants.
  List<Row> run() {
    world.machines().forEach(Machine::boot);
    world.runUntil(SETTLED_AT);
    probers.forEach(prober -> prober.started = true);
    while (!probers.stream().allMatch(Prober::isDone)) {
      Invariant.check(world.nowMicros() < AT_MOST, "still measuring after %s us", AT_MOST);
      world.runUntil(world.nowMicros() + SECONDS);
    }
    List<Row> rows = new ArrayList<>();
    probers.forEach(prober -> rows.addAll(prober.rows()));
    return rows;
  }

  private NodeId leader(ShardId shard) {
    return plan.replicas(shard).stream()
        .filter(node -> leads(node, shard))
        .findFirst()
        .orElseThrow();
  }

  private boolean leads(NodeId node, ShardId shard) {
    ShardNode shards = (ShardNode) world.machine(node).node().orElseThrow();
    return shards
        .replica(shard)
        .map(ShardReplica::replica)
        .flatMap(replica -> replica.leader())
        .filter(Leader::barrierChosen)
        .isPresent();
  }

  /// One commit after the other, over every run of neighbouring shards in turn.
  private final class Prober implements Node {
    /// The first commits show the coordinator who leads and who votes.
    private static final int WARM_UP = 4;

    private static final int ROUNDS = 6;

    private final int region;
    private final TreeMap<Integer, List<double[]>> samples = new TreeMap<>();
    private boolean started;
    private int sent;
    private boolean waits;
    private long askedMicros;
    private List<ShardId> shards = List.of();

    Prober(int region) {
      this.region = region;
    }

    private int participantsMax() {
      return Math.min(PARTICIPANTS_MAX, plan.regions.size());
    }

    private int total() {
      return participantsMax() * plan.regions.size() * (WARM_UP + ROUNDS);
    }

    boolean isDone() {
      return sent == total() && !waits;
    }

    @Override
    public void step(Input input, Now now, Effects out) {
      if (input instanceof Input.Deliver deliver) {
        Invariant.check(
            deliver.message() instanceof ClientMessage.Ended,
            "uncontended, and yet %s",
            deliver.message());
        ended((ClientMessage.Ended) deliver.message());
      }
      if (started && !waits && sent < total()) {
        commit(now, out);
      }
    }

    private void commit(Now now, Effects out) {
      int regions = plan.regions.size();
      int first = sent % regions;
      int participants = 1 + sent / regions % participantsMax();
      List<Write> writes = new ArrayList<>();
      List<ShardId> touched = new ArrayList<>();
      for (int i = 0; i < participants; i++) {
        int shard = (first + i) % regions;
        touched.add(new ShardId(shard + 1));
        writes.add(
            new Write.Put(
                LatencyPlan.key(shard, region + "/" + sent), Value.utf8("measured " + sent)));
      }
      writes.sort(java.util.Comparator.comparing(Write::key));
      shards = touched;
      waits = true;
      sent++;
      askedMicros = world.nowMicros();
      TxnId txn = new TxnId(Timestamp.ofMicros(now.wallMicros()), region, sent, 0);
      out.sendAhead(
          LatencyPlan.coordinator(region),
          new ClientMessage.Commit(sent, txn, List.of(), writes, Timestamp.ZERO, 10 * SECONDS));
    }

    private void ended(ClientMessage.Ended ended) {
      Invariant.check(
          ended.outcome() instanceof Outcome.Committed, "uncontended, and yet %s", ended);
      waits = false;
      int regions = plan.regions.size();
      if (sent <= WARM_UP * participantsMax() * regions) {
        return;
      }
      NodeId coordinator = LatencyPlan.coordinator(region);
      long withLeader = 0;
      long ofAny = 0;
      for (ShardId shard : shards) {
        withLeader = Math.max(withLeader, plan.boundLeader(coordinator, shard, leader(shard)));
        ofAny = Math.max(ofAny, plan.boundAny(coordinator, shard));
      }
      // The client is next to its coordinator: its own way there and back is not the commit's.
      double micros =
          world.nowMicros() - askedMicros - 2.0 * plan.way(LatencyPlan.client(region), coordinator);
      samples
          .computeIfAbsent(shards.size(), n -> new ArrayList<>())
          .add(new double[] {micros / withLeader, micros / ofAny, micros / MICROS_PER_MILLI});
    }

    private List<Row> rows() {
      List<Row> rows = new ArrayList<>();
      samples.forEach(
          (participants, of) ->
              rows.add(
                  new Row(
                      fastPath.on() ? "commit" : "commit-slow",
                      plan.regions.get(region).name(),
                      participants,
                      replicas,
                      quantile(of, 0, 0.5),
                      quantile(of, 0, 0.99),
                      quantile(of, 1, 0.5),
                      quantile(of, 2, 0.5))));
      return rows;
    }

    private static double quantile(List<double[]> samples, int column, double q) {
      List<Double> values = new ArrayList<>(samples.stream().map(s -> s[column]).toList());
      Collections.sort(values);
      return values.get((int) Math.ceil(q * values.size()) - 1);
    }

    @Override
    public void finish(Now now, Effects out) {}

    @Override
    public Timestamp clock(Now now) {
      return Timestamp.ZERO;
    }
  }

  /// Everything, with and without a fast path: for every region, 1 to 4 participants, 3 and 5
  /// replicas.
  static List<Row> table(LatencyPlan.Regions where, Optional<Integer> replicas, long seed) {
    List<Row> rows = new ArrayList<>();
    for (int size : replicas.map(List::of).orElse(List.of(3, 5))) {
      if (size <= where.names().size()) {
        LatencyPlan plan = new LatencyPlan(where.matrix(), where.names(), size);
        rows.addAll(new Latency(plan, size, FastPath.NEAREST, seed).run());
        rows.addAll(new Latency(plan, size, FastPath.OFF, seed).run());
      }
    }
    return rows;
  }
}
