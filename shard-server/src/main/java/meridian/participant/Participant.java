package meridian.participant;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import meridian.model.AbortReason;
import meridian.model.Invariant;
import meridian.model.Key;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.node.Effects;
import meridian.node.Now;
import meridian.paxos.Ballot;
import meridian.paxos.Command;
import meridian.paxos.Decision;
import meridian.paxos.LogEntry;
import meridian.storage.CorruptRecord;
import meridian.storage.Tables;
import meridian.storage.TxnRecord;

/// One replica's part in transactions: every replica keeps the ledger and reports what it has
/// accepted; the leader votes, decides, and finishes what others left undone.
public final class Participant {
  private static final long HOUSEKEEPING_MICROS = 100_000;

  /// Who wants to know how this shard voted, once that is chosen.
  private record Asker(NodeId node, ShardId shard) implements Comparable<Asker> {
    @Override
    public int compareTo(Asker other) {
      int byNode = node.compareTo(other.node);
      return byNode != 0 ? byNode : shard.compareTo(other.shard);
    }
  }

  /// Names a coordinator as the asker of QueryOrFence.
  public static final ShardId COORDINATOR = new ShardId(-1);

  private final ShardId shard;
  private final Settings settings;
  private final Group group;
  private final Ledger ledger;
  private final Reads reads;
  private final Orphans orphans;
  private final Horizon horizon;
  private final ClosedTimestamps closed;

  /// Set while this replica leads.
  private Optional<Voter> voter = Optional.empty();

  /// Votes that this replica has accepted and will report with the next batch, by coordinator.
  private final NavigableMap<NodeId, List<CoordinatorMessage.Vote>> unreported = new TreeMap<>();

  private Ballot unreportedBallot = Ballot.ZERO;

  /// Questions about transactions that are in the log and not chosen yet.
  private final NavigableMap<TxnId, List<Asker>> askers = new TreeMap<>();

  /// How far other shards say that everything is settled there (rule G3).
  private final SortedMap<ShardId, Timestamp> resolvedElsewhere = new TreeMap<>();

  private long housekeptMicros;
  private long collectedMicros;

  private boolean diskFull;

  public Participant(
      ShardId shard, Settings settings, Group group, Ledger ledger, RandomGenerator random) {
    this.shard = shard;
    this.settings = settings;
    this.group = group;
    this.ledger = ledger;
    this.reads = new Reads(shard, settings, group, ledger);
    this.orphans = new Orphans(shard, settings, group, random);
    this.horizon = new Horizon(settings, ledger);
    this.closed = new ClosedTimestamps(settings);
  }

  public Ledger ledger() {
    return ledger;
  }

  /// Undecided transactions in the log, and those that wait for a lock; while this replica leads.
  public int undecided() {
    return voter.map(v -> v.tail().locks().size() + v.waiters()).orElse(ledger.prepared().size());
  }

  public void diskFull(boolean full) {
    diskFull = full;
  }

  /// Takes one message.
  ///
  /// @param clock this node's time; not its hybrid logical clock, which may have been led ahead
  /// @param owned the shard as this node's map has it
  public void on(
      ParticipantMessage message,
      NodeId from,
      Timestamp clock,
      ShardMap.Shard owned,
      Now now,
      Effects out) {
    switch (message) {
      case ParticipantMessage.PrepareTxn m -> onPrepareTxn(m.part(), from, clock, out);
      case ParticipantMessage.Decided m -> onDecided(m, from, out);
      case ParticipantMessage.QueryOrFence m -> onQueryOrFence(m, from, out);
      case ParticipantMessage.StatusReport m -> onStatusReport(m, out);
      case ParticipantMessage.ReadRequest m -> reads.on(m, from, owned, now, out);
      case ParticipantMessage.Resolved m ->
          resolvedElsewhere.merge(m.from(), m.through(), Timestamp::max);
      case ParticipantMessage.MapRequest m ->
          ledger
              .map()
              .ifPresent(
                  map -> out.sendAhead(from, new CoordinatorMessage.MapReply(shard, m.id(), map)));
    }
  }

