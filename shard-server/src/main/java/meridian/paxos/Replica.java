package meridian.paxos;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import meridian.model.Invariant;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.node.Effects;
import meridian.node.Now;
import meridian.storage.LogWrite;

/// One member of a group: acceptor, learner, and now and then candidate or leader. See
/// [PaxosMessage] for the conversation, [Acceptor] for what makes it safe.
public final class Replica {
  private static final int FETCH_ENTRIES_MAX = 2_048;
  private static final long FETCH_BYTES_MAX = 1024 * 1024;

  private final ShardId shard;
  private final Membership membership;
  private final Timing timing;
  private final FastPath fastPath;
  private final RandomGenerator random;
  private final Acceptor acceptor;
  private final StateMachine machine;

  /// What the first barrier of the group's first ballot carries (the directory's shard map).
  private final Optional<ShardMap> firstMap;

  /// The last slot whose entry the state machine has taken. At most `acceptor.chosenThrough`.
  private long applied;

  /// Set while this replica tries to lead, or leads; never both.
  private Optional<Candidate> candidate = Optional.empty();

  private Optional<Leader> leader = Optional.empty();

  /// Whether ballots that this replica leads are to have an electorate at all.
  private boolean fastWanted = true;

  /// When the leader of the promised ballot was last heard of, and how long to wait from then on.
  private long heardMicros;

  private long patienceMicros;

  /// The highest round seen anywhere, so that the next attempt is above it.
  private long roundSeen;

  /// The last slot for which this leader told itself that it is durable here.
  private long selfAcceptedSent;

  /// A state as of an earlier slot is still being pieced together from a snapshot: no leading.
  private long wholeFromSlot;

  /// Whether entries that were accepted here can no longer be read from the disk. Such a replica
  /// follows, but backs no promise and no vote until it has a leader's log again to its end
  /// (protocol 5).
  private boolean damaged;

  /// The ballot of the log in which the damage was found. Votes on the fast path may be lost with
  /// it, which no leader's log brings back: a member of that ballot's electorate stays damaged
  /// until its log is a higher ballot's.
  private final Ballot damagedIn;

  /// @param applied the last slot whose effect the state machine starts from
  public Replica(
      ShardId shard,
      Membership membership,
      Timing timing,
      FastPath fastPath,
      RandomGenerator random,
      Acceptor acceptor,
      long applied,
      StateMachine machine,
      Optional<ShardMap> firstMap,
      boolean damaged,
      Now now) {
    this.shard = shard;
    this.membership = membership;
    this.timing = timing;
    this.fastPath = fastPath;
    this.random = random;
    this.acceptor = acceptor;
    this.applied = applied;
    this.machine = machine;
    this.firstMap = firstMap;
    this.damaged = damaged;
    this.damagedIn = acceptor.logBallot();
    this.roundSeen = acceptor.promised().round();
    this.heardMicros = now.monotonicMicros();
    boolean first = membership.isPreferred() && acceptor.promised().equals(Ballot.ZERO);
    this.patienceMicros = first ? 0 : drawPatience();
  }

  public Acceptor acceptor() {
    return acceptor;
  }

  public Membership membership() {
    return membership;
  }

  /// The leader's part, while this replica leads.
  public Optional<Leader> leader() {
    return leader;
  }

  /// Who leads, as far as this replica knows: the owner of the highest ballot promised.
  public Ballot ballot() {
    return acceptor.promised();
  }

  /// Whether entries or votes that were accepted here can no longer be read.
  public boolean isDamaged() {
    return damaged;
  }

  public long applied() {
    return applied;
  }

  /// Whether new entries may be appended: this replica leads, and is not handing over.
  public boolean mayPropose() {
    return leader.isPresent() && !leader.get().isHandingOver();
  }

  /// Drops the front of the log, whose effect the state holds durably.
  public void cut(long slotThrough, Effects out) {
    acceptor.cut(slotThrough, out);
  }

  /// Appends a command to the log. Only while this replica leads.
  ///
  /// @return its slot
  public long propose(Command command, Effects out) {
    Leader leading = leader.orElseThrow();
    LogEntry entry = new LogEntry(acceptor.log().slotLast() + 1, leading.ballot(), command);
    acceptor.append(leading.ballot(), List.of(entry), out);
    machine.accepted(leading.ballot(), entry, out);
    return entry.slot();
  }

