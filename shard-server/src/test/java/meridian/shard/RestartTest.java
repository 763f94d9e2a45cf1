package meridian.shard;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import meridian.model.Hlc;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.model.Value;
import meridian.model.Write;
import meridian.node.Effects;
import meridian.node.Input;
import meridian.node.Now;
import meridian.participant.ParticipantMessage;
import meridian.participant.Settings;
import meridian.paxos.FastPath;
import meridian.paxos.Timing;
import meridian.storage.StateFlush;
import meridian.storage.StateStore;
import meridian.storage.Version;
import meridian.storage.lmdb.StoredRecords;
import meridian.storage.memory.MemoryDisk;
import meridian.storage.memory.MemoryLogStore;
import org.junit.jupiter.api.Test;

/// What a node finds on its disk when it starts again. It is the only one of its cluster, so that
/// nobody can tell it what it forgot.
class RestartTest {
  private static final NodeId SELF = new NodeId(1);
  private static final NodeId COORDINATOR = new NodeId(70_000);
  private static final ShardId SHARD = new ShardId(1);
  private static final Layout LAYOUT =
      new Layout(
          new ShardMap(1, List.of(new ShardMap.Shard(SHARD, KeyRange.ALL, 0, List.of(SELF)))),
          List.of(SELF));

  /// Flushes at every turn, and keeps no entry longer than it must.
  private static final Tuning EAGER =
      new Tuning(Timing.WIDE_AREA, Settings.DEFAULT, 1, 1, 1, 0, 500, FastPath.OFF);

  private final MemoryDisk disk = new MemoryDisk(new StoredRecords());

  /// What is on its way to the state.
  private final ArrayDeque<StateFlush> flushing = new ArrayDeque<>();

  private MemoryLogStore log = disk.openLog();
  private StateStore state = disk.openState();
  private long micros = 1;
  private long wallMicros = 1_000_000_000_000L;
  private long txns;
  private ShardNode node = boot();

  private ShardNode boot() {
    Timestamp bound = log.recoveredClockBound();
    return new ShardNode(
        SELF,
        LAYOUT,
        EAGER,
        new Hlc(bound, 500),
        bound,
        log.recovered(),
        state,
        new Random(1),
        now());
  }

  private void restart() {
    disk.crashKeeping(0);
    log = disk.openLog();
    state = disk.openState();
    flushing.clear();
    node = boot();
  }

  private Now now() {
    return new Now(micros, wallMicros);
  }

  private ShardReplica replica() {
    return node.replica(SHARD).orElseThrow();
  }

  private void step(Input input) {
    Effects out = new Effects();
    node.step(input, now(), out);
    node.finish(now(), out);
    log.commit(out.writes());
    out.flushes().stream().filter(flush -> flush.shard().equals(SHARD)).forEach(flushing::add);
    out.sends().stream()
        .filter(send -> send.to().equals(SELF))
        .forEach(
            send -> step(new Input.Deliver(SELF, Timestamp.ofMicros(wallMicros), send.message())));
  }

  private void pass(long passing) {
    for (long left = passing; left > 0; left -= 50_000) {
      micros += 50_000;
      wallMicros += 50_000;
      step(new Input.Tick());
    }
  }

  private void lead() {
    for (int i = 0; i < 100 && !replica().barrierChosen(); i++) {
      pass(50_000);
    }
    assertTrue(replica().barrierChosen(), "it does not lead");
  }

  private void write(String key) {
    Timestamp ts = Timestamp.ofMicros(wallMicros);
    TxnPart part =
        TxnPart.of(
            new TxnId(ts, 1, ++txns, 0),
            SHARD,
            ts,
            ts.plusMillis(10_000),
            COORDINATOR,
            List.of(SHARD),
            List.of(),
            List.of(new Write.Put(Key.utf8(key), Value.utf8(key))));
    step(new Input.Deliver(COORDINATOR, ts, new ParticipantMessage.PrepareTxn(part)));
  }

  private boolean holds(String key) {
    Optional<Version> newest = replica().ledger().versions().latest(Key.utf8(key));
    return newest.flatMap(Version::value).equals(Optional.of(Value.utf8(key)));
  }

  /// The state's disk takes its time: what has been applied meanwhile is only in the log.
  @Test
  void whatIsNotFlushedYetStaysInTheLog() {
    lead();
    write("a");
    pass(50_000);
    assertFalse(flushing.isEmpty(), "nothing is on its way to the state");
    write("b");
    StateFlush first = flushing.removeFirst();
    state.flush(first);
    step(new Input.Flushed(first.shard(), first.tables().slot()));
    assertTrue(replica().log().slotFirst() > 1, "nothing was cut");

    restart();
    lead();
    assertTrue(holds("a") && holds("b"), "it was cut out of the log and is nowhere else");
  }

  /// 2.10, T25: the wall clock may have been set back meanwhile.
  @Test
  void aClockGoesOnFromAboveWhateverItShowedBefore() {
    lead();
    Timestamp before = Timestamp.ZERO;
    for (int i = 0; i < 100; i++) {
      pass(50_000);
      before = node.clock(now());
    }
    wallMicros -= 60_000_000;
    restart();
    Timestamp after = node.clock(now());
    assertTrue(after.isAfter(before), before + ", and then " + after);
  }

  @Test
  void aRestartForgetsNothingThatWasCommitted() {
    lead();
    for (String key : List.of("a", "b", "c")) {
      write(key);
      long slot = replica().replica().applied();
      restart();
      lead();
      assertTrue(replica().replica().applied() >= slot);
      assertTrue(holds(key), key);
    }
  }
}