  // ---- voting

  private void onPrepareTxn(TxnPart part, NodeId from, Timestamp clock, Effects out) {
    if (part.hash() != part.expectedHash()) {
      busy(part, from, "the part does not have the hash it carries", out);
      return;
    }
    if (answerFromRecord(part, from, out)) {
      return;
    }
    if (voter.isEmpty() || !group.mayPropose()) {
      out.sendAhead(
          from,
          new CoordinatorMessage.NotLeader(shard, group.promised(), Optional.of(part.txn()), 0));
      return;
    }
    if (voter.get().isWaiting(part.txn())) {
      return;
    }
    if (diskFull) {
      busy(part, from, "the disk of the shard's leader is full: free some space", out);
    } else if (group.log().slotLast() - ledger.slot() > settings.unappliedMax()) {
      busy(part, from, "the shard has too much under way", out);
    } else {
      vote(voter.get(), part, from, clock, out);
    }
  }

  private void vote(Voter leading, TxnPart part, NodeId from, Timestamp clock, Effects out) {
    try {
      if (leading.vote(part, clock, out) == Voter.Answer.FULL) {
        busy(
            part,
            from,
            "too many transactions wait for locks of the shard, or what is undecided is too large",
            out);
      }
    } catch (CorruptRecord damaged) {
      damaged.key().ifPresent(key -> damagedKey = Optional.of(key));
      busy(part, from, "a stored copy is damaged and is being fetched from a peer", out);
    }
  }

  private static final long BUSY_RETRY_MICROS = 50_000;

  private void busy(TxnPart part, NodeId to, String why, Effects out) {
    out.sendAhead(to, new CoordinatorMessage.Busy(shard, part.txn(), BUSY_RETRY_MICROS, why));
  }

  /// Answers with what is recorded of a transaction, which a resend never changes (rule L1). What
  /// is chosen proves itself; what is only accepted here counts as one vote.
  ///
  /// @return whether anything is recorded
  private boolean answerFromRecord(TxnPart part, NodeId from, Effects out) {
    if (isOtherContent(part)) {
      busy(part, from, "its id was used with other content before", out);
      return true;
    }
    Optional<TxnStatus> chosen = chosenStatus(part.txn());
    if (chosen.isPresent()) {
      out.sendAhead(from, new CoordinatorMessage.Status(shard, part.txn(), chosen.get()));
      return true;
    }
    Optional<LogEntry> entry = unapplied(part.txn());
    entry
        .flatMap(Participant::vote)
        .ifPresent(
            voted ->
                out.send(
                    from, new CoordinatorMessage.Voted(shard, group.logBallot(), List.of(voted))));
    return entry.isPresent();
  }

  /// Whether a transaction of this id, but with other content, is in the log (protocol 2.1).
  private boolean isOtherContent(TxnPart part) {
    Tables.Prepared undecided = ledger.prepared().get(part.txn());
    return (undecided != null && undecided.part().hash() != part.hash())
        || unapplied(part.txn())
            .flatMap(Participant::vote)
            .filter(v -> v.hash() != 0 && v.hash() != part.hash())
            .isPresent();
  }

  /// What the ledger, which holds chosen entries alone, proves of a transaction.
  private Optional<TxnStatus> chosenStatus(TxnId txn) {
    Tables.Prepared undecided = ledger.prepared().get(txn);
    if (undecided != null) {
      return Optional.of(new TxnStatus.Prepared(undecided.ts()));
    }
    return ledger.versions().outcome(txn).map(TxnRecord::decision).map(TxnStatus.Settled::new);
  }

