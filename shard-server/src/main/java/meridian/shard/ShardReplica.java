package meridian.shard;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.random.RandomGenerator;
import meridian.model.Invariant;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.model.Timestamp;
import meridian.mvcc.VersionStore;
import meridian.node.Effects;
import meridian.node.Now;
import meridian.participant.Group;
import meridian.participant.Ledger;
import meridian.participant.Participant;
import meridian.participant.ParticipantMessage;
import meridian.participant.Tentatives;
import meridian.paxos.Acceptor;
import meridian.paxos.Ballot;
import meridian.paxos.Command;
import meridian.paxos.Leader;
import meridian.paxos.Log;
import meridian.paxos.LogEntry;
import meridian.paxos.Membership;
import meridian.paxos.PaxosMessage;
import meridian.paxos.Replica;
import meridian.paxos.StateMachine;
import meridian.paxos.Tentative;
import meridian.storage.CorruptRecord;
import meridian.storage.LogWrite;
import meridian.storage.RecoveredLog;
import meridian.storage.SnapshotRow;
import meridian.storage.StateFlush;
import meridian.storage.StateReader;
import meridian.storage.Tables;
import meridian.storage.Version;

/// One shard on one node: a member of the group, the participant that its log drives, and the state
/// on disk that follows behind.
public final class ShardReplica implements StateMachine, Group {
  private static final long REPAIR_MICROS = 1_000_000;

  /// Every so often a few keys are read, so that damage is found before it is needed: a second copy
  /// may be lost by then.
  private static final long SCRUB_MICROS = 100_000;

  private static final int SCRUB_KEYS = 4;

  /// So many times rarer a shard is flushed in which nothing is written.
  private static final long IDLE_FLUSHES = 10;

  /// What is on its way to the state store, which takes one flush of a shard at a time.
  private enum Flushing {
    NOTHING,
    /// What gathered in memory.
    STATE,
    /// A piece of a snapshot that is being received.
    PIECE,
    /// A version fetched from a peer in place of a damaged one.
    REPAIR
  }

  private final ShardMap.Shard owned;
  private final Layout layout;
  private final Tuning tuning;
  private final StateReader state;
  private final RandomGenerator random;
  private final Replica replica;
  private final Transfer transfer;

  /// Votes on the fast path; they outlive the participant, which a snapshot replaces.
  private final Tentatives tentatives;

  private VersionStore versions;
  private Participant participant;

  private Flushing flushing = Flushing.NOTHING;

  /// The tables of the last flush that is durable.
  private Tables flushedTables;

  private long flushBegunMicros;

  /// When a damaged version was last asked for.
  private long repairAskedMicros = Long.MIN_VALUE / 2;

  private long damagesMet;
  private long repairsStored;

  /// Where scrubbing goes on, and when it last did.
  private Key scrubFrom = Key.EMPTY;

  private long scrubbedMicros;

  public ShardReplica(
      ShardMap.Shard owned,
      NodeId self,
      Layout layout,
      Tuning tuning,
      RecoveredLog recovered,
      StateReader state,
      RandomGenerator random,
      Now now,
      Effects out) {
    this.owned = owned;
    this.layout = layout;
    this.tuning = tuning;
    this.state = state;
    this.random = random;
    this.transfer = new Transfer(owned.id(), state);
    this.flushedTables = state.tables(owned.id()).orElse(Tables.empty());
    this.versions = new VersionStore(owned.id(), state);
    this.tentatives = new Tentatives(owned.id(), recovered.tentatives());
    this.participant = newParticipant(flushedTables);
    Acceptor acceptor = recover(recovered, out);
    Optional<ShardMap> firstMap =
        owned.id().equals(ShardId.DIRECTORY) ? Optional.of(layout.map()) : Optional.empty();
    this.replica =
        new Replica(
            owned.id(),
            new Membership(owned.replicas(), self),
            tuning.timing(),
            tuning.fastPath(),
            random,
            acceptor,
            flushedTables.slot(),
            this,
            firstMap,
            recovered.damaged(),
            now);
    this.replica.wholeFrom(flushedTables.wholeFromSlot());
    this.participant.dropSuperfluous(out);
  }