  /// Takes one message. From outside the group only an operator's request is heard.
  public void on(PaxosMessage message, NodeId from, Now now, Effects out) {
    if (!(membership.isMember(from) || message instanceof PaxosMessage.TransferLeader)) {
      return;
    }
    switch (message) {
      case PaxosMessage.PreVote m -> onPreVote(m, from, now, out);
      case PaxosMessage.PreVoteReply m -> onPreVoteReply(m, from, now, out);
      case PaxosMessage.Prepare m -> onPrepare(m, from, now, out);
      case PaxosMessage.Promise m -> onPromise(m, from, now, out);
      case PaxosMessage.FetchLog m -> onFetchLog(m, from, out);
      case PaxosMessage.LogSuffix m -> onLogSuffix(m, from, now, out);
      case PaxosMessage.Accept m -> onAccept(m, from, now, out);
      case PaxosMessage.Accepted m -> onAccepted(m, from, now, out);
      case PaxosMessage.Behind m -> onBehind(m, from, now, out);
      case PaxosMessage.Rejected m -> onRejected(m, now, out);
      case PaxosMessage.TakeOver m -> onTakeOver(m, from, now, out);
      case PaxosMessage.TransferLeader m ->
          leader.ifPresent(leading -> handOver(leading, m.to(), now));
      // State transfer and repair are matters of the state machine.
      case PaxosMessage.SnapshotOffer m -> {}
      case PaxosMessage.SnapshotFetch m -> {}
      case PaxosMessage.SnapshotChunk m -> {}
      case PaxosMessage.RepairFetch m -> {}
      case PaxosMessage.RepairRow m -> {}
    }
  }

  private void handOver(Leader leading, NodeId to, Now now) {
    if (leading.barrierChosen()) {
      leading.handOver(to, now);
    }
  }

  /// Some time has passed.
  public void tick(Now now, Effects out) {
    applyChosen(now, out);
    if (leader.isPresent()) {
      if (!leader.get().hasQuorum(now)) {
        standDown(now, out);
        return;
      }
      leader.get().tick(now);
      leader.get().send(now, false, out);
      return;
    }
    if (candidate.isPresent()) {
      if (now.monotonicMicros() >= candidate.get().dueMicros) {
        standDown(now, out);
      }
      return;
    }
    if (!damaged && now.monotonicMicros() - heardMicros >= patienceMicros && machineReady()) {
      canvass(now, out);
    }
  }

  /// Everything that had arrived was stepped: what was proposed leaves, in one message a follower.
  public void finish(Now now, Effects out) {
    if (leader.isPresent()) {
      Leader leading = leader.get();
      if (selfAcceptedSent < acceptor.log().slotLast()) {
        selfAcceptedSent = acceptor.log().slotLast();
        out.send(
            membership.self(),
            new PaxosMessage.Accepted(shard, leading.ballot(), selfAcceptedSent, 0));
      }
      leading.send(now, true, out);
      if (membership.replicas().size() == 1) {
        leading.confirmed().ifPresent(probe -> machine.confirmed(probe, now, out));
      }
    }
  }

  private boolean machineReady() {
    return applied >= wholeFromSlot;
  }

  /// The state is whole only once everything up to a slot was applied: until then, no leading.
  public void wholeFrom(long slot) {
    wholeFromSlot = slot;
  }

  /// A snapshot has brought the state up to a slot.
  public void restored(long slot, Ballot origin, Effects out) {
    Invariant.check(slot > applied, "%s: snapshot of slot %s, applied %s", shard, slot, applied);
    applied = slot;
    acceptor.restored(slot, origin, out);
    candidate.filter(c -> c.phase() == Candidate.Phase.FETCHING).ifPresent(c -> fetch(c, out));
  }

  // ---- electing

  /// How long no leader may be heard of. In a group that never had one the first replica is
  /// quickest, so that a new cluster's leaders are spread as the layout spreads its replicas.
  private long drawPatience() {
    long patience = timing.suspectMicros() + random.nextLong(timing.suspectMicros() / 2);
    if (!acceptor.promised().equals(Ballot.ZERO)) {
      return patience;
    }
    return membership.isPreferred() ? patience / 4 : 2 * patience;
  }

  private Ballot nextBallot() {
    return new Ballot(Math.max(roundSeen, acceptor.promised().round()) + 1, membership.self());
  }

  private void canvass(Now now, Effects out) {
    Candidate running = new Candidate(nextBallot(), now.monotonicMicros() + timing.suspectMicros());
    candidate = Optional.of(running);
    for (NodeId node : membership.others()) {
      out.sendAhead(node, new PaxosMessage.PreVote(shard, running.ballot));
    }
    if (running.granted(membership.self()) >= membership.majority()) {
      prepare(running, now, out);
    }
  }

