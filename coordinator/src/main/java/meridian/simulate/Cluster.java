package meridian.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import meridian.codec.MessageCodec;
import meridian.coordinate.Coordinator;
import meridian.coordinate.CoordinatorNode;
import meridian.coordinate.Patience;
import meridian.coordinate.Router;
import meridian.model.Hlc;
import meridian.model.Invariant;
import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.model.Timestamp;
import meridian.node.Input;
import meridian.node.Node;
import meridian.shard.ShardNode;
import meridian.sim.Chance;
import meridian.sim.ChosenLog;
import meridian.sim.Fault;
import meridian.sim.FaultPlan;
import meridian.sim.Machine;
import meridian.sim.Observer;
import meridian.sim.SimClock;
import meridian.sim.SimDisk;
import meridian.sim.SimNetwork;
import meridian.sim.Wire;
import meridian.sim.World;
import meridian.txn.Session;
import meridian.txn.SessionConfig;
import meridian.wire.BadMessage;

/// The machines of a run, what runs on them, and the oracles that look on.
final class Cluster {
  /// The production codec. Now and then it is asked to prove that nothing got lost on the way.
  static final class ProductionWire implements Wire {
    private static final long MESSAGES_PER_PROOF = 16;

    private long messages;

    @Override
    public byte[] encode(Message message) {
      byte[] bytes = MessageCodec.encode(message);
      if (messages++ % MESSAGES_PER_PROOF == 0) {
        Message decoded = decode(bytes);
        Invariant.check(decoded.equals(message), "encoded %s, decoded %s", message, decoded);
      }
      return bytes;
    }

    @Override
    public Message decode(byte[] bytes) {
      try {
        return MessageCodec.decode(bytes);
      } catch (BadMessage bad) {
        throw new IllegalStateException("what was encoded cannot be decoded", bad);
      }
    }
  }

  private static final long DRIFT_PPM_MAX = 200;
  private static final long OFFSET_MICROS_MAX = 5_000;
  private static final long LIVES_PER_CLIENT = 1_000_000;

  private final World world;
  private final Plan plan;
  private final List<Workload> workloads;
  private final Stage stage;
  private final History history;
  private final Outcomes outcomes;
  private final Versions versions = new Versions();
  private final Promises promises = new Promises(versions);
  private final ChosenLog chosenLog;
  private final Replicas replicas;

  /// What clients tell each other of what they have seen.
  private final SimClient.Tokens tokens = new SimClient.Tokens();

  /// The client process that runs on a machine, or ran there last.
  private final SortedMap<NodeId, SimClient> clients = new TreeMap<>();

  Cluster(World world, Plan plan, List<Workload> workloads, Stage stage, History history) {
    this.world = world;
    this.plan = plan;
    this.workloads = workloads;
    this.stage = stage;
    this.history = history;
    SortedMap<ShardId, List<NodeId>> members = new TreeMap<>();
    for (ShardMap.Shard shard : plan.layout().shards()) {
      members.put(shard.id(), shard.replicas());
    }
    Conflicts conflicts = new Conflicts();
    this.outcomes = new Outcomes(members);
    this.chosenLog =
        new ChosenLog(
            members,
            (shard, entry) -> {
              outcomes.chosen(shard, entry);
              conflicts.chosen(shard, entry);
              versions.chosen(shard, entry);
            });
    this.replicas = new Replicas(world);
    world.observe(chosenLog);
    world.observe(outcomes);
    world.observe(new Clocks());
    world.observe(replicas);
    world.observe(new Streams());
    Chance clocks = world.chance("clocks");
    plan.servers().forEach(id -> add(id, clocks, this::server));
    plan.coordinators().forEach(id -> add(id, clocks, this::coordinator));
    plan.clients().forEach(id -> add(id, clocks, this::client));
  }

  private void add(NodeId id, Chance clocks, Machine.Program program) {
    SimClock clock =
        new SimClock(
            clocks.between(-DRIFT_PPM_MAX, DRIFT_PPM_MAX),
            clocks.between(-OFFSET_MICROS_MAX, OFFSET_MICROS_MAX));
    world.add(id, clock, new SimDisk(new Disks()), program);
  }

