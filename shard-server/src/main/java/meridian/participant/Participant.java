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
import meridian.paxos.Electorate;
import meridian.paxos.LogEntry;
import meridian.paxos.PaxosMessage;
import meridian.paxos.Tentative;
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

  /// Votes that this replica has accepted or cast, and will report with the next batch.
  private final Unreported unreported = new Unreported();

  /// This replica's votes on the fast path.
  private final Tentatives tentatives;

  private final Electorates electorates;

  /// Kept while this replica leads, and from one time that it leads to the next.
  private final FastRatio fastRatio = new FastRatio();

  private final Logged logged;

  /// Questions about transactions that are in the log and not chosen yet.
  private final NavigableMap<TxnId, List<Asker>> askers = new TreeMap<>();

  /// How far other shards say that everything is settled there (rule G3).
  private final SortedMap<ShardId, Timestamp> resolvedElsewhere = new TreeMap<>();

  private long housekeptMicros;
  private long collectedMicros;

  private boolean diskFull;

  /// Of the shard, as this node's map last had it.
  private int generation;

  /// @param tentatives what this replica voted for on the fast path, in this life and before
  public Participant(
      ShardId shard,
      Settings settings,
      Group group,
      Ledger ledger,
      Tentatives tentatives,
      RandomGenerator random) {
    this.shard = shard;
    this.settings = settings;
    this.group = group;
    this.ledger = ledger;
    this.reads = new Reads(shard, settings, group, ledger);
    this.orphans = new Orphans(shard, settings, group, random);
    this.tentatives = tentatives;
    this.electorates = new Electorates(group, ledger);
    this.logged = new Logged(group, ledger);
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
    generation = owned.generation();
    switch (message) {
      case ParticipantMessage.PrepareTxn m -> onPrepareTxn(m, from, clock, out);
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

  private void onPrepareTxn(
      ParticipantMessage.PrepareTxn m, NodeId from, Timestamp clock, Effects out) {
    TxnPart part = m.part();
    if (part.hash() != part.expectedHash()) {
      busy(part, from, "the part does not have the hash it carries", out);
      return;
    }
    if (answerFromRecord(part, from, out)) {
      return;
    }
    if (voter.isEmpty() || !group.mayPropose()) {
      if (m.fast() && isElector()) {
        voteTentatively(part, from, clock, out);
      } else {
        out.sendAhead(
            from,
            new CoordinatorMessage.NotLeader(shard, group.promised(), Optional.of(part.txn()), 0));
      }
      return;
    }
    if (voter.get().isWaiting(part.txn())) {
      return;
    }
    if (diskFull) {
      busy(part, from, DISK_FULL, out);
    } else if (group.log().slotLast() - ledger.slot() > settings.unappliedMax()) {
      busy(part, from, "the shard has too much under way", out);
    } else {
      vote(voter.get(), m, from, clock, out);
    }
  }

  private void vote(
      Voter leading, ParticipantMessage.PrepareTxn m, NodeId from, Timestamp clock, Effects out) {
    TxnPart part = m.part();
    try {
      if (leading.vote(part, m.fast(), clock, out) == Voter.Answer.FULL) {
        busy(
            part,
            from,
            "too many transactions wait for locks of the shard, or what is undecided is too large",
            out);
      }
      if (VoteReads.wants(part)) {
        tellWhatWasRead(leading, part, from, out);
      }
    } catch (CorruptRecord damaged) {
      damaged.key().ifPresent(key -> damagedKey = Optional.of(key));
      busy(part, from, "a stored copy is damaged and is being fetched from a peer", out);
    }
  }

  /// Whether this replica may vote as a member of the electorate (rules E1 and P4). Between a
  /// promise and the log that belongs to it it may not: whoever got the promise counts on having
  /// seen all votes. A leader that restarted has forgotten what it said of its own ballot.
  private boolean isElector() {
    return group.logBallot().equals(group.promised())
        && electorates.present().contains(group.self())
        && !group.logBallot().leader().equals(group.self())
        && !group.isDamaged();
  }

  /// A member of the electorate is asked for a transaction that its log knows nothing of (rules E2
  /// to E4). One that cannot vote says nothing: the leader is asked, too.
  private void voteTentatively(TxnPart part, NodeId from, Timestamp clock, Effects out) {
    boolean isTimely =
        part.txn().begin().isAfter(ledger.watermark())
            && !part.ts().isAfter(clock.plusMillis(settings.aheadMillisMax()));
    Optional<Tentative> before = tentatives.of(part.txn());
    if (before.isEmpty()
        && (!isTimely || diskFull || !tentatives.vote(group.logBallot(), part, out))) {
      return;
    }
    TxnPart held = before.map(Tentative::part).orElse(part);
    if (held.hash() == part.hash()) {
      // Its timestamp may be another than the one asked for now: what was said first is repeated.
      unreported.add(from, group.logBallot(), electorates.present(), Votes.tentative(held));
    }
  }

  /// Tells what the vote on a part has read, if that is a YES. It may leave ahead of the vote: it
  /// counts for nothing before that is chosen.
  private void tellWhatWasRead(Voter leading, TxnPart part, NodeId to, Effects out) {
    Optional<LogEntry> entry = leading.tail().about(part.txn());
    if (entry.filter(e -> e.command() instanceof Command.Prepare).isPresent()) {
      long slot = entry.get().slot();
      VoteReads.pages(shard, generation, slot, part, leading.tail())
          .ifPresent(
              pages ->
                  out.sendAhead(
                      to,
                      new CoordinatorMessage.ReadAtVote(
                          shard, part.txn(), group.leading().orElseThrow(), slot, pages)));
    }
  }

  private static final long BUSY_RETRY_MICROS = 50_000;

  private static final String DISK_FULL = "the disk of the shard's leader is full: free some space";

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
        .flatMap(Votes::of)
        .ifPresent(
            voted -> unreported.add(from, group.logBallot(), electorates.present(), full(voted)));
    return entry.isPresent();
  }

  /// Whether a transaction of this id, but with other content, is in the log (protocol 2.1).
  private boolean isOtherContent(TxnPart part) {
    Tables.Prepared undecided = ledger.prepared().get(part.txn());
    return (undecided != null && undecided.part().hash() != part.hash())
        || unapplied(part.txn())
            .flatMap(Votes::of)
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
    return logged.about(txn);
  }

  /// A vote of this replica, with what it counts for on the fast path.
  private CoordinatorMessage.Vote full(CoordinatorMessage.Vote vote) {
    return voter.filter(v -> v.hasVotedFast(vote.txn())).isPresent() ? Votes.fast(vote) : vote;
  }

  /// This replica has accepted an entry in a ballot; whoever counts its vote will be told once that
  /// is durable (rule C5).
  public void accepted(Ballot ballot, LogEntry entry, Effects out) {
    logged.appended(entry);
    Optional<CoordinatorMessage.Vote> vote = Votes.of(entry);
    if (vote.isPresent()) {
      tentatives.drop(vote.get().txn(), out);
      NodeId to = Votes.coordinator(entry);
      if (!to.equals(NodeId.NONE)) {
        unreported.add(to, ballot, electorates.present(), full(vote.get()));
      }
    }
  }

  /// The log is a higher ballot's (rule P3).
  public void moved(Ballot ballot, List<LogEntry> undecided, Effects out) {
    logged.changed();
    tentatives.dropIf(vote -> vote.tag().isBelow(ballot), out);
    undecided.forEach(entry -> accepted(ballot, entry, out));
  }

  /// The electorate of the ballot that the log is of.
  public Electorate electorate() {
    return electorates.present();
  }

  /// Whether votes on the fast path may have been cast here in the ballot that the log is of.
  public boolean mayHaveVoted() {
    return electorates.present().contains(group.self());
  }

  /// What a new leader must prepare beyond the log that it starts from (rule B2); see
  /// `StateMachine`.
  ///
  /// @throws CorruptRecord if a version that tells is stored damaged here
  public List<Command.Prepare> adoptable(
      Ballot logBallot, List<LogEntry> suffix, SortedMap<NodeId, PaxosMessage.Promise> promises) {
    return new Adoption(ledger, suffix).of(logBallot, promises, group.peers().size() + 1);
  }

  /// Drops the votes on the fast path of which the log or the state tells, after one of them was
  /// replaced as a whole (rule P3).
  public void dropSuperfluous(Effects out) {
    logged.changed();
    tentatives.dropIf(
        vote ->
            vote.tag().isBelow(group.logBallot())
                || !vote.part().txn().begin().isAfter(ledger.watermark())
                || chosenStatus(vote.part().txn()).isPresent()
                || logged.about(vote.part().txn()).isPresent(),
        out);
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
      if (m.decision() instanceof Decision.Commit && !electorate().isEmpty()) {
        fastRatio.committed(m.fast());
      }
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
    if (m.asker().equals(shard)) {
      onStaleVote(m, out);
      return;
    }
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
      AbortReason reason = whyFenced(m);
      leading.fence(m.txn(), m.participants(), NodeId.NONE, reason, out);
    }
    List<Asker> waiting = askers.computeIfAbsent(m.txn(), t -> new ArrayList<>());
    if (!waiting.contains(asker)) {
      waiting.add(asker);
    }
  }

  /// A member of the electorate holds a vote that the log says nothing of (rule E5): the
  /// transaction is refused, so that the log does. One that waits for a lock will get into the log
  /// by itself.
  private void onStaleVote(ParticipantMessage.QueryOrFence m, Effects out) {
    if (voter.isEmpty() || !group.mayPropose()) {
      return;
    }
    Voter leading = voter.get();
    boolean isKnown =
        chosenStatus(m.txn()).isPresent() || leading.tail().about(m.txn()).isPresent();
    if (!isKnown
        && !leading.isWaiting(m.txn())
        && m.txn().begin().isAfter(leading.tail().watermark())) {
      String why = "it had reached nobody but a follower of " + shard;
      leading.fence(
          m.txn(),
          m.participants(),
          NodeId.NONE,
          AbortReason.of(AbortReason.Kind.RECOVERED, why),
          out);
    }
  }

  /// Why a transaction is kept out for good that somebody asks about: where new work has no room,
  /// for want of that.
  private AbortReason whyFenced(ParticipantMessage.QueryOrFence m) {
    if (diskFull) {
      return AbortReason.of(AbortReason.Kind.OVERLOADED, DISK_FULL);
    }
    String when = m.asker().equals(COORDINATOR) ? "its coordinator gave up" : m.asker() + " asked";
    return AbortReason.of(
        AbortReason.Kind.RECOVERED,
        "it was unfinished and had not reached " + shard + " when " + when);
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
    logged.applied(entry);
    if (entry.command() instanceof Command.Collect) {
      tentatives.dropIf(vote -> !vote.part().txn().begin().isAfter(ledger.watermark()), out);
    }
    horizon.applied(now);
    voter.ifPresent(
        leading -> {
          leading.tail().applied(entry);
          settled.ifPresent(part -> leading.tail().settled(part, entry.slot()));
          Votes.txn(entry).ifPresent(leading::applied);
          if (entry.command() instanceof Command.Decide d) {
            settled.ifPresent(part -> acknowledge(part, d, out));
          }
        });
    reads.changed();
    Votes.txn(entry).ifPresent(txn -> answerAskers(txn, out));
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
    voter = Optional.of(new Voter(settings, group, ledger, electorates.present()));
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
    if (now.monotonicMicros() - housekeptMicros < HOUSEKEEPING_MICROS) {
      return;
    }
    housekeptMicros = now.monotonicMicros();
    reportStaleVotes(now, out);
    if (voter.isEmpty()) {
      return;
    }
    reads.changed();
    if (!group.mayPropose()) {
      return;
    }
    voter.get().expire(clock, out);
    orphans
        .tick(undecidedInLog(), now, out)
        .forEach((txn, decision) -> voter.get().decide(txn, decision, out));
    if (now.monotonicMicros() - collectedMicros >= settings.collectMicros()) {
      collectedMicros = now.monotonicMicros();
      collect(clock, now, out);
    }
    if (!electorate().isEmpty() && fastRatio.isLoss(now.monotonicMicros())) {
      group.renew(false, now, out);
    } else if (fastRatio.isRested(now.monotonicMicros())) {
      group.renew(true, now, out);
    }
  }

  /// Tells the leader of votes that nothing has become of (rule E5): a coordinator that died when
  /// it had reached nobody else would keep others off the fast path for ever.
  private void reportStaleVotes(Now now, Effects out) {
    for (Tentative vote : tentatives.stale(now.monotonicMicros(), settings.orphanMicros())) {
      out.send(
          group.promised().leader(),
          new ParticipantMessage.QueryOrFence(
              shard, vote.part().txn(), vote.part().participants(), shard));
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
          vote(leading, new ParticipantMessage.PrepareTxn(part), part.coordinator(), clock, out);
        }
      }
      reads.serveWaiting(leading, now, out);
    }
    reads.snapshots().serveWaiting(now, out);
    unreported.report(shard, out);
  }

  private Optional<Key> damagedKey = Optional.empty();

  /// A key whose stored copy was found damaged since this was last asked.
  public Optional<Key> takeDamagedKey() {
    Optional<Key> key = damagedKey.or(reads::takeDamagedKey);
    damagedKey = Optional.empty();
    return key;
  }
}