  private void onPreVote(PaxosMessage.PreVote m, NodeId from, Now now, Effects out) {
    if (damaged) {
      return;
    }
    roundSeen = Math.max(roundSeen, m.ballot().round() - 1);
    boolean content =
        leader.isPresent() || now.monotonicMicros() - heardMicros < timing.suspectMicros();
    boolean never = acceptor.promised().equals(Ballot.ZERO);
    boolean granted = m.ballot().isAbove(acceptor.promised()) && (never || !content);
    out.send(from, new PaxosMessage.PreVoteReply(shard, m.ballot(), granted, acceptor.promised()));
  }

  private void onPreVoteReply(PaxosMessage.PreVoteReply m, NodeId from, Now now, Effects out) {
    roundSeen = Math.max(roundSeen, m.promised().round());
    if (candidate.isEmpty() || !candidate.get().ballot.equals(m.ballot()) || !m.granted()) {
      return;
    }
    Candidate running = candidate.get();
    if (running.phase() == Candidate.Phase.CANVASSING
        && running.granted(from) >= membership.majority()) {
      prepare(running, now, out);
    }
  }

  private void prepare(Candidate running, Now now, Effects out) {
    if (!running.ballot.isAbove(acceptor.promised())) {
      candidate = Optional.empty();
      return;
    }
    running.prepare(now);
    acceptor.promise(running.ballot, out);
    for (NodeId node : membership.others()) {
      out.send(node, new PaxosMessage.Prepare(shard, running.ballot));
    }
    out.send(membership.self(), ownPromise(running.ballot));
  }

  private PaxosMessage.Promise ownPromise(Ballot ballot) {
    return new PaxosMessage.Promise(
        shard,
        ballot,
        acceptor.logBallot(),
        acceptor.log().slotLast(),
        acceptor.log().slotFirst(),
        acceptor.chosenThrough(),
        machine.tentatives());
  }

  private void onPrepare(PaxosMessage.Prepare m, NodeId from, Now now, Effects out) {
    if (damaged) {
      return;
    }
    if (m.ballot().isBelow(acceptor.promised())) {
      out.send(from, new PaxosMessage.Rejected(shard, acceptor.promised()));
      return;
    }
    promise(m.ballot(), now, out);
    out.send(from, ownPromise(m.ballot()));
  }

  /// Promises a ballot; whoever led or ran in a lower one stops.
  private void promise(Ballot ballot, Now now, Effects out) {
    if (ballot.isAbove(acceptor.promised())) {
      acceptor.promise(ballot, out);
      roundSeen = Math.max(roundSeen, ballot.round());
      standDown(now, out);
    }
  }

  private void standDown(Now now, Effects out) {
    boolean led = leader.isPresent();
    leader = Optional.empty();
    candidate = Optional.empty();
    heardMicros = now.monotonicMicros();
    patienceMicros = drawPatience();
    if (led) {
      machine.follow(out);
    }
  }

  /// Leads on in a new ballot, whose electorate may be another (rule B3). Others need not be asked
  /// whether they would mind: they hear of nobody but this leader.
  public void renew(boolean fast, Now now, Effects out) {
    Invariant.check(leader.isPresent(), "%s: a new ballot, and no leader", shard);
    fastWanted = fast;
    leader = Optional.empty();
    machine.follow(out);
    Candidate running = new Candidate(nextBallot(), now.monotonicMicros() + timing.suspectMicros());
    candidate = Optional.of(running);
    prepare(running, now, out);
  }

  private void onPromise(PaxosMessage.Promise m, NodeId from, Now now, Effects out) {
    if (candidate.isEmpty() || !candidate.get().ballot.equals(m.ballot())) {
      return;
    }
    Candidate running = candidate.get();
    int promises = running.promised(from, m);
    if (running.phase() != Candidate.Phase.PREPARING || promises < membership.majority()) {
      return;
    }
    running.settled(now);
    var best = running.best(membership.self());
    if (best.getKey().equals(membership.self())) {
      acceptor.stageOwn(running.ballot);
      becomeLeader(running, now, out);
    } else {
      running.fetchFrom(best.getKey());
      fetch(running, out);
    }
  }

  private void fetch(Candidate running, Effects out) {
    long wanted = acceptor.slotWanted(running.ballot);
    out.send(
        running.source().orElseThrow(), new PaxosMessage.FetchLog(shard, running.ballot, wanted));
  }

