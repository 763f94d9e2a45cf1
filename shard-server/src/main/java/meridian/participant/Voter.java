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
import meridian.model.Observed;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.model.Write;
import meridian.node.Effects;
import meridian.paxos.Command;
import meridian.paxos.Decision;
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

  /// What was read before this slot cannot be validated any more: versions from then may be gone.
  private long horizonSlot;

  /// As of earlier timestamps the state cannot be told.
  private Timestamp horizon;

  Voter(Settings settings, Group group, Ledger ledger) {
    this.settings = settings;
    this.group = group;
    this.tail = new Tail(ledger);
    for (long slot = ledger.slot() + 1; slot <= group.log().slotLast(); slot++) {
      tail.appended(group.log().get(slot));
    }
    this.floorBase = tail.tsMax();
    this.horizonSlot = ledger.horizonSlot();
    this.horizon = ledger.horizon();
  }

  /// The horizon has moved on.
  void horizon(long slot, Timestamp ts) {
    horizonSlot = Math.max(horizonSlot, slot);
    horizon = Timestamp.max(horizon, ts);
  }

  Tail tail() {
    return tail;
  }

  int waiters() {
    return waiting.size();
  }

  /// Votes on a part that is not in the log yet, or has it wait.
  ///
  /// @throws meridian.storage.CorruptRecord if what it read is stored damaged here
  Answer vote(TxnPart part, Timestamp clock, Effects out) {
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
    Timestamp[] above = {Timestamp.max(floorBase, tail.tsLimit())};
    Optional<AbortReason> stale =
        part.isolation().isSnapshot() ? overwritten(part) : validate(part, above);
    if (stale.isPresent()) {
      return refuse(part, stale.get(), out);
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
    Optional<AbortReason> invalid = complaintAboutAdds(part);
    if (invalid.isPresent()) {
      return refuse(part, invalid.get(), out);
    }
    if (!tail.locks().isEmpty()
        && tail.locks().bytes() + part.sizeBytes() > Settings.UNDECIDED_BYTES_MAX) {
      return Answer.FULL;
    }
    Timestamp ts = timestampFor(part, above[0]);
    append(
        part.isOnlyParticipant() ? new Command.OnePhase(part, ts) : new Command.Prepare(part, ts),
        out);
    return Answer.VOTED;
  }

  /// The smallest timestamp that is above every floor of what it touches, and no less than
  /// proposed.
  private Timestamp timestampFor(TxnPart part, Timestamp above) {
    Timestamp floor = Timestamp.max(above, part.snapshot());
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

  /// Whether everything that was read is still so (rule S1). On the way it notes the largest
  /// timestamp among what was read, which the reader's own must exceed.
  private Optional<AbortReason> validate(TxnPart part, Timestamp[] above) {
    for (Observed read : part.reads()) {
      if (read.slot() < horizonSlot) {
        return Optional.of(
            AbortReason.at(
                AbortReason.Kind.TOO_OLD,
                read.range().start(),
                "it read as of slot "
                    + read.slot()
                    + ", and the shard remembers from slot "
                    + horizonSlot
                    + " on"));
      }
      Optional<AbortReason> conflict =
          read.range().isPoint() ? validatePoint(read, above) : validateRange(read, above);
      if (conflict.isPresent()) {
        return conflict;
      }
    }
    return Optional.empty();
  }

  /// Whether somebody has written what a snapshot transaction writes since its snapshot (rule S4):
  /// the first to commit wins. A deletion before the horizon may be gone, so a snapshot from before
  /// it cannot be judged.
  private Optional<AbortReason> overwritten(TxnPart part) {
    if (part.snapshot().isBefore(horizon)) {
      return Optional.of(
          AbortReason.of(
              AbortReason.Kind.TOO_OLD,
              "its snapshot is as of "
                  + part.snapshot()
                  + ", and the shard remembers from "
                  + horizon
                  + " on"));
    }
    for (Write write : part.writes()) {
      if (tail.latest(write.key()).filter(v -> v.ts().isAfter(part.snapshot())).isPresent()) {
        return Optional.of(
            AbortReason.at(
                AbortReason.Kind.WRITE_CONFLICT,
                write.key(),
                "it was written after the snapshot that the transaction read"));
      }
    }
    return Optional.empty();
  }

  private Optional<AbortReason> validatePoint(Observed read, Timestamp[] above) {
    Optional<Version> version = tail.latest(read.range().start());
    return version.flatMap(v -> check(read, read.range().start(), v, above));
  }

  private Optional<AbortReason> validateRange(Observed read, Timestamp[] above) {
    List<AbortReason> found = new java.util.ArrayList<>();
    tail.scan(
        read.range(),
        (key, version) -> {
          check(read, key, version, above).ifPresent(found::add);
          return found.isEmpty();
        });
    return found.stream().findFirst();
  }

  private static Optional<AbortReason> check(
      Observed read, Key key, Version version, Timestamp[] above) {
    if (version.slot() > read.slot()) {
      return Optional.of(
          AbortReason.at(
              AbortReason.Kind.READ_CONFLICT, key, "it was overwritten after it was read"));
    }
    above[0] = Timestamp.max(above[0], version.ts());
    return Optional.empty();
  }

  private Optional<AbortReason> complaintAboutAdds(TxnPart part) {
    for (Write write : part.writes()) {
      if (write instanceof Write.Add add) {
        var before = tail.latest(add.key()).flatMap(Version::value);
        if (Ledger.sum(before, add.delta()).isEmpty()) {
          return Optional.of(
              AbortReason.at(
                  AbortReason.Kind.INVALID,
                  add.key(),
                  "the value is no decimal number, or the sum does not fit 64 bits"));
        }
      }
    }
    return Optional.empty();
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