  /// The entry about a transaction in the part of the log that is not applied yet.
  private Optional<LogEntry> unapplied(TxnId txn) {
    if (voter.isPresent()) {
      return voter.get().tail().about(txn);
    }
    for (long slot = Math.max(ledger.slot() + 1, group.log().slotFirst());
        slot <= group.log().slotLast();
        slot++) {
      LogEntry entry = group.log().get(slot);
      if (vote(entry).filter(v -> v.txn().equals(txn)).isPresent()) {
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }

  /// The vote that an entry is, if it is one.
  private static Optional<CoordinatorMessage.Vote> vote(LogEntry entry) {
    return switch (entry.command()) {
      case Command.Prepare p ->
          Optional.of(
              new CoordinatorMessage.Vote(
                  entry.slot(),
                  p.part().txn(),
                  p.part().hash(),
                  new CoordinatorMessage.Choice.Yes(p.ts())));
      case Command.OnePhase o ->
          Optional.of(
              new CoordinatorMessage.Vote(
                  entry.slot(),
                  o.part().txn(),
                  o.part().hash(),
                  new CoordinatorMessage.Choice.Done(o.ts())));
      case Command.Fence f ->
          Optional.of(
              new CoordinatorMessage.Vote(
                  entry.slot(), f.txn(), 0, new CoordinatorMessage.Choice.No(f.reason())));
      case Command.Decide d -> Optional.empty();
      case Command.Barrier b -> Optional.empty();
      case Command.TsLimit t -> Optional.empty();
      case Command.Collect c -> Optional.empty();
    };
  }

  private static NodeId coordinator(LogEntry entry) {
    return switch (entry.command()) {
      case Command.Prepare p -> p.part().coordinator();
      case Command.OnePhase o -> o.part().coordinator();
      case Command.Fence f -> f.coordinator();
      case Command.Decide d -> NodeId.NONE;
      case Command.Barrier b -> NodeId.NONE;
      case Command.TsLimit t -> NodeId.NONE;
      case Command.Collect c -> NodeId.NONE;
    };
  }

  /// This replica has accepted an entry in a ballot; whoever counts its vote will be told once that
  /// is durable (rule C5).
  public void accepted(Ballot ballot, LogEntry entry) {
    if (!ballot.equals(unreportedBallot)) {
      // What was accepted in a lower ballot and not reported yet is accepted in this one, too.
      unreported.clear();
      unreportedBallot = ballot;
    }
    NodeId to = coordinator(entry);
    if (!to.equals(NodeId.NONE)) {
      vote(entry).ifPresent(v -> unreported.computeIfAbsent(to, n -> new ArrayList<>()).add(v));
    }
  }

  // ---- deciding

  private void onDecided(ParticipantMessage.Decided m, NodeId from, Effects out) {
    Optional<TxnRecord> known = ledger.versions().outcome(m.txn());
    if (known.isPresent()) {
      checkAgreement(m.txn(), known.get().decision(), m.decision());
      out.sendAhead(
          from,
          new CoordinatorMessage.Status(
              shard, m.txn(), new TxnStatus.Settled(known.get().decision())));
      return;
    }
    // Only the active leader logs a decision (rule C4).
    if (voter.isEmpty() || !group.mayPropose()) {
      return;
    }
    Voter leading = voter.get();
    Optional<Decision> logged = leading.tail().decision(m.txn());
    if (logged.isPresent()) {
      checkAgreement(m.txn(), logged.get(), m.decision());
      return;
    }
    boolean isPrepared = leading.tail().undecided(m.txn()).isPresent();
    if (isPrepared) {
      leading.decide(m.txn(), m.decision(), out);
    } else if (m.decision() instanceof Decision.Abort abort) {
      // An abort of a transaction that is unknown here keeps it out for good (rule G3).
      if (m.txn().begin().isAfter(leading.tail().watermark())) {
        leading.fence(m.txn(), List.of(shard), NodeId.NONE, abort.reason(), out);
      }
    }
    // A commit of a transaction that this log lacks is for another leader: a deposed one gets them
    // too
    // (rule G2).
  }

  private void checkAgreement(TxnId txn, Decision known, Decision told) {
    Invariant.check(
        known.agreesWith(told), "%s: %s is decided as %s, and now as %s", shard, txn, known, told);
  }

  // ---- recovery

  private void onQueryOrFence(ParticipantMessage.QueryOrFence m, NodeId from, Effects out) {
    Asker asker = new Asker(from, m.asker());
    // From chosen entries only (rule R1): what is accepted here may yet be replaced.
    Optional<TxnStatus> chosen = chosenStatus(m.txn());
    if (chosen.isPresent()) {
      tell(asker, m.txn(), chosen.get(), out);
      return;
    }
    if (voter.isEmpty() || !group.mayPropose()) {
      if (m.asker().equals(COORDINATOR)) {
        out.sendAhead(
            from,
            new CoordinatorMessage.NotLeader(shard, group.promised(), Optional.of(m.txn()), 0));
      }
      return;
    }
    Voter leading = voter.get();
    if (leading.tail().about(m.txn()).isEmpty()) {
      if (!m.txn().begin().isAfter(ledger.watermark())) {
        tell(asker, m.txn(), new TxnStatus.Forgotten(), out);
        return;
      }
      AbortReason reason =
          AbortReason.of(
              AbortReason.Kind.RECOVERED,
              "it was unfinished and had not reached "
                  + shard
                  + " when "
                  + (m.asker().equals(COORDINATOR)
                      ? "its coordinator gave up"
                      : m.asker() + " asked"));
      leading.fence(m.txn(), m.participants(), NodeId.NONE, reason, out);
    }
    List<Asker> waiting = askers.computeIfAbsent(m.txn(), t -> new ArrayList<>());
    if (!waiting.contains(asker)) {
      waiting.add(asker);
    }
  }

  private void tell(Asker asker, TxnId txn, TxnStatus status, Effects out) {
    out.sendAhead(
        asker.node(),
        asker.shard().equals(COORDINATOR)
            ? new CoordinatorMessage.Status(shard, txn, status)
            : new ParticipantMessage.StatusReport(asker.shard(), shard, txn, status));
  }

  private void onStatusReport(ParticipantMessage.StatusReport m, Effects out) {
    Tables.Prepared undecided = ledger.prepared().get(m.txn());
    // An answer that cannot be acted on now is not taken note of, so that it is asked for again.
    if (voter.isEmpty()
        || !group.mayPropose()
        || undecided == null
        || voter.get().tail().decision(m.txn()).isPresent()) {
      return;
    }
    orphans.on(m, undecided).ifPresent(d -> voter.get().decide(m.txn(), d, out));
  }

  // ---- the log

  /// The next entry is chosen.
  ///
  /// @throws CorruptRecord if a version that it builds on is stored damaged; nothing has changed
  ///   then
  public void apply(LogEntry entry, Now now, Effects out) {
    Optional<TxnPart> settled = settledPart(entry);
    ledger.apply(entry);
    horizon.applied(now);
    voter.ifPresent(
        leading -> {
          leading.tail().applied(entry);
          settled.ifPresent(part -> leading.tail().settled(part, entry.slot()));
          leading.horizon(ledger.horizonSlot(), ledger.horizon());
          if (entry.command() instanceof Command.Decide d) {
            settled.ifPresent(part -> acknowledge(part, d, out));
          }
        });
    reads.changed();
    vote(entry).ifPresent(v -> answerAskers(v.txn(), out));
  }

  /// The part whose effect an entry brings about.
  private Optional<TxnPart> settledPart(LogEntry entry) {
    return switch (entry.command()) {
      case Command.Decide d ->
          Optional.ofNullable(ledger.prepared().get(d.txn())).map(Tables.Prepared::part);
      case Command.OnePhase o -> Optional.of(o.part());
      case Command.Prepare p -> Optional.empty();
      case Command.Fence f -> Optional.empty();
      case Command.Barrier b -> Optional.empty();
      case Command.TsLimit t -> Optional.empty();
      case Command.Collect c -> Optional.empty();
    };
  }

  private void acknowledge(TxnPart part, Command.Decide d, Effects out) {
    out.sendAhead(
        part.coordinator(),
        new CoordinatorMessage.Status(shard, d.txn(), new TxnStatus.Settled(d.decision())));
  }

  private void answerAskers(TxnId txn, Effects out) {
    List<Asker> waiting = askers.remove(txn);
    if (waiting != null) {
      TxnStatus status = chosenStatus(txn).orElseThrow();
      waiting.forEach(asker -> tell(asker, txn, status, out));
    }
  }

  public void lead() {
    voter = Optional.of(new Voter(settings, group, ledger));
    reads.changed();
  }

  public void follow(Effects out) {
    voter = Optional.empty();
    askers.clear();
    orphans.follow();
    reads.follow(out);
  }

  public void confirmed(long probe) {
    reads.confirmed(probe);
  }

  // ---- time

  /// Some time has passed.
  public void tick(Timestamp clock, Now now, Effects out) {
    if (voter.isPresent() && group.mayPropose()) {
      limitTime(voter.get(), clock, now, out);
    }
    if (voter.isEmpty() || now.monotonicMicros() - housekeptMicros < HOUSEKEEPING_MICROS) {
      return;
    }
    housekeptMicros = now.monotonicMicros();
    reads.changed();
    if (!group.mayPropose()) {
      return;
    }
    voter.get().expire(clock, out);
    orphans.tick(undecidedInLog(), now, out);
    if (now.monotonicMicros() - collectedMicros >= settings.collectMicros()) {
      collectedMicros = now.monotonicMicros();
      collect(clock, now, out);
    }
  }

  private NavigableMap<TxnId, Tables.Prepared> undecidedInLog() {
    NavigableMap<TxnId, Tables.Prepared> undecided = new TreeMap<>(ledger.prepared());
    undecided.keySet().removeIf(txn -> voter.orElseThrow().tail().decision(txn).isPresent());
    return undecided;
  }

  /// Logs a TsLimit where one is due.
  private void limitTime(Voter leading, Timestamp clock, Now now, Effects out) {
    Timestamp logged = leading.tail().tsLimit();
    Timestamp wanted = reads.limitWanted();
    if (leading.hasManyFloors() || ledger.hasManyFloors()) {
      wanted = Timestamp.max(wanted, Timestamp.max(leading.floorsMax(), logged.next()));
    }
    closed
        .due(clock, logged, reads.snapshots().wanted(), wanted, now)
        .ifPresent(limit -> leading.append(new Command.TsLimit(limit), out));
  }

  private void collect(Timestamp clock, Now now, Effects out) {
    Timestamp resolved = ledger.resolvedThrough();
    for (ShardId other : group.otherShards()) {
      for (NodeId replica : group.replicas(other)) {
        out.sendAhead(replica, new ParticipantMessage.Resolved(other, shard, resolved));
      }
    }
    Timestamp watermark = clock.minusMillis(settings.outcomeMillis());
    if (watermark.isAfter(voter.orElseThrow().tail().watermark())) {
      voter.get().append(horizon.collect(watermark, resolvedElsewhere, clock, now), out);
    }
  }

  /// Everything that had arrived was stepped.
  public void finish(Timestamp clock, Now now, Effects out) {
    if (voter.isPresent()) {
      Voter leading = voter.get();
      while (group.mayPropose() && leading.hasWoken()) {
        for (TxnPart part : leading.wake()) {
          vote(leading, part, part.coordinator(), clock, out);
        }
      }
      reads.serveWaiting(leading, now, out);
    }
    reads.snapshots().serveWaiting(now, out);
    unreported.forEach(
        (to, votes) -> out.send(to, new CoordinatorMessage.Voted(shard, unreportedBallot, votes)));
    unreported.clear();
  }

  private Optional<Key> damagedKey = Optional.empty();

  /// A key whose stored copy was found damaged since this was last asked.
  public Optional<Key> takeDamagedKey() {
    Optional<Key> key = damagedKey.or(reads::takeDamagedKey);
    damagedKey = Optional.empty();
    return key;
  }
}
