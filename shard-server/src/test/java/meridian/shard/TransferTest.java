package meridian.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import meridian.model.Hlc;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Message;
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
import meridian.paxos.Ballot;
import meridian.paxos.FastPath;
import meridian.paxos.PaxosMessage;
import meridian.paxos.Timing;
import meridian.storage.CorruptRecord;
import meridian.storage.StateStore;
import meridian.storage.Tables;
import meridian.storage.lmdb.StoredRecords;
import meridian.storage.memory.MemoryDisk;
import meridian.storage.memory.MemoryLogStore;
import org.junit.jupiter.api.Test;

/// A follower whose log no longer joins on to anybody's gets the state instead, piece by piece.
class TransferTest {
  private static final ShardId SHARD = new ShardId(1);
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final NodeId COORDINATOR = new NodeId(70_000);
  private static final List<NodeId> REPLICAS = List.of(A, B, C);
  private static final Layout LAYOUT =
      new Layout(
          new ShardMap(1, List.of(new ShardMap.Shard(SHARD, KeyRange.ALL, 0, REPLICAS))),
          List.of(A));

  /// Flushes and cuts at every turn.
  private static final Tuning EAGER =
      new Tuning(Timing.WIDE_AREA, Settings.DEFAULT, 1, 1, 1, 0, 500, FastPath.OFF);

  private record Letter(NodeId from, NodeId to, Message message) {}

  private static final class Machine {
    final MemoryDisk disk = new MemoryDisk(new StoredRecords());
    MemoryLogStore log = disk.openLog();
    StateStore state = disk.openState();
    ShardNode node;
    boolean up = true;

    Machine(NodeId id, Now now) {
      node = boot(id, now);
    }

    final ShardNode boot(NodeId id, Now now) {
      return new ShardNode(
          id,
          LAYOUT,
          EAGER,
          new Hlc(Timestamp.ZERO, 500),
          log.recoveredClockBound(),
          log.recovered(),
          state,
          new Random(id.number()),
          now);
    }

    ShardReplica replica() {
      return node.replica(SHARD).orElseThrow();
    }
  }

  private final Map<NodeId, Machine> machines = new LinkedHashMap<>();
  private final List<Letter> letters = new ArrayList<>();
  private final List<Letter> delivered = new ArrayList<>();
  private long micros = 1;
  private int txns;

  TransferTest() {
    REPLICAS.forEach(id -> machines.put(id, new Machine(id, now())));
  }

  private Now now() {
    return new Now(micros, 1_000_000_000_000L + micros);
  }

  private void step(NodeId id, Input input) {
    Machine machine = machines.get(id);
    if (!machine.up) {
      return;
    }
    Effects out = new Effects();
    machine.node.step(input, now(), out);
    machine.node.finish(now(), out);
    machine.log.commit(out.writes());
    out.sendsAhead().forEach(s -> letters.add(new Letter(id, s.to(), s.message())));
    out.sends().forEach(s -> letters.add(new Letter(id, s.to(), s.message())));
    for (var flush : out.flushes()) {
      machine.state.flush(flush);
      step(id, new Input.Flushed(flush.shard(), flush.tables().slot()));
    }
  }

  private void deliver(Predicate<Letter> which) {
    for (int steps = 0; steps < 20_000; steps++) {
      var next = letters.stream().filter(which).findFirst();
      if (next.isEmpty()) {
        return;
      }
      letters.remove(next.get());
      delivered.add(next.get());
      if (machines.containsKey(next.get().to())) {
        Letter letter = next.get();
        step(
            letter.to(),
            new Input.Deliver(
                letter.from(), Timestamp.ofMicros(now().wallMicros()), letter.message()));
      }
    }
    throw new AssertionError("no end of " + letters.getFirst());
  }

  private static Predicate<Letter> among(NodeId... nodes) {
    List<NodeId> side = List.of(nodes);
    return l -> side.contains(l.from()) && (side.contains(l.to()) || l.to().equals(COORDINATOR));
  }

  /// Time passes for some, who hear only each other; what others are sent is lost.
  private void run(long passing, NodeId... nodes) {
    for (long left = passing; left > 0; left -= 50_000) {
      micros += 50_000;
      for (NodeId node : nodes) {
        step(node, new Input.Tick());
      }
      deliver(among(nodes));
      letters.clear();
    }
  }

  private void write(NodeId leader, String key, int bytes, NodeId... alive) {
    TxnId txn = new TxnId(Timestamp.ofMicros(now().wallMicros()), 1, ++txns, 0);
    Timestamp ts = Timestamp.ofMicros(now().wallMicros());
    TxnPart part =
        TxnPart.of(
            txn,
            SHARD,
            ts,
            ts.plusMillis(10_000),
            COORDINATOR,
            List.of(SHARD),
            List.of(),
            List.of(new Write.Put(Key.utf8(key), Value.wrap(new byte[bytes]))));
    step(leader, new Input.Deliver(COORDINATOR, ts, new ParticipantMessage.PrepareTxn(part)));
    deliver(among(alive));
  }