  private void onFetchLog(PaxosMessage.FetchLog m, NodeId from, Effects out) {
    Log log = acceptor.log();
    // The promise that a candidate counts on may be from before the damage.
    if (damaged || !m.ballot().equals(acceptor.promised())) {
      return;
    }
    if (m.slotFrom() < log.slotFirst()) {
      machine.offerSnapshot(from, m.ballot(), out);
      return;
    }
    long slotPrev = Math.min(m.slotFrom() - 1, log.slotLast());
    List<LogEntry> entries = log.from(slotPrev + 1, FETCH_ENTRIES_MAX, FETCH_BYTES_MAX);
    out.send(
        from,
        new PaxosMessage.LogSuffix(
            shard,
            m.ballot(),
            acceptor.logBallot(),
            slotPrev,
            log.originOf(slotPrev),
            entries,
            acceptor.log().slotLast()));
  }

  private void onLogSuffix(PaxosMessage.LogSuffix m, NodeId from, Now now, Effects out) {
    boolean wanted =
        candidate.isPresent()
            && candidate.get().ballot.equals(m.ballot())
            && candidate.get().source().filter(from::equals).isPresent();
    if (!wanted) {
      return;
    }
    Candidate running = candidate.get();
    Invariant.check(
        m.logBallot().equals(running.sourcePromise().logBallot()),
        "%s: %s promised a log of %s and sends one of %s",
        shard,
        from,
        running.sourcePromise().logBallot(),
        m.logBallot());
    if (!acceptor.joins(m.slotPrev(), m.originPrev())) {
      acceptor.unstage();
      fetch(running, out);
      return;
    }
    acceptor.stage(running.ballot, m.slotPrev(), m.originPrev(), m.entries());
    if (acceptor.isWhole(running.ballot, m.slotLast())) {
      becomeLeader(running, now, out);
    } else {
      fetch(running, out);
    }
  }

  /// Adopts the log that was found, with this ballot's barrier at its end, and leads (rule B3).
  private void becomeLeader(Candidate running, Now now, Effects out) {
    Optional<List<Command.Prepare>> adoptable =
        machine.adoptable(
            running.logBallot(membership.self()),
            acceptor.staged(applied),
            running.quorum(),
            now,
            out);
    if (adoptable.isEmpty()) {
      // Somebody else may be able to tell, or this replica later.
      standDown(now, out);
      return;
    }
    List<LogEntry> more = beyond(running, adoptable.get());
    long barrierSlot = more.getLast().slot();
    List<LogEntry> undecided = acceptor.adopt(running.ballot, more, out);
    candidate = Optional.empty();
    selfAcceptedSent = 0;
    leader =
        Optional.of(
            new Leader(
                shard,
                membership,
                timing,
                running.ballot,
                barrierSlot,
                acceptor,
                running.promises(),
                now));
    acceptor.choose(Math.min(running.chosenThrough(), barrierSlot - 1));
    applyChosen(now, out);
    machine.lead(running.ballot, now, out);
    machine.moved(running.ballot, undecided, out);
  }

  /// What a new leader puts at the end of the log that it starts from: every transaction that may
  /// have been chosen on the fast path (rule B2), and then its barrier (rule B3).
  private List<LogEntry> beyond(Candidate running, List<Command.Prepare> adopted) {
    List<LogEntry> more = new ArrayList<>();
    long slot = acceptor.stagedLast();
    for (Command.Prepare prepare : adopted) {
      more.add(new LogEntry(++slot, running.ballot, prepare));
    }
    slot++;
    Optional<ShardMap> map = slot == 1 ? firstMap : Optional.empty();
    FastPath wanted = fastWanted ? fastPath : FastPath.OFF;
    Electorate electorate = wanted.choose(running.byDistance(membership), running.answeredMicros());
    more.add(
        new LogEntry(slot, running.ballot, new Command.Barrier(running.ballot, electorate, map)));
    return more;
  }

  private void onTakeOver(PaxosMessage.TakeOver m, NodeId from, Now now, Effects out) {
    boolean entitled =
        !damaged
            && m.ballot().equals(acceptor.promised())
            && m.ballot().equals(acceptor.logBallot())
            && m.ballot().leader().equals(from);
    if (entitled && candidate.isEmpty() && leader.isEmpty() && machineReady()) {
      Candidate running =
          new Candidate(nextBallot(), now.monotonicMicros() + timing.suspectMicros());
      candidate = Optional.of(running);
      prepare(running, now, out);
    }
  }

  // ---- following

