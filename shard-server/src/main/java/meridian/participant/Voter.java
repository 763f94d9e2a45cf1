package meridian.participant;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeSet;
import meridian.model.AbortReason;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.model.Write;
import meridian.node.Effects;
import meridian.paxos.Command;
import meridian.paxos.Decision;
import meridian.paxos.Electorate;
import meridian.paxos.LogEntry;
import meridian.storage.Version;

/// How a leader votes on transactions (protocol 2.3). Everything here is volatile and lasts for one
/// ballot: it is made anew from the log by whoever leads next.
final class Voter {
  /// What became of a request for a vote.
  enum Answer {
    /// The vote is in the log, or was there; those who hold it will report it.
    VOTED,
    /// It waits for a lock.
    WAITING,
    /// Too many wait, or too much is undecided.
    FULL
  }

  private final Settings settings;
  private final Group group;
  private final Tail tail;

  /// Transactions that wait for a lock, each once (rule L5), and their locks as if they had them.
  private final LockTable waiting = new LockTable();

  /// Waiters whose obstacle may have gone.
  private final TreeSet<TxnId> toWake = new TreeSet<>();

  /// What readers who committed in this ballot have seen. Whoever read in earlier ballots lies
  /// below `floorBase`, the largest timestamp in the log that the ballot started from (rule B4).
  private final Floors floors = new Floors();

  private final Timestamp floorBase;

  /// Empty where the ballot has no fast path.
  private final Electorate electorate;

  /// Transactions that this leader has voted YES for on the fast path; until they are applied, to
  /// say it again to whoever asks again (rule L1).
  private final TreeSet<TxnId> votedFast = new TreeSet<>();

  Voter(Settings settings, Group group, Ledger ledger, Electorate electorate) {
    this.settings = settings;
    this.group = group;
    this.electorate = electorate;
    this.tail = new Tail(ledger, !electorate.isEmpty());
    for (long slot = ledger.slot() + 1; slot <= group.log().slotLast(); slot++) {
      tail.appended(group.log().get(slot));
    }
    this.floorBase = tail.tsMax();
  }

  Tail tail() {
    return tail;
  }

  int waiters() {
    return waiting.size();
  }

  /// Votes on a part that is not in the log yet, or has it wait.
  ///
  /// @param fast whether the electorate is asked, too
  /// @throws meridian.storage.CorruptRecord if what it read is stored damaged here
  Answer vote(TxnPart part, boolean fast, Timestamp clock, Effects out) {
    if (!part.txn().begin().isAfter(tail.watermark())) {
      return refuse(
          part,
          AbortReason.of(AbortReason.Kind.TOO_OLD, "it began before the shard's watermark"),
          out);
    }
    if (part.ts().isAfter(clock.plusMillis(settings.aheadMillisMax()))) {
      return refuse(
          part,
          AbortReason.of(
              AbortReason.Kind.CLOCK_SKEW,
              "its timestamp "
                  + part.ts()
                  + " is more than "
                  + settings.aheadMillisMax()
                  + " ms ahead of this node's clock: set the clocks"),
          out);
    }
    Validation.Result reads = Validation.of(part, tail);
    if (reads.complaint().isPresent()) {
      return refuse(part, reads.complaint().get(), out);
    }
    NavigableMap<TxnId, Key> obstacles = tail.locks().conflicts(part);
    waiting
        .conflicts(part)
        .forEach(
            (txn, key) -> {
              if (txn.isOlderThan(part.txn())) {
                obstacles.putIfAbsent(txn, key);
              }
            });
    if (!obstacles.isEmpty()) {
      return waitOrDie(part, obstacles, out);
    }
    Optional<AbortReason> invalid = Validation.complaintAboutAdds(part, tail);
    if (invalid.isPresent()) {
      return refuse(part, invalid.get(), out);
    }
    if (!tail.locks().isEmpty()
        && tail.locks().bytes() + part.sizeBytes() > Settings.UNDECIDED_BYTES_MAX) {
      return Answer.FULL;
    }
    Timestamp ts = timestampFor(part, reads.above());
    boolean votesFast = mayVoteFast(part, ts);
    if (part.isOnlyParticipant() && !(fast && votesFast)) {
      append(new Command.OnePhase(part, ts), out);
      return Answer.VOTED;
    }
    if (votesFast) {
      votedFast.add(part.txn());
    }
    append(new Command.Prepare(part, ts), out);
    return Answer.VOTED;
  }

  /// Whether the YES that is about to be logged counts on the fast path, too (rule L3). A new
  /// leader that finds no more of the transaction than tentative votes must come to the same YES
  /// from what is chosen by now: so the barrier is, and whatever this YES relies on; and the
  /// timestamp is the one that the members of the electorate were asked for. A snapshot transaction
  /// is judged by a horizon that may lie elsewhere on other replicas: it has the slow path alone.
  private boolean mayVoteFast(TxnPart part, Timestamp ts) {
    return !electorate.isEmpty()
        && !part.isolation().isSnapshot()
        && ts.equals(part.ts())
        && group.barrierChosen()
        && tail.isOver(part);
  }