  void boot() {
    world.machines().forEach(Machine::boot);
  }

  FaultPlan.Targets targets() {
    List<NodeId> forgetful = new ArrayList<>(plan.coordinators());
    forgetful.addAll(plan.clients());
    List<ShardId> shards = plan.layout().shards().stream().map(ShardMap.Shard::id).toList();
    return new FaultPlan.Targets(plan.servers(), forgetful, plan.sites(), shards);
  }

  Outcomes outcomes() {
    return outcomes;
  }

  Promises promises() {
    return promises;
  }

  ChosenLog chosenLog() {
    return chosenLog;
  }

  /// The last slot that each shard has chosen.
  SortedMap<ShardId, Long> chosenThrough() {
    SortedMap<ShardId, Long> slots = new TreeMap<>();
    plan.layout()
        .shards()
        .forEach(shard -> slots.put(shard.id(), chosenLog.chosenThrough(shard.id())));
    return slots;
  }

  Replicas replicas() {
    return replicas;
  }

  /// Whether what is on the disks may be damaged.
  boolean canRot() {
    return true;
  }

  /// Damages something on the disk of a machine.
  void rot(Fault.Rot rot) {
    Disks disks = (Disks) world.machine(rot.node()).disk().stores();
    disks.disk().corruptVersion(world.chance("rot " + world.nowMicros()));
  }

  boolean clientsIdle() {
    return clients.values().stream().allMatch(SimClient::isIdle);
  }

  private Node server(Machine.Boot boot) {
    Timestamp bound = boot.log().recoveredClockBound();
    return new ShardNode(
        boot.id(),
        plan.layout(),
        plan.tuning(),
        new Hlc(bound, plan.tuning().clockOffsetMillisMax()),
        bound,
        boot.log().recovered(),
        boot.state(),
        boot.chance(),
        boot.now());
  }

  private Node coordinator(Machine.Boot boot) {
    Map<NodeId, Long> distances = new TreeMap<>();
    SimNetwork.Delays delays = plan.delays();
    plan.servers().forEach(id -> distances.put(id, 2 * delays.oneWayMicros(boot.id(), id)));
    long offsetMillisMax = plan.tuning().clockOffsetMillisMax();
    Hlc hlc = new Hlc(Timestamp.ZERO, offsetMillisMax);
    Coordinator coordinator =
        new Coordinator(
            boot.id(),
            new RegionId("region-" + plan.region(boot.id())),
            hlc,
            new Router(plan.layout(), distances),
            Patience.DEFAULT);
    return new CoordinatorNode(coordinator, hlc, plan.servers().size(), offsetMillisMax);
  }

  private Node client(Machine.Boot boot) {
    int number = plan.clients().indexOf(boot.id());
    long name = boot.id().number() * LIVES_PER_CLIENT + boot.life();
    List<NodeId> coordinators = plan.nearestTo(boot.id());
    Session session =
        new Session(SessionConfig.of(coordinators.size()), name, boot.chance().split("session"));
    SimClient client =
        new SimClient(
            session,
            name,
            coordinators,
            workloads.get(number % workloads.size()),
            new SimClient.Setting(
                stage,
                history,
                outcomes,
                promises,
                tokens,
                world::nowMicros,
                plan.thinkMicrosMax(),
                plan.mixesLevels()),
            boot.chance().split("client"),
            number == 0);
    clients.put(boot.id(), client);
    return client;
  }

  /// Tells clients when the stream to a coordinator has broken, and the history when a client is
  /// gone.
  private final class Streams implements Observer {
    @Override
    public void crashed(NodeId machine) {
      SimClient client = clients.get(machine);
      if (client != null) {
        client.abandon();
      }
      if (plan.coordinators().contains(machine)) {
        Input lost = new Input.Deliver(machine, Timestamp.ZERO, new SimClient.StreamLost());
        plan.clients().forEach(id -> world.machine(id).arrive(lost));
      }
    }
  }
}