  /// The state is flushed before the log is cut, so the two join on, whatever a crash came between.
  private Acceptor recover(RecoveredLog recovered, Effects out) {
    long applied = flushedTables.slot();
    Invariant.check(
        recovered.cutThrough() <= applied,
        "%s: the log is cut through slot %s, the state is of slot %s",
        owned.id(),
        recovered.cutThrough(),
        applied);
    Ballot cutOrigin = recovered.cutThrough() == applied ? flushedTables.origin() : Ballot.ZERO;
    Log log = new Log(recovered.cutThrough(), cutOrigin, recovered.entries());
    if (log.slotLast() < applied || !log.matches(applied, flushedTables.origin())) {
      // The state came from a peer, and the log does not lead to it: nothing in it was chosen
      // beyond.
      out.write(new LogWrite.Truncate(owned.id(), log.slotFirst()));
      log = new Log(applied, flushedTables.origin(), List.of());
      out.write(new LogWrite.Cut(owned.id(), applied));
    }
    return new Acceptor(owned.id(), recovered.promised(), recovered.logBallot(), log, applied);
  }

  private Participant newParticipant(Tables tables) {
    Ledger ledger = new Ledger(owned.id(), versions, tables);
    return new Participant(owned.id(), tuning.settings(), this, ledger, tentatives, random);
  }

  public ShardMap.Shard shard() {
    return owned;
  }

  public Replica replica() {
    return replica;
  }

  public Participant participant() {
    return participant;
  }

  public Ledger ledger() {
    return participant.ledger();
  }

  // ---- inputs

  void on(PaxosMessage message, NodeId from, Now now, Effects out) {
    switch (message) {
      case PaxosMessage.SnapshotOffer m ->
          transfer.onOffer(m, from, replica.applied(), ledger().wholeFromSlot(), now, out);
      case PaxosMessage.SnapshotFetch m ->
          orRepair(() -> transfer.onFetch(m, from, log(), now, out), now, out);
      case PaxosMessage.SnapshotChunk m -> orRepair(() -> onChunk(m, out), now, out);
      case PaxosMessage.RepairFetch m -> onRepairFetch(m, from, out);
      case PaxosMessage.RepairRow m -> onRepairRow(m, out);
      default -> replica.on(message, from, now, out);
    }
  }

  void on(ParticipantMessage message, NodeId from, Now now, Effects out) {
    participant.on(message, from, Timestamp.ofMicros(now.wallMicros()), owned, now, out);
    repairDamage(now, out);
  }

  void diskFull(boolean full) {
    participant.diskFull(full);
  }

  void tick(Now now, Effects out) {
    replica.tick(now, out);
    participant.tick(Timestamp.ofMicros(now.wallMicros()), now, out);
    transfer.tick(replica.applied(), now, out);
    flushIfDue(now, out);
    scrub(now, out);
  }

  void finish(Now now, Effects out) {
    participant.finish(Timestamp.ofMicros(now.wallMicros()), now, out);
    replica.finish(now, out);
  }

  // ---- the state on disk

  private void flushIfDue(Now now, Effects out) {
    long behind = ledger().slot() - flushedTables.slot();
    boolean due =
        versions.unflushedBytes() >= tuning.flushBytes()
            || behind >= tuning.flushEntries()
            || (behind > 0 && now.monotonicMicros() - flushBegunMicros >= flushMicros());
    if (due && flushing == Flushing.NOTHING && !transfer.isReceiving()) {
      flushBegunMicros = now.monotonicMicros();
      begin(Flushing.STATE, versions.flush(ledger().tables()), out);
    }
  }

  /// A log that only tells how time passes need not be brought to disk so often.
  private long flushMicros() {
    return versions.unflushedBytes() > 0
        ? tuning.flushMicros()
        : IDLE_FLUSHES * tuning.flushMicros();
  }

  private StateFlush pending =
      new StateFlush(new ShardId(0), List.of(), List.of(), List.of(), Tables.empty());

  private void begin(Flushing what, StateFlush flush, Effects out) {
    flushing = what;
    pending = flush;
    out.flush(flush);
  }

