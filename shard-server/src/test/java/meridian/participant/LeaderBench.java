package meridian.participant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import meridian.model.Hlc;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.Observed;
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
import meridian.paxos.Ballot;
import meridian.paxos.Command;
import meridian.paxos.Electorate;
import meridian.paxos.FastPath;
import meridian.paxos.Log;
import meridian.paxos.LogEntry;
import meridian.paxos.PaxosMessage;
import meridian.paxos.Tentative;
import meridian.shard.Layout;
import meridian.shard.ShardNode;
import meridian.shard.ShardReplica;
import meridian.shard.Tuning;
import meridian.sim.DurableLog;
import meridian.storage.StateStore;
import meridian.storage.lmdb.StoredRecords;
import meridian.storage.memory.MemoryDisk;

/// A node that leads a shard of three replicas. The other two are played by the test: what the
/// leader appends is chosen when, and only when, the test says so.
public final class LeaderBench {
  public static final NodeId SELF = new NodeId(1);
  public static final NodeId PEER = new NodeId(2);
  public static final NodeId OTHER_PEER = new NodeId(3);

  /// Counts votes, and asks.
  public static final NodeId COORDINATOR = new NodeId(70_000);

  public static final ShardId SHARD = new ShardId(1);
  public static final ShardId ELSEWHERE = new ShardId(2);

  /// With an electorate, however near the others are.
  public static final FastPath FAST = new FastPath(true, 0, 0);

  private static final long START_MICROS = 1_000_000_000_000L;
  private static final List<NodeId> REPLICAS = List.of(SELF, PEER, OTHER_PEER);

  public static final Layout LAYOUT =
      new Layout(
          new ShardMap(
              1,
              List.of(
                  new ShardMap.Shard(SHARD, KeyRange.of(Key.EMPTY, Key.utf8("m")), 3, REPLICAS),
                  new ShardMap.Shard(ELSEWHERE, KeyRange.from(Key.utf8("m")), 1, REPLICAS))),
          REPLICAS);

  /// What has left the node and was not looked at yet.
  public final List<Effects.Send> sent = new ArrayList<>();

  public final DurableLog disk = new DurableLog();
  public final ShardNode node;
  private final StateStore state = new MemoryDisk(new StoredRecords()).openState();
  private final Settings settings;
  private final FastPath fastPath;
  private long micros = 1;
  private long probe;
  private long sequence;

  public LeaderBench() {
    this(Settings.DEFAULT);
  }

  public LeaderBench(Settings settings) {
    this(settings, FastPath.OFF);
  }

  public LeaderBench(Settings settings, FastPath fastPath) {
    this.settings = settings;
    this.fastPath = fastPath;
    this.node = start();
    elect();
  }

  private ShardNode start() {
    Tuning usual = Tuning.DEFAULT;
    Tuning tuning =
        new Tuning(
            usual.timing(),
            settings,
            usual.flushBytes(),
            usual.flushEntries(),
            usual.flushMicros(),
            usual.retainedEntries(),
            usual.clockOffsetMillisMax(),
            fastPath);
    return new ShardNode(
        SELF,
        LAYOUT,
        tuning,
        new Hlc(Timestamp.ZERO, 500),
        Timestamp.ZERO,
        new TreeMap<>(),
        state,
        new Random(1),
        now());
  }

  private Now now() {
    return new Now(micros, START_MICROS + micros);
  }

  public Timestamp clock() {
    return Timestamp.ofMicros(START_MICROS + micros);
  }

  public ShardReplica replica() {
    return node.replica(SHARD).orElseThrow();
  }

  public Ledger ledger() {
    return replica().ledger();
  }

  public Log log() {
    return replica().log();
  }

  public Ballot ballot() {
    return replica().promised();
  }

  private void elect() {
    tick();
    Ballot first = new Ballot(1, SELF);
    from(PEER, new PaxosMessage.PreVoteReply(SHARD, first, true, Ballot.ZERO));
    from(PEER, new PaxosMessage.Promise(SHARD, first, Ballot.ZERO, 0, 1, 0));
    assertTrue(replica().leading().isPresent());
    chooseAll();
    sent.clear();
  }

  /// Another replica is heard of, which claims to lead.
  public void depose() {
    from(PEER, new PaxosMessage.Prepare(SHARD, new Ballot(9, PEER)));
  }

  /// Another replica leads, in a higher ballot and from the whole of this one's log.
  ///
  /// @return its ballot
  public Ballot follow(NodeId leader, Electorate electorate) {
    Ballot ballot = new Ballot(ballot().round() + 1, leader);
    long slot = log().slotLast() + 1;
    Command barrier = new Command.Barrier(ballot, electorate, Optional.empty());
    accept(ballot, slot, List.of(new LogEntry(slot, ballot, barrier)));
    sent.clear();
    return ballot;
  }

