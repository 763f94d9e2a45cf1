package meridian.shard;

import java.util.Collection;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import meridian.model.Hlc;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.model.Timestamp;
import meridian.node.ClusterClock;
import meridian.node.Effects;
import meridian.node.Input;
import meridian.node.Node;
import meridian.node.Now;
import meridian.participant.CoordinatorMessage;
import meridian.participant.ParticipantMessage;
import meridian.paxos.Ballot;
import meridian.paxos.PaxosMessage;
import meridian.storage.LogWrite;
import meridian.storage.RecoveredLog;
import meridian.storage.StateReader;

/// All the shards of one node. Messages to shards that it does not hold are answered so that the
/// sender looks elsewhere.
public final class ShardNode implements Node {
  /// How much further than the present the durable bound of the clock is set, and how close to it
  /// the clock may come before it is set anew.
  private static final long CLOCK_AHEAD_MILLIS = 1_000;

  private static final long CLOCK_MARGIN_MILLIS = 500;

  private final NodeId self;
  private final Hlc hlc;
  private final ClusterClock clusterClock;
  private final NavigableMap<ShardId, ShardReplica> replicas = new TreeMap<>();

  /// No clock reading above this one has been given out; durable.
  private Timestamp clockBound;

  /// Effects of the start itself, handed out with the first step.
  private final Effects starting = new Effects();

  /// @param hlc this node's clock, started from `clockBound`
  /// @param recovered what the log store found
  public ShardNode(
      NodeId self,
      Layout layout,
      Tuning tuning,
      Hlc hlc,
      Timestamp clockBound,
      SortedMap<ShardId, RecoveredLog> recovered,
      StateReader state,
      RandomGenerator random,
      Now now) {
    this.self = self;
    this.hlc = hlc;
    this.clockBound = clockBound;
    long servers = layout.shards().stream().flatMap(s -> s.replicas().stream()).distinct().count();
    this.clusterClock =
        new ClusterClock((int) servers, true, tuning.clockOffsetMillisMax(), clockBound);
    for (ShardMap.Shard shard : layout.shards()) {
      if (shard.replicas().contains(self)) {
        RecoveredLog log = recovered.getOrDefault(shard.id(), RecoveredLog.EMPTY);
        replicas.put(
            shard.id(),
            new ShardReplica(shard, self, layout, tuning, log, state, random, now, starting));
      }
    }
  }

  /// The shards held here, in order.
  public Collection<ShardReplica> replicas() {
    return replicas.values();
  }

  public Optional<ShardReplica> replica(ShardId shard) {
    return Optional.ofNullable(replicas.get(shard));
  }

  /// The same moment, with the time that this node goes by.
  public Now adjust(Now now) {
    return clusterClock.adjust(now);
  }

  /// Takes note of another server's clock; one that is too far ahead is not followed.
  public void heard(NodeId from, Timestamp sent, Now now) {
    if (from.isServer() && !from.equals(self)) {
      clusterClock.heard(from, sent, now);
      var ignored = hlc.merge(sent, clusterClock.adjust(now).wallMicros());
    }
  }

  @Override
  public void step(Input input, Now raw, Effects out) {
    if (input instanceof Input.Deliver deliver) {
      heard(deliver.from(), deliver.sent(), raw);
    }
    stepAt(input, adjust(raw), out);
  }

  /// Takes one input at a time that was adjusted before.
  public void stepAt(Input input, Now now, Effects out) {
    starting.writes().forEach(out::write);
    starting.writes().clear();
    boundClock(now, out);
    switch (input) {
      case Input.Deliver deliver -> {
        deliver(deliver, now, out);
      }
      case Input.Tick tick -> {
        replicas.values().forEach(replica -> replica.tick(now, out));
      }
      case Input.Flushed flushed ->
          replica(flushed.shard()).ifPresent(replica -> replica.flushed(now, out));
      case Input.DiskFull full ->
          replicas.values().forEach(replica -> replica.diskFull(full.full()));
    }
  }

  private void deliver(Input.Deliver deliver, Now now, Effects out) {
    switch (deliver.message()) {
      case PaxosMessage m ->
          replica(m.shard()).ifPresent(replica -> replica.on(m, deliver.from(), now, out));
      case ParticipantMessage m -> {
        Optional<ShardReplica> replica = replica(m.shard());
        if (replica.isPresent()) {
          replica.get().on(m, deliver.from(), now, out);
        } else {
          decline(m, deliver.from(), out);
        }
      }
      default -> {}
    }
  }

  private static void decline(ParticipantMessage message, NodeId from, Effects out) {
    switch (message) {
      case ParticipantMessage.ReadRequest m ->
          out.sendAhead(
              from,
              new CoordinatorMessage.ReadRefused(
                  m.shard(), m.id(), "this node does not hold " + m.shard()));
      case ParticipantMessage.PrepareTxn m ->
          out.sendAhead(
              from,
              new CoordinatorMessage.NotLeader(
                  m.shard(), Ballot.ZERO, Optional.of(m.part().txn()), 0));
      case ParticipantMessage.Decided m -> {}
      case ParticipantMessage.QueryOrFence m -> {}
      case ParticipantMessage.StatusReport m -> {}
      case ParticipantMessage.Resolved m -> {}
      case ParticipantMessage.MapRequest m -> {}
    }
  }

  /// Keeps the durable bound of the clock ahead of it, so that a restart does not go back (rule
  /// 2.10).
  private void boundClock(Now now, Effects out) {
    Timestamp reading = hlc.peek(now.wallMicros());
    if (reading.plusMillis(CLOCK_MARGIN_MILLIS).isAfter(clockBound)) {
      clockBound = reading.plusMillis(CLOCK_AHEAD_MILLIS);
      out.write(new LogWrite.ClockBound(clockBound));
    }
  }

  @Override
  public void finish(Now raw, Effects out) {
    Now now = adjust(raw);
    replicas.values().forEach(replica -> replica.finish(now, out));
  }

  @Override
  public Timestamp clock(Now now) {
    return hlc.tick(adjust(now).wallMicros());
  }
}