  private void onAccept(PaxosMessage.Accept m, NodeId from, Now now, Effects out) {
    if (m.ballot().isBelow(acceptor.promised())) {
      out.send(from, new PaxosMessage.Rejected(shard, acceptor.promised()));
      return;
    }
    // A vote is a promise too: otherwise a deposed leader could still be voted for after a quorum
    // has voted for its successor.
    promise(m.ballot(), now, out);
    candidate = Optional.empty();
    heardMicros = now.monotonicMicros();
    if (acceptor.logBallot().equals(m.ballot())) {
      append(m, from, out);
    } else {
      transition(m, from, out);
    }
    boolean votesMatter = acceptor.logBallot().equals(damagedIn) && machine.mayHaveVoted();
    if (damaged && isAsLongAs(m) && !votesMatter) {
      damaged = false;
      out.write(new LogWrite.Repaired(shard));
    }
    if (acceptor.logBallot().equals(m.ballot())) {
      acceptor.choose(m.chosenThrough());
      applyChosen(now, out);
    }
  }

  private void append(PaxosMessage.Accept m, NodeId from, Effects out) {
    if (m.slotPrev() > acceptor.log().slotLast()) {
      out.send(
          from,
          new PaxosMessage.Behind(shard, m.ballot(), acceptor.log().slotLast() + 1, m.probe()));
      return;
    }
    for (LogEntry added : acceptor.append(m.ballot(), m.entries(), out)) {
      machine.accepted(m.ballot(), added, out);
    }
    accepted(m, from, out);
  }

  private void transition(PaxosMessage.Accept m, NodeId from, Effects out) {
    if (!acceptor.joins(m.slotPrev(), m.originPrev())) {
      if (m.slotPrev() < acceptor.slotWanted(m.ballot())) {
        // What is staged, from some other ballot, is not part of this log.
        acceptor.unstage();
      }
      out.send(
          from,
          new PaxosMessage.Behind(shard, m.ballot(), acceptor.slotWanted(m.ballot()), m.probe()));
      return;
    }
    acceptor.stage(m.ballot(), m.slotPrev(), m.originPrev(), m.entries());
    if (acceptor.isWhole(m.ballot(), m.barrierSlot())) {
      List<LogEntry> undecided = acceptor.adopt(m.ballot(), List.of(), out);
      machine.moved(m.ballot(), undecided, out);
      accepted(m, from, out);
    } else {
      out.send(
          from,
          new PaxosMessage.Behind(shard, m.ballot(), acceptor.slotWanted(m.ballot()), m.probe()));
    }
  }

  /// Whether this replica holds the leader's log to its end.
  private boolean isAsLongAs(PaxosMessage.Accept m) {
    return acceptor.logBallot().equals(m.ballot()) && acceptor.log().slotLast() >= m.slotLast();
  }

  /// Votes for all that is held, unless some that was voted for before is missing.
  private void accepted(PaxosMessage.Accept m, NodeId to, Effects out) {
    long voted = damaged && !isAsLongAs(m) ? 0 : acceptor.log().slotLast();
    out.send(to, new PaxosMessage.Accepted(shard, m.ballot(), voted, m.probe()));
  }

  private void applyChosen(Now now, Effects out) {
    while (applied < acceptor.chosenThrough()
        && machine.apply(acceptor.log().get(applied + 1), now, out)) {
      applied++;
    }
  }

  // ---- leading

  private void onAccepted(PaxosMessage.Accepted m, NodeId from, Now now, Effects out) {
    if (leader.isEmpty() || !leader.get().ballot().equals(m.ballot())) {
      return;
    }
    boolean more =
        from.equals(membership.self())
            ? leader.get().selfAccepted(m.slotLast())
            : leader.get().accepted(from, m.slotLast(), m.probe(), now);
    afterVote(more, now, out);
  }

  private void onBehind(PaxosMessage.Behind m, NodeId from, Now now, Effects out) {
    if (leader.isEmpty() || !leader.get().ballot().equals(m.ballot())) {
      return;
    }
    if (leader.get().behind(from, m.slotWanted(), m.probe(), now)) {
      machine.offerSnapshot(from, m.ballot(), out);
    }
    afterVote(false, now, out);
  }

  private void afterVote(boolean more, Now now, Effects out) {
    if (more) {
      applyChosen(now, out);
    }
    if (leader.isPresent()) {
      leader.get().confirmed().ifPresent(probe -> machine.confirmed(probe, now, out));
    }
  }

  private void onRejected(PaxosMessage.Rejected m, Now now, Effects out) {
    roundSeen = Math.max(roundSeen, m.promised().round());
    boolean beaten =
        leader.filter(l -> m.promised().isAbove(l.ballot())).isPresent()
            || candidate.filter(c -> m.promised().isAbove(c.ballot)).isPresent();
    if (beaten) {
      standDown(now, out);
    }
  }
}
