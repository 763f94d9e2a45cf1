package meridian.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import meridian.coordinate.Coordinator;
import meridian.coordinate.CoordinatorNode;
import meridian.coordinate.Patience;
import meridian.coordinate.Router;
import meridian.model.Hlc;
import meridian.model.Isolation;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.model.Timestamp;
import meridian.model.Value;
import meridian.node.Effects;
import meridian.node.Input;
import meridian.node.Node;
import meridian.node.Now;
import meridian.participant.CoordinatorMessage;
import meridian.participant.ParticipantMessage;
import meridian.paxos.Command;
import meridian.paxos.LogEntry;
import meridian.paxos.PaxosMessage;
import meridian.shard.Layout;
import meridian.shard.ShardNode;
import meridian.shard.Tuning;
import meridian.sim.Machine;
import meridian.sim.Observer;
import meridian.sim.SimClock;
import meridian.sim.SimDisk;
import meridian.sim.Trace;
import meridian.sim.World;
import meridian.storage.LogWrite;
import meridian.txn.Attempt;
import meridian.txn.Body;
import meridian.txn.ClientMessage;
import meridian.txn.Moment;
import meridian.txn.Output;
import meridian.txn.Session;
import meridian.txn.SessionConfig;
import meridian.txn.TxnEnd;
import meridian.txn.TxnOptions;
import meridian.txn.TxnResult;
import org.junit.jupiter.api.Test;

/// What each kind of read and each level costs when nothing goes wrong and nobody is in the way:
/// the table of `txn-client/CONSISTENCY.md`, printed. One client and one coordinator stand in the
/// first of three regions; each of two shards is led from another of the other two.
class CostsTest {
  private static final long[][] ONE_WAY_MICROS = {
    {100, 40_000, 60_000}, {40_000, 100, 50_000}, {60_000, 50_000, 100}
  };
  private static final List<NodeId> SERVERS = List.of(new NodeId(1), new NodeId(2), new NodeId(3));
  private static final NodeId COORDINATOR = new NodeId(70_000);
  private static final NodeId CLIENT = new NodeId(80_000);
  private static final Key A = Key.utf8("a");
  private static final Key Z = Key.utf8("z");
  private static final Value VALUE = Value.utf8("v");
  private static final long SECONDS = 1_000_000;

  private static final Layout LAYOUT =
      new Layout(
          new ShardMap(
              1,
              List.of(
                  new ShardMap.Shard(
                      new ShardId(1), KeyRange.of(Key.EMPTY, Key.utf8("m")), 1, rotated(1)),
                  new ShardMap.Shard(new ShardId(2), KeyRange.from(Key.utf8("m")), 1, rotated(2)))),
          SERVERS);

  private static List<NodeId> rotated(int first) {
    return List.of(SERVERS.get(first), SERVERS.get((first + 1) % 3), SERVERS.get((first + 2) % 3));
  }

  private static int region(NodeId id) {
    return Math.max(0, SERVERS.indexOf(id));
  }

  /// The production session, and nothing around it.
  private static final class Client implements Node {
    final Session session =
        new Session(SessionConfig.of(1), CLIENT.number(), new java.util.Random(1));

    @Override
    public void step(Input input, Now now, Effects out) {
      session.tick(now.monotonicMicros());
      if (input instanceof Input.Deliver deliver
          && deliver.message() instanceof ClientMessage.Reply reply) {
        session.onReply(0, reply);
      }
    }

    @Override
    public void finish(Now now, Effects out) {
      for (List<Output> outputs = session.takeOutputs();
          !outputs.isEmpty();
          outputs = session.takeOutputs()) {
        for (Output output : outputs) {
          switch (output) {
            case Output.Open open -> session.onUp(open.endpoint());
            case Output.Send send -> out.send(COORDINATOR, send.request());
          }
        }
      }
    }

    @Override
    public Timestamp clock(Now now) {
      return Timestamp.ZERO;
    }
  }

  /// Counts what is said and written for transactions; heartbeats and limits go on anyway.
  private final class Meter implements Observer {
    long messages;
    long records;

    @Override
    public void sent(NodeId from, NodeId to, Timestamp stamp, Message message) {
      boolean counts =
          switch (message) {
            case ParticipantMessage.MapRequest m -> false;
            case ParticipantMessage.Resolved m -> false;
            case CoordinatorMessage.MapReply m -> false;
            case ParticipantMessage m -> true;
            case CoordinatorMessage m -> true;
            case PaxosMessage.Accept m -> m.entries().stream().anyMatch(this::counts);
            default -> false;
          };
      if (counts && region(from) != region(to)) {
        messages++;
      }
    }

    private boolean counts(LogEntry entry) {
      return !(entry.command() instanceof Command.TsLimit
          || entry.command() instanceof Command.Collect
          || entry.command() instanceof Command.Barrier);
    }

    @Override
    public void durable(NodeId machine, List<LogWrite> batch) {
      for (LogWrite write : batch) {
        records += write instanceof LogWrite.Append append && counts(append.entry()) ? 1 : 0;
      }
    }
  }

  /// What one transaction came to.
  private record Cost(double millis, long messages, long records) {}

  private final World world =
      new World(
          1,
          new Cluster.ProductionWire(),
          (from, to) -> ONE_WAY_MICROS[region(from)][region(to)],
          Trace.silent());
  private final Meter meter = new Meter();
  private final Client client = new Client();

  CostsTest() {
    SERVERS.forEach(id -> add(id, this::server));
    add(COORDINATOR, this::coordinator);
    add(CLIENT, boot -> client);
    world.observe(meter);
    world.machines().forEach(Machine::boot);
    world.runUntil(5 * SECONDS);
  }