  /// Whether this leader's YES for a transaction counts on the fast path.
  boolean hasVotedFast(TxnId txn) {
    return votedFast.contains(txn);
  }

  /// The vote on a transaction is chosen.
  void applied(TxnId txn) {
    votedFast.remove(txn);
  }

  /// The smallest timestamp that is above every floor of what it touches, and no less than
  /// proposed.
  private Timestamp timestampFor(TxnPart part, Timestamp above) {
    Timestamp floor = Timestamp.max(above, Timestamp.max(floorBase, tail.tsLimit()));
    floor = Timestamp.max(floor, part.snapshot());
    for (Write write : part.writes()) {
      floor = Timestamp.max(floor, floors.at(write.key()));
      // What is older than proposed raises nothing.
      floor =
          Timestamp.max(
              floor,
              tail.latestSince(write.key(), part.ts()).map(Version::ts).orElse(Timestamp.ZERO));
    }
    return floor.isBefore(part.ts()) ? part.ts() : floor.next();
  }

  /// Wait-die: only a transaction older than everything in its way waits, so that no cycle of
  /// waiting can form across shards. An earlier attempt of the same transaction is waited for.
  private Answer waitOrDie(TxnPart part, NavigableMap<TxnId, Key> obstacles, Effects out) {
    for (Map.Entry<TxnId, Key> obstacle : obstacles.entrySet()) {
      TxnId other = obstacle.getKey();
      if (!part.txn().isOlderThan(other) && !part.txn().isSameTransaction(other)) {
        return refuse(part, AbortReason.heldBy(obstacle.getValue(), other), out);
      }
    }
    if (waiting.size() >= settings.waitersMax()) {
      return Answer.FULL;
    }
    waiting.add(part);
    return Answer.WAITING;
  }

  /// A NO. It is shown to nobody before it is chosen (rule L5).
  private Answer refuse(TxnPart part, AbortReason reason, Effects out) {
    fence(part.txn(), part.participants(), part.coordinator(), reason, out);
    wakeBehind(part);
    return Answer.VOTED;
  }

  /// Has the log refuse a transaction that it does not know.
  void fence(
      TxnId txn, List<ShardId> participants, NodeId coordinator, AbortReason reason, Effects out) {
    stopWaiting(txn);
    append(new Command.Fence(txn, participants, coordinator, reason), out);
  }

  /// Logs how a transaction that is prepared here ended.
  void decide(TxnId txn, Decision decision, Effects out) {
    append(new Command.Decide(txn, decision), out);
  }

  void append(Command command, Effects out) {
    long slot = group.propose(command, out);
    LogEntry entry = group.log().get(slot);
    if (command instanceof Command.OnePhase o) {
      raiseFloors(o.part(), o.ts());
      // It never holds a lock, but it may have waited, and others behind it.
      wakeBehind(o.part());
    }
    Optional<TxnPart> released = tail.appended(entry);
    released.ifPresent(
        part -> {
          if (command instanceof Command.Decide d
              && d.decision() instanceof Decision.Commit commit) {
            raiseFloors(part, commit.ts());
          }
          wakeBehind(part);
        });
    if (command instanceof Command.TsLimit) {
      floors.dropThrough(tail.tsLimit());
    }
  }

  private void raiseFloors(TxnPart part, Timestamp ts) {
    part.reads().forEach(read -> floors.raise(read.range(), ts));
  }

  boolean hasManyFloors() {
    return floors.areMany();
  }

  Timestamp floorsMax() {
    return floors.max();
  }

  private void wakeBehind(TxnPart part) {
    toWake.addAll(waiting.conflicts(part).keySet());
  }

  boolean isWaiting(TxnId txn) {
    return waiting.contains(txn);
  }

  private void stopWaiting(TxnId txn) {
    waiting
        .part(txn)
        .ifPresent(
            part -> {
              waiting.remove(txn);
              wakeBehind(part);
            });
    toWake.remove(txn);
  }

  boolean hasWoken() {
    return !toWake.isEmpty();
  }

  /// Waiters whose obstacle may have gone, oldest first; each is out of the queue and starts again.
  List<TxnPart> wake() {
    List<TxnPart> woken =
        toWake.stream().map(txn -> waiting.part(txn)).flatMap(Optional::stream).toList();
    toWake.clear();
    woken.forEach(part -> waiting.remove(part.txn()));
    return woken;
  }

  /// Ends the wait of those whose deadline has passed.
  void expire(Timestamp clock, Effects out) {
    for (TxnPart part : waiting.inOrderOfAge()) {
      if (part.deadline().isBefore(clock)) {
        refuse(
            part,
            AbortReason.of(AbortReason.Kind.DEADLINE, "it waited for a lock until its deadline"),
            out);
      }
    }
  }

  /// Whether what is applied is the last word on some ranges.
  boolean isSettled(List<KeyRange> ranges) {
    return ranges.stream().noneMatch(tail::isUnsettled);
  }
}
