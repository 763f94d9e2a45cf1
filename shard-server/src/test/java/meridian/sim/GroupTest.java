package meridian.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import meridian.model.Invariant;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.node.Effects;
import meridian.node.Input;
import meridian.node.Node;
import meridian.node.Now;
import meridian.paxos.Acceptor;
import meridian.paxos.Ballot;
import meridian.paxos.Command;
import meridian.paxos.FastPath;
import meridian.paxos.Log;
import meridian.paxos.LogEntry;
import meridian.paxos.Membership;
import meridian.paxos.PaxosMessage;
import meridian.paxos.Replica;
import meridian.paxos.StateMachine;
import meridian.paxos.Timing;
import meridian.sim.SimNetwork.Rule;
import meridian.storage.LogStore;
import meridian.storage.LogWrite;
import meridian.storage.RecoveredLog;
import org.junit.jupiter.api.Test;

/// One group by itself, under everything the nemesis knows: logs that never change their mind.
class GroupTest {
  private static final ShardId SHARD = new ShardId(1);
  private static final long SECOND = 1_000_000;

  /// Keeps logs as a disk would.
  private static final class LogStores implements SimDisk.Stores {
    private final TreeMap<ShardId, DurableLog> logs = new TreeMap<>();

    @Override
    public LogStore openLog() {
      var recovered = new TreeMap<ShardId, RecoveredLog>();
      logs.forEach((shard, log) -> recovered.put(shard, log.recovered()));
      return new LogStore() {
        @Override
        public TreeMap<ShardId, RecoveredLog> recovered() {
          return recovered;
        }

        @Override
        public Timestamp recoveredClockBound() {
          return Timestamp.ZERO;
        }

        @Override
        public void commit(List<LogWrite> batch) {
          batch.forEach(
              write -> logs.computeIfAbsent(SHARD, shard -> new DurableLog()).apply(write));
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public meridian.storage.StateStore openState() {
      return new ToyStores().openState();
    }
  }

  /// A replica whose state is the list of what it applied; as leader it proposes at every tick.
  private static final class Member implements Node, StateMachine {
    private final List<LogEntry> applied = new ArrayList<>();
    private final Replica replica;
    private long proposed;

    Member(Machine.Boot boot, List<NodeId> members) {
      RecoveredLog log = boot.log().recovered().getOrDefault(SHARD, RecoveredLog.EMPTY);
      var acceptor =
          new Acceptor(
              SHARD,
              log.promised(),
              log.logBallot(),
              new Log(log.cutThrough(), Ballot.ZERO, log.entries()),
              0);
      replica =
          new Replica(
              SHARD,
              new Membership(members, boot.id()),
              Timing.WIDE_AREA,
              FastPath.OFF,
              boot.chance(),
              acceptor,
              0,
              this,
              Optional.empty(),
              false,
              boot.now());
    }

    @Override
    public void step(Input input, Now now, Effects out) {
      switch (input) {
        case Input.Deliver deliver ->
            replica.on((PaxosMessage) deliver.message(), deliver.from(), now, out);
        case Input.Tick tick -> {
          replica.tick(now, out);
          if (replica.leader().filter(leader -> !leader.isHandingOver()).isPresent()) {
            replica.propose(new Command.TsLimit(new Timestamp(++proposed)), out);
          }
        }
        case Input.Flushed flushed -> {}
        case Input.DiskFull full -> {}
      }
    }

    @Override
    public void finish(Now now, Effects out) {
      replica.finish(now, out);
    }

    @Override
    public Timestamp clock(Now now) {
      return Timestamp.ZERO;
    }

    @Override
    public boolean apply(LogEntry entry, Now now, Effects out) {
      Invariant.check(
          entry.slot() == applied.size() + 1, "applied %s after %s", entry, applied.size());
      applied.add(entry);
      return true;
    }

    @Override
    public void accepted(Ballot ballot, LogEntry entry, Effects out) {}

    @Override
    public void moved(Ballot ballot, List<LogEntry> undecided, Effects out) {}

    @Override
    public void lead(Ballot ballot, Now now, Effects out) {}

    @Override
    public void follow(Effects out) {}

    @Override
    public void confirmed(long probe, Now now, Effects out) {}

    @Override
    public void offerSnapshot(NodeId follower, Ballot ballot, Effects out) {
      throw new IllegalStateException("nothing was cut");
    }
  }

  /// Messages by reference: this test needs no codec.
  private static final class NoWire implements Wire {
    private final List<meridian.model.Message> messages = new ArrayList<>();

    @Override
    public byte[] encode(meridian.model.Message message) {
      messages.add(message);
      return java.nio.ByteBuffer.allocate(4).putInt(messages.size() - 1).array();
    }

    @Override
    public meridian.model.Message decode(byte[] bytes) {
      return messages.get(java.nio.ByteBuffer.wrap(bytes).getInt());
    }
  }

  private static String run(long seed, int size) {
    World world = new World(seed, new NoWire(), (from, to) -> 40_000, Trace.silent());
    List<NodeId> members = new ArrayList<>();
    for (int i = 1; i <= size; i++) {
      members.add(new NodeId(i));
    }
    var groups = new TreeMap<ShardId, List<NodeId>>();
    groups.put(SHARD, members);
    var oracle = new ChosenLog(groups, (shard, entry) -> {});
    world.observe(oracle);
    for (NodeId id : members) {
      world.add(
          id, new SimClock(0, 0), new SimDisk(new LogStores()), boot -> new Member(boot, members));
      world.machine(id).boot();
    }
    var sites = members.stream().map(List::of).toList();
    var targets = new FaultPlan.Targets(members, List.of(), sites, List.of(SHARD));
    var plan = new FaultPlan(world.chance("faults"), targets, false);
    Rule weather = plan.weather(members);
    world.network().add(weather);
    Nemesis nemesis = new Nemesis(world, rot -> {});
    nemesis.unleash(plan.between(SECOND, 40 * SECOND));

    world.runUntil(45 * SECOND);
    nemesis.heal();
    world.network().remove(weather);
    long chosenWhenHealed = oracle.chosenThrough(SHARD);
    world.runUntil(55 * SECOND);

    assertTrue(oracle.elections() >= 1, "seed " + seed + ": no election");
    assertTrue(chosenWhenHealed > 200, "seed " + seed + ": only " + chosenWhenHealed);
    assertTrue(
        oracle.chosenThrough(SHARD) > chosenWhenHealed + 500,
        "seed " + seed + ": stuck after healing at " + oracle.chosenThrough(SHARD));
    for (NodeId id : members) {
      Member member = (Member) world.machine(id).node().orElseThrow();
      assertTrue(
          member.applied.size() > oracle.chosenThrough(SHARD) - 100,
          "seed " + seed + ": " + id + " lags");
      for (LogEntry entry : member.applied) {
        assertEquals(oracle.entry(SHARD, entry.slot()), entry);
      }
    }
    return world.trace().hex();
  }

  @Test
  void aGroupNeverChangesItsMindAndGoesOnOnceItIsLeftInPeace() {
    long first = Long.getLong("meridian.seed", 0);
    for (long seed = first; seed < first + Long.getLong("meridian.seeds", 20); seed++) {
      try {
        run(seed, seed % 4 == 0 ? 5 : 3);
      } catch (RuntimeException | Error failure) {
        failure.addSuppressed(new AssertionError("seed " + seed));
        throw failure;
      }
    }
  }

  @Test
  void theSameSeedIsTheSameRun() {
    assertEquals(run(3, 3), run(3, 3));
  }
}