  /// The leader that is followed sends the next entries of its log.
  public void accept(Ballot ballot, long barrierSlot, List<LogEntry> entries) {
    long prev = entries.getFirst().slot() - 1;
    from(
        ballot.leader(),
        new PaxosMessage.Accept(
            SHARD,
            ballot,
            barrierSlot,
            prev,
            log().originOf(prev),
            entries,
            entries.getLast().slot(),
            0,
            0));
  }

  /// The leader that is followed sends one more entry.
  public void accept(Ballot ballot, Command command) {
    long slot = log().slotLast() + 1;
    accept(ballot, 1, List.of(new LogEntry(slot, ballot, command)));
  }

  /// Leads again after `depose`, from what it had.
  public void leadAgain() {
    leadAgain(PEER, Ballot.ZERO, List.of());
  }

  /// Leads again with the promise of a replica that shows some votes on the fast path.
  public void leadAgain(NodeId promiser, Ballot logBallot, List<Tentative> votes) {
    long round = ballot().round() + 1;
    for (int i = 0; i < 60 && replica().leading().isEmpty(); i++) {
      // Short enough to meet the candidate before it gives up.
      pass(200_000);
      Ballot next = new Ballot(round, SELF);
      from(promiser, new PaxosMessage.PreVoteReply(SHARD, next, true, Ballot.ZERO));
      from(promiser, new PaxosMessage.Promise(SHARD, next, logBallot, 0, 1, 0, votes));
    }
    assertTrue(replica().leading().isPresent());
  }

  public void tick() {
    step(new Input.Tick());
  }

  /// Time passes, the node notices, and its followers answer, though they vote for nothing new.
  public void pass(long passing) {
    for (long left = passing; left > 0; left -= 400_000) {
      micros += Math.min(left, 400_000);
      tick();
      if (replica().leading().isPresent()) {
        from(PEER, new PaxosMessage.Accepted(SHARD, ballot(), 0, 0));
      }
    }
  }

  public void from(NodeId sender, Message message) {
    step(new Input.Deliver(sender, clock(), message));
  }

  public void ask(ParticipantMessage message) {
    from(COORDINATOR, message);
  }

  private void step(Input input) {
    Effects out = new Effects();
    node.step(input, now(), out);
    node.finish(now(), out);
    release(out);
  }

  private void release(Effects out) {
    for (var write : out.writes()) {
      if (shardOf(write).filter(SHARD::equals).isPresent()) {
        disk.apply(write);
      }
    }
    for (Effects.Send send : out.sendsAhead()) {
      assertFalse(
          send.message() instanceof CoordinatorMessage.Voted,
          () -> "left before the sync: " + send);
      if (send.message() instanceof PaxosMessage.Accept accept && accept.shard().equals(SHARD)) {
        probe = Math.max(probe, accept.probe());
      }
      sent.add(send);
    }
    List<Effects.Send> toSelf = new ArrayList<>();
    for (Effects.Send send : out.sends()) {
      if (send.to().equals(SELF)) {
        toSelf.add(send);
      } else {
        sent.add(send);
      }
    }
    toSelf.forEach(send -> from(SELF, send.message()));
    out.flushes()
        .forEach(
            flush -> {
              state.flush(flush);
              step(new Input.Flushed(flush.shard(), flush.tables().slot()));
            });
  }

  private static Optional<ShardId> shardOf(meridian.storage.LogWrite write) {
    return switch (write) {
      case meridian.storage.LogWrite.Append w -> Optional.of(w.shard());
      case meridian.storage.LogWrite.Truncate w -> Optional.of(w.shard());
      case meridian.storage.LogWrite.Cut w -> Optional.of(w.shard());
      case meridian.storage.LogWrite.Ballots w -> Optional.of(w.shard());
      case meridian.storage.LogWrite.Repaired w -> Optional.of(w.shard());
      case meridian.storage.LogWrite.Vote w -> Optional.of(w.shard());
      case meridian.storage.LogWrite.VoteDropped w -> Optional.of(w.shard());
      case meridian.storage.LogWrite.ClockBound w -> Optional.empty();
    };
  }

  /// A second replica has everything up to a slot.
  public void choose(long slot) {
    from(PEER, new PaxosMessage.Accepted(SHARD, ballot(), slot, 0));
  }

  /// The leader that is followed says that everything up to a slot is chosen.
  public void choose(Ballot ballot, long slot) {
    from(
        ballot.leader(),
        new PaxosMessage.Accept(
            SHARD, ballot, 1, slot, log().originOf(slot), List.of(), slot, slot, 0));
  }