  /// What was on its way to the state store is durable.
  void flushed(Now now, Effects out) {
    Flushing what = flushing;
    flushing = Flushing.NOTHING;
    Tables durable = pending.tables();
    switch (what) {
      case NOTHING ->
          Invariant.check(
              false, "%s: flushed slot %s, and nothing was to be", owned.id(), durable.slot());
      case STATE -> {
        versions.flushed();
        flushedTables = durable;
        cutLog(now, out);
      }
      case PIECE -> {
        flushedTables = durable;
        transfer.stored(now, out).ifPresent(tables -> restore(tables, out));
      }
      case REPAIR -> repairsStored++;
    }
  }

  private void cutLog(Now now, Effects out) {
    long through =
        Math.min(
            Math.min(flushedTables.slot(), log().slotLast() - tuning.retainedEntries()),
            transfer.cutThroughMax(now));
    replica.cut(through, out);
  }

  private void onChunk(PaxosMessage.SnapshotChunk m, Effects out) {
    if (flushing != Flushing.NOTHING) {
      return;
    }
    transfer
        .onChunk(m, ledger(), flushedTables)
        .ifPresent(
            flush -> {
              replica.wholeFrom(ledger().wholeFromSlot());
              begin(Flushing.PIECE, flush, out);
            });
  }

  /// The state has been replaced by a snapshot that is now durable.
  private void restore(Tables tables, Effects out) {
    if (tables.slot() <= replica.applied()) {
      return;
    }
    versions = new VersionStore(owned.id(), state);
    participant = newParticipant(tables);
    replica.wholeFrom(tables.wholeFromSlot());
    replica.restored(tables.slot(), tables.origin(), out);
    participant.dropSuperfluous(out);
  }

  // ---- damage

  /// How often a stored version was found damaged, by a reader or by scrubbing; the same one for as
  /// long as it is not repaired. It was never shown.
  public long damagesMet() {
    return damagesMet;
  }

  /// How often what a peer has of a damaged key was stored.
  public long repairsStored() {
    return repairsStored;
  }

  private void repairDamage(Now now, Effects out) {
    participant.takeDamagedKey().ifPresent(key -> askForRepair(key, now, out));
  }

  private void askForRepair(Key key, Now now, Effects out) {
    damagesMet++;
    if (now.monotonicMicros() - repairAskedMicros > REPAIR_MICROS) {
      repairAskedMicros = now.monotonicMicros();
      for (NodeId peer : peers()) {
        out.sendAhead(peer, new PaxosMessage.RepairFetch(owned.id(), key));
      }
    }
  }

  /// Reads the next keys of the state, and asks for what is damaged among them.
  private void scrub(Now now, Effects out) {
    if (now.monotonicMicros() - scrubbedMicros < SCRUB_MICROS) {
      return;
    }
    scrubbedMicros = now.monotonicMicros();
    try {
      List<SnapshotRow> rows = state.rows(owned.id(), KeyRange.from(scrubFrom), false, SCRUB_KEYS);
      scrubFrom = rows.size() < SCRUB_KEYS ? Key.EMPTY : rows.getLast().key().next();
    } catch (CorruptRecord damaged) {
      scrubFrom = damaged.key().map(Key::next).orElse(Key.EMPTY);
      damaged.key().ifPresent(key -> askForRepair(key, now, out));
    }
  }

  /// Does what damage may stand in the way of; it is asked for again once that is repaired.
  private void orRepair(Runnable step, Now now, Effects out) {
    try {
      step.run();
    } catch (CorruptRecord damaged) {
      damaged.key().ifPresent(key -> askForRepair(key, now, out));
    }
  }

  private void onRepairFetch(PaxosMessage.RepairFetch m, NodeId from, Effects out) {
    try {
      List<SnapshotRow> rows = state.rows(owned.id(), KeyRange.point(m.key()), false, 1);
      SnapshotRow row = rows.isEmpty() ? new SnapshotRow(m.key(), List.of()) : rows.getFirst();
      boolean whole = flushedTables.slot() >= flushedTables.wholeFromSlot();
      long slot = whole ? flushedTables.slot() : 0;
      out.sendAhead(from, new PaxosMessage.RepairRow(owned.id(), slot, row, ledger().horizon()));
    } catch (CorruptRecord damagedHereToo) {
      // Another peer may have it whole.
    }
  }