  private boolean leads(NodeId node) {
    return machines.get(node).replica().leading().isPresent();
  }

  /// A leads, B follows, C has been away while 120 keys of 20 KB were written and the log was cut.
  private void leaveBehind() {
    run(1_000_000, A, B);
    assertTrue(leads(A));
    for (int i = 0; i < 120; i++) {
      write(A, String.format("k%03d", i), 20_000, A, B);
    }
    run(1_000_000, A, B);
    assertTrue(machines.get(A).replica().log().slotFirst() > 100, "the log was not cut");
  }

  private List<PaxosMessage.SnapshotFetch> fetches() {
    return delivered.stream()
        .map(Letter::message)
        .filter(PaxosMessage.SnapshotFetch.class::isInstance)
        .map(PaxosMessage.SnapshotFetch.class::cast)
        .toList();
  }

  private void catchUp(NodeId leader) {
    run(3_000_000, leader, C);
    assertEquals(
        machines.get(leader).replica().ledger().digest(),
        machines.get(C).replica().ledger().digest());
    assertTrue(machines.get(C).replica().ledger().isWhole());
  }

  @Test
  void aFollowerBehindTheCutLogGetsTheStateInPiecesAndThenTheLog() {
    leaveBehind();
    catchUp(A);
    assertTrue(fetches().size() >= 4, "in one piece: " + fetches());
    assertEquals(
        fetches().size(),
        fetches().stream().map(PaxosMessage.SnapshotFetch::after).distinct().count(),
        "a piece was sent twice");
  }

  /// Nobody holds a frozen copy: what is written meanwhile goes on, and ends up in the copy too.
  @Test
  void theLeaderGoesOnWritingWhileTheStateIsCopied() {
    leaveBehind();
    int before = fetches().size();
    for (int i = 0; i < 40; i++) {
      write(A, String.format("k%03d", (i * 37) % 140), 10_000 + i, A, B);
      run(50_000, A, B, C);
    }
    assertTrue(fetches().size() > before);
    catchUp(A);
  }

  /// The cursor names content, so another holder of the shard can take over where one has died.
  @Test
  void aTransferWhoseSourceDiesGoesOnFromItsCursorAtAnother() {
    leaveBehind();
    micros += 200_000;
    step(A, new Input.Tick());
    deliver(among(A, C).and(l -> fetches().size() < 3));
    assertEquals(3, fetches().size());
    PaxosMessage.Cursor reached = fetches().getLast().after();
    letters.clear();
    machines.get(A).up = false;

    run(4_000_000, B, C);
    assertTrue(leads(B), "C is not whole, so it is B who leads");
    catchUp(B);
    List<PaxosMessage.Cursor> after =
        fetches().stream().skip(3).map(PaxosMessage.SnapshotFetch::after).toList();
    assertFalse(after.isEmpty());
    assertTrue(
        after.stream().noneMatch(new PaxosMessage.Cursor.Keys(Key.EMPTY)::equals),
        "it began again: " + after);
    assertEquals(reached, after.getFirst());
  }

  @Test
  void aPieceThatIsLostIsAskedForAgainAndNothingElseIs() {
    leaveBehind();
    micros += 200_000;
    step(A, new Input.Tick());
    deliver(
        among(A, C)
            .and(
                l ->
                    !(l.message() instanceof PaxosMessage.SnapshotChunk && fetches().size() == 2)));
    letters.clear();
    catchUp(A);
    assertEquals(fetches().get(1), fetches().get(2));
    assertEquals(
        fetches().size() - 1,
        fetches().stream().map(PaxosMessage.SnapshotFetch::after).distinct().count());
  }

  /// A state that is still being pieced together is not read, and its owner does not lead.
  @Test
  void aReplicaWhoseStateIsNotWholeNeitherAnswersReadsNorLeads() {
    leaveBehind();
    micros += 200_000;
    step(A, new Input.Tick());
    deliver(among(A, C).and(l -> fetches().size() < 3));
    letters.clear();
    assertFalse(machines.get(C).replica().ledger().isWhole());
    machines.get(A).up = false;
    for (int i = 0; i < 40; i++) {
      micros += 100_000;
      step(C, new Input.Tick());
      assertTrue(
          letters.stream().noneMatch(l -> l.message() instanceof PaxosMessage.PreVote),
          "it wants to lead");
      letters.clear();
    }
  }

  /// Rows may show what the log is going to say: until it has said it, some keys are newer than
  /// others, and together they were never so.
  @Test
  void aCopyWhoseSourceWentOnIsNotWholeBeforeTheLogHasComeAsFar() {
    leaveBehind();
    micros += 200_000;
    step(A, new Input.Tick());
    deliver(among(A, C).and(l -> fetches().size() < 3));
    long offered = fetches().getLast().slot();
    write(A, "k119", 10, A, B);
    micros += 50_000;
    step(A, new Input.Tick());
    deliver(among(A, B));

    deliver(among(A, C).and(l -> !(l.message() instanceof PaxosMessage.Accept)));
    ShardReplica c = machines.get(C).replica();
    assertEquals(offered, c.replica().applied(), "the copy is there");
    assertFalse(c.ledger().isWhole(), "it shows a key of a later slot");
    catchUp(A);
  }