  public void chooseAll() {
    choose(log().slotLast());
  }

  /// A second replica answers the newest question whether this one leads.
  public void confirm() {
    from(PEER, new PaxosMessage.Accepted(SHARD, ballot(), 0, probe));
  }

  // ---- transactions

  /// An id; those minted later are younger.
  public TxnId txn() {
    return new TxnId(clock().minusMillis(1_000), 7, ++sequence, 0);
  }

  public TxnPart part(TxnId txn, List<Observed> reads, Write... writes) {
    return part(txn, List.of(SHARD, ELSEWHERE), reads, writes);
  }

  public TxnPart part(
      TxnId txn, List<ShardId> participants, List<Observed> reads, Write... writes) {
    return TxnPart.of(
        txn,
        SHARD,
        clock(),
        clock().plusMillis(10_000),
        COORDINATOR,
        participants,
        reads,
        List.of(writes));
  }

  public static Write put(String key, String value) {
    return new Write.Put(Key.utf8(key), Value.utf8(value));
  }

  public Observed sees(String key) {
    return new Observed(KeyRange.point(Key.utf8(key)), ledger().slot());
  }

  public Observed sees(String first, String end) {
    return new Observed(KeyRange.of(Key.utf8(first), Key.utf8(end)), ledger().slot());
  }

  public void prepare(TxnPart part) {
    ask(new ParticipantMessage.PrepareTxn(part));
  }

  public void decide(TxnId txn, meridian.paxos.Decision decision) {
    ask(new ParticipantMessage.Decided(SHARD, txn, decision));
  }

  /// Prepares a part alone and has it chosen.
  public TxnPart prepared(TxnId txn, List<Observed> reads, Write... writes) {
    TxnPart part = part(txn, reads, writes);
    prepare(part);
    chooseAll();
    assertTrue(ledger().prepared().containsKey(txn), () -> txn + " is not prepared: " + sent);
    return part;
  }

  public void commit(TxnId txn, Timestamp ts) {
    decide(txn, new meridian.paxos.Decision.Commit(ts));
    chooseAll();
  }

  /// Writes a key in a transaction of this shard alone.
  public Timestamp written(String key, String value) {
    TxnId txn = txn();
    prepare(part(txn, List.of(SHARD), List.of(), put(key, value)));
    long slot = log().slotLast();
    chooseAll();
    sent.clear();
    return ((Command.OnePhase) log().get(slot).command()).ts();
  }

  // ---- what came of it

  /// The messages of one kind that have left since the last call, in order.
  public <M extends Message> List<M> take(Class<M> kind) {
    List<M> found =
        sent.stream().map(Effects.Send::message).filter(kind::isInstance).map(kind::cast).toList();
    sent.removeIf(send -> kind.isInstance(send.message()));
    return found;
  }

  public <M extends Message> M takeOne(Class<M> kind) {
    List<M> found = take(kind);
    assertEquals(1, found.size(), found::toString);
    return found.getFirst();
  }

  /// The votes of this replica that have left since the last call.
  public List<CoordinatorMessage.Vote> votes() {
    return take(CoordinatorMessage.Voted.class).stream()
        .flatMap(voted -> voted.votes().stream())
        .toList();
  }

  /// What the log says of a transaction, in order.
  public List<Command> about(TxnId txn) {
    List<Command> found = new ArrayList<>();
    for (long slot = log().slotFirst(); slot <= log().slotLast(); slot++) {
      LogEntry entry = log().get(slot);
      boolean is =
          switch (entry.command()) {
            case Command.Prepare p -> p.part().txn().equals(txn);
            case Command.OnePhase o -> o.part().txn().equals(txn);
            case Command.Fence f -> f.txn().equals(txn);
            case Command.Decide d -> d.txn().equals(txn);
            case Command.Barrier b -> false;
            case Command.TsLimit t -> false;
            case Command.Collect c -> false;
          };
      if (is) {
        found.add(entry.command());
      }
    }
    return found;
  }

  /// Why the log refuses a transaction, if it does.
  public Optional<meridian.model.AbortReason> refusal(TxnId txn) {
    return about(txn).stream()
        .filter(Command.Fence.class::isInstance)
        .map(command -> ((Command.Fence) command).reason())
        .findFirst();
  }

  public boolean isPrepared(TxnId txn) {
    return about(txn).stream().anyMatch(Command.Prepare.class::isInstance);
  }

  /// The timestamp at which the log prepared a transaction.
  public Timestamp ts(TxnId txn) {
    return about(txn).stream()
        .filter(Command.Prepare.class::isInstance)
        .map(command -> ((Command.Prepare) command).ts())
        .findFirst()
        .orElseThrow();
  }
}