  private void onRepairRow(PaxosMessage.RepairRow m, Effects out) {
    if (flushing != Flushing.NOTHING) {
      return;
    }
    // A version from after what this replica has flushed would show too early.
    long shown = Math.max(flushedTables.slot(), flushedTables.wholeFromSlot());
    List<Version> known = m.row().versions().stream().filter(v -> v.slot() <= shown).toList();
    // Whoever has flushed as much and does not have a version has collected it.
    List<Key> repaired = m.slot() >= shown ? List.of(m.row().key()) : List.of();
    if (!known.isEmpty() || !repaired.isEmpty()) {
      // It may have collected what is not collected here yet.
      ledger().lose(m.horizon());
      flushedTables = flushedTables.withHorizon(m.horizon());
      List<SnapshotRow> rows =
          known.isEmpty() ? List.of() : List.of(new SnapshotRow(m.row().key(), known));
      begin(
          Flushing.REPAIR,
          new StateFlush(owned.id(), rows, List.of(), List.of(), flushedTables, repaired),
          out);
    }
  }

  // ---- StateMachine

  @Override
  public boolean apply(LogEntry entry, Now now, Effects out) {
    try {
      participant.apply(entry, now, out);
      return true;
    } catch (CorruptRecord damaged) {
      damaged.key().ifPresent(key -> askForRepair(key, now, out));
      return false;
    }
  }

  @Override
  public void accepted(Ballot ballot, LogEntry entry, Effects out) {
    participant.accepted(ballot, entry, out);
  }

  @Override
  public void moved(Ballot ballot, List<LogEntry> undecided, Effects out) {
    participant.moved(ballot, undecided, out);
  }

  @Override
  public List<Tentative> tentatives() {
    return tentatives.all();
  }

  @Override
  public boolean mayHaveVoted() {
    return participant.mayHaveVoted();
  }

  @Override
  public Optional<List<Command.Prepare>> adoptable(
      Ballot logBallot,
      List<LogEntry> suffix,
      SortedMap<NodeId, PaxosMessage.Promise> promises,
      Now now,
      Effects out) {
    try {
      return Optional.of(participant.adoptable(logBallot, suffix, promises));
    } catch (CorruptRecord damaged) {
      damaged.key().ifPresent(key -> askForRepair(key, now, out));
      return Optional.empty();
    }
  }

  @Override
  public void lead(Ballot ballot, Now now, Effects out) {
    participant.lead();
  }

  @Override
  public void follow(Effects out) {
    participant.follow(out);
  }

  @Override
  public void confirmed(long probe, Now now, Effects out) {
    participant.confirmed(probe);
  }

  @Override
  public void offerSnapshot(NodeId follower, Ballot ballot, Effects out) {
    transfer.offer(follower, ballot, out);
  }

  // ---- Group

  @Override
  public Optional<Ballot> leading() {
    return replica.leader().map(Leader::ballot);
  }

  @Override
  public boolean mayPropose() {
    return replica.mayPropose();
  }

  @Override
  public boolean barrierChosen() {
    return replica.leader().filter(Leader::barrierChosen).isPresent();
  }

  @Override
  public long propose(Command command, Effects out) {
    return replica.propose(command, out);
  }

  @Override
  public long probe() {
    return replica.leader().orElseThrow().probe();
  }

  @Override
  public Ballot promised() {
    return replica.acceptor().promised();
  }

  @Override
  public Ballot logBallot() {
    return replica.acceptor().logBallot();
  }

  @Override
  public Log log() {
    return replica.acceptor().log();
  }

  @Override
  public void renew(boolean fast, Now now, Effects out) {
    replica.renew(fast, now, out);
  }

  @Override
  public boolean isDamaged() {
    return replica.isDamaged();
  }

  @Override
  public NodeId self() {
    return replica.membership().self();
  }

  @Override
  public List<NodeId> peers() {
    return replica.membership().others();
  }

  @Override
  public List<NodeId> replicas(ShardId shard) {
    return layout.shards().stream()
        .filter(s -> s.id().equals(shard))
        .findFirst()
        .map(ShardMap.Shard::replicas)
        .orElse(List.of());
  }

  @Override
  public List<ShardId> otherShards() {
    return layout.map().shards().stream()
        .map(ShardMap.Shard::id)
        .filter(id -> !id.equals(owned.id()))
        .toList();
  }
}