  private void add(NodeId id, Machine.Program program) {
    world.add(id, new SimClock(0, 0), new SimDisk(new Disks()), program);
  }

  private Node server(Machine.Boot boot) {
    return new ShardNode(
        boot.id(),
        LAYOUT,
        Tuning.DEFAULT,
        new Hlc(Timestamp.ZERO, 500),
        Timestamp.ZERO,
        boot.log().recovered(),
        boot.state(),
        boot.chance(),
        boot.now());
  }

  private Node coordinator(Machine.Boot boot) {
    Map<NodeId, Long> distances = new TreeMap<>();
    SERVERS.forEach(id -> distances.put(id, 2 * ONE_WAY_MICROS[0][region(id)]));
    Hlc hlc = new Hlc(Timestamp.ZERO, 500);
    return new CoordinatorNode(
        new Coordinator(
            COORDINATOR,
            new RegionId("first"),
            hlc,
            new Router(LAYOUT, distances),
            Patience.DEFAULT),
        hlc,
        SERVERS.size(),
        500);
  }

  /// Runs one transaction to its end, and whatever follows from it.
  private Cost cost(TxnOptions options, Consumer<Attempt> code) {
    meter.messages = 0;
    meter.records = 0;
    long began = world.nowMicros();
    long[] ended = {0};
    Optional<?>[] end = {Optional.empty()};
    Body body = code::accept;
    Consumer<TxnResult> done =
        result -> {
          ended[0] = world.nowMicros();
          end[0] = Optional.of(result.end());
        };
    client.session.transact(options, body, done);
    world.machine(CLIENT).arrive(new Input.Tick());
    world.runUntil(began + 3 * SECONDS);
    assertInstanceOf(TxnEnd.Committed.class, end[0].orElseThrow());
    return new Cost((ended[0] - began) / 1e3, meter.messages, meter.records);
  }

  private static TxnOptions plain() {
    return TxnOptions.within(10 * SECONDS);
  }

  private static Consumer<Attempt> read(Key... keys) {
    return attempt -> attempt.getAll(List.of(keys), found -> attempt.commit());
  }

  private static Consumer<Attempt> readAndWrite(List<Key> read, List<Key> written) {
    return attempt ->
        attempt.getAll(
            read,
            found -> {
              written.forEach(key -> attempt.put(key, VALUE));
              attempt.commit();
            });
  }

  private static void print(String what, Cost cost) {
    System.out.printf(
        "%-44s %6.1f ms %3d messages %3d records%n",
        what, cost.millis(), cost.messages(), cost.records());
  }

  /// 2.11: "served by the nearest replica, no wide-area message".
  @Test
  void readingThePastCostsNoMessageToAnotherRegionAndReadingThePresentARoundTrip() {
    cost(plain(), readAndWrite(List.of(), List.of(A, Z)));
    Map<String, TxnOptions> past = new TreeMap<>();
    past.put("nearest", plain().reading(TxnOptions.Reads.NEAREST));
    past.put("session", plain().readingAsOf(Moment.OF_LATE));
    past.put("stale 2s", plain().readingAsOf(new Moment.Recent(2 * SECONDS, true)));
    past.put("at a timestamp", plain().readingAsOf(new Moment.Exactly(client.session.seen())));
    past.forEach(
        (name, options) -> {
          Cost cost = cost(options, read(A, Z));
          print(name + ", two shards", cost);
          assertEquals(0, cost.messages(), name);
          assertEquals(0, cost.records(), name);
          assertTrue(cost.millis() < 20, () -> name + " took " + cost);
        });
    Cost strong = cost(plain().reading(TxnOptions.Reads.STRONG), read(A));
    print("strict, one shard", strong);
    assertTrue(strong.messages() > 0 && strong.millis() > 80);
    assertEquals(0, strong.records());
    print("strict, two shards", cost(plain().reading(TxnOptions.Reads.STRONG), read(A, Z)));
  }

  /// Read your own writes: what was written a moment ago is waited for, near by.
  @Test
  void aSessionsOwnWriteIsReadWithinASecond() {
    meter.messages = 0;
    long began = world.nowMicros();
    Optional<?>[] end = {Optional.empty()};
    Body body =
        attempt -> {
          attempt.put(A, VALUE);
          attempt.commit();
        };
    client.session.transact(plain(), body, written -> end[0] = Optional.of(written.end()));
    world.machine(CLIENT).arrive(new Input.Tick());
    while (end[0].isEmpty()) {
      world.runUntil(world.nowMicros() + 1_000);
    }
    Cost cost = cost(plain().readingAsOf(Moment.OF_LATE), read(A, Z));
    print("session, just after its own write", cost);
    assertTrue(cost.millis() < 1_000, cost::toString);
  }

  /// "Each level is actually cheaper than the stricter one, or it is not worth having."
  @Test
  void whatReadsTwoShardsAndWritesOneIsCheaperWhereReadsAreNotValidated() {
    cost(plain(), readAndWrite(List.of(), List.of(A, Z)));
    Map<Isolation, Cost> costs = new TreeMap<>();
    for (Isolation level : Isolation.values()) {
      Cost cost = cost(plain().at(level), readAndWrite(List.of(A, Z), List.of(A)));
      print(level.label() + ", reads two shards, writes one", cost);
      costs.put(level, cost);
    }
    for (Isolation level : Isolation.values()) {
      if (!level.validatesReads()) {
        assertTrue(costs.get(level).messages() < costs.get(Isolation.SERIALIZABLE).messages());
        assertTrue(costs.get(level).records() < costs.get(Isolation.SERIALIZABLE).records());
        assertTrue(costs.get(level).millis() < costs.get(Isolation.SERIALIZABLE).millis());
      }
    }
  }
}