  /// What is on disk says that it is half a copy.
  @Test
  void aRestartInTheMiddleOfATransferLosesNothing() {
    leaveBehind();
    micros += 200_000;
    step(A, new Input.Tick());
    deliver(among(A, C).and(l -> fetches().size() < 3));
    letters.clear();
    Machine c = machines.get(C);
    c.disk.crashKeeping(0);
    c.log = c.disk.openLog();
    c.state = c.disk.openState();
    c.node = c.boot(C, now());
    assertFalse(c.replica().ledger().isWhole(), "half a copy taken for a state");
    catchUp(A);
  }

  @Test
  void aLateAcceptFromBeforeTheSnapshotDoesNoHarm() {
    leaveBehind();
    micros += 500_000;
    step(A, new Input.Tick());
    List<Letter> early =
        letters.stream()
            .filter(l -> l.to().equals(C) && l.message() instanceof PaxosMessage.Accept)
            .toList();
    catchUp(A);
    letters.addAll(early);
    deliver(among(A, C));
    catchUp(A);
  }

  /// A source may die after it has sent a piece, and the next one may not know yet that the newest
  /// write in it is chosen. Its older state then does not hold the key, which is not a deletion.
  @Test
  void whatTheNextSourceHasNotAppliedYetIsNotTakenForDeleted() {
    leaveBehind();
    write(A, "a", 20_000, A, B);
    micros += 200_000;
    step(A, new Input.Tick());
    deliver(among(A, C).and(l -> fetches().size() < 2));
    letters.clear();
    Key key = Key.utf8("a");
    assertTrue(machines.get(C).state.version(SHARD, key, Timestamp.MAX).isPresent());
    assertTrue(machines.get(B).replica().ledger().versions().latest(key).isEmpty());
    machines.get(A).up = false;

    run(4_000_000, B, C);
    assertTrue(leads(B));
    catchUp(B);
    assertTrue(
        machines.get(C).replica().ledger().versions().latest(key).orElseThrow().value().isPresent(),
        "the write is gone");
  }

  /// The log may bring more than the transfer would while a piece is on its way to disk.
  @Test
  void aTransferThatIsOvertakenWhileItStoresAPieceEndsWhenThePieceIsStored() {
    leaveBehind();
    Machine source = machines.get(A);
    var tables = source.state.tables(SHARD).orElseThrow();
    var offer = new PaxosMessage.SnapshotOffer(SHARD, new Ballot(1, A), tables);
    var sending = new Transfer(SHARD, source.state);
    var receiving = new Transfer(SHARD, machines.get(C).state);
    Effects asked = new Effects();
    receiving.onOffer(offer, A, 0, 0, now(), asked);
    var fetch = (PaxosMessage.SnapshotFetch) asked.sendsAhead().getFirst().message();
    Effects sent = new Effects();
    sending.onFetch(fetch, C, source.replica().log(), now(), sent);
    var chunk = (PaxosMessage.SnapshotChunk) sent.sendsAhead().getFirst().message();
    assertTrue(
        receiving.onChunk(chunk, machines.get(C).replica().ledger(), Tables.empty()).isPresent());

    long applied = tables.slot() + 1;
    receiving.onOffer(offer, B, applied, 0, now(), new Effects());
    assertTrue(receiving.stored(now(), new Effects()).isEmpty());
    receiving.tick(applied, now(), new Effects());
    assertFalse(receiving.isReceiving());
  }

  private boolean isReadable(NodeId node, String key) {
    try {
      return machines.get(node).state.version(SHARD, Key.utf8(key), Timestamp.MAX).isPresent();
    } catch (CorruptRecord damaged) {
      return false;
    }
  }

  /// Nobody reads the key: it is found all the same, before another copy of it is lost.
  @Test
  void damageIsFoundByScrubbingAndRepairedFromAPeer() {
    leaveBehind();
    machines.get(A).disk.corruptVersion(SHARD, Key.utf8("k007"), new Random(1));
    assertFalse(isReadable(A, "k007"));
    run(10_000_000, A, B);
    assertTrue(isReadable(A, "k007"));
  }

  /// On the side that sends and on the side that receives.
  @Test
  void aTransferGetsPastDamage() {
    leaveBehind();
    machines.get(A).disk.corruptVersion(SHARD, Key.utf8("k001"), new Random(1));
    micros += 200_000;
    step(A, new Input.Tick());
    deliver(among(A, C).and(l -> fetches().size() < 2));
    letters.clear();
    run(10_000_000, A, B, C);
    assertTrue(isReadable(A, "k001"));
    catchUp(A);
    assertTrue(isReadable(C, "k001"));
  }
}
