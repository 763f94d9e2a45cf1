package meridian.paxos;

import java.util.ArrayList;
import java.util.List;
import meridian.model.Invariant;
import meridian.model.ShardId;
import meridian.node.Effects;
import meridian.storage.LogWrite;

/// What one replica remembers so that its group never changes its mind ("Paxos Made Simple", 2.2,
/// over whole logs instead of single slots).
///
/// A textbook acceptor votes slot by slot and its log may have holes; a new leader then fills the
/// holes with no-ops. Here that would be unsafe: a hole could hide the decision that a later vote
/// relied on. So votes are for prefixes (rule P1): who accepts a slot holds everything before it,
/// and the log as a whole belongs to one ballot, `logBallot`. A log moves to a higher ballot in one
/// durable step, once all that the new leader starts from, up to and including its barrier, is
/// there (rule P5). Until then what has arrived is staged: not voted for, not shown to candidates,
/// and the old log stays as it is.
public final class Acceptor {
  private final ShardId shard;

  /// The highest ballot promised. Never decreases; nothing below it is accepted. Durable.
  private Ballot promised;

  /// The ballot whose log `log` is. Never above `promised`. Durable.
  private Ballot logBallot;

  /// The votes: every entry was accepted in `logBallot` or in a ballot before. Durable.
  private final Log log;

  /// Every slot up to here is chosen. Never decreases; volatile, since a leader says it again.
  private long chosenThrough;

  /// Entries of a log that is to replace the end of this one; its first entry follows on to a slot
  /// where both logs agree. Volatile.
  private final List<LogEntry> staged = new ArrayList<>();

  /// The slot that the staged entries follow on, and the ballot whose leader sent them.
  private long stagedAfter;

  private Ballot stagedBallot = Ballot.ZERO;

  /// @param chosenThrough the last slot whose effect the state holds; the log reaches that far
  public Acceptor(ShardId shard, Ballot promised, Ballot logBallot, Log log, long chosenThrough) {
    Invariant.check(
        !logBallot.isAbove(promised), "%s: log of %s, promised %s", shard, logBallot, promised);
    this.shard = shard;
    this.promised = promised;
    this.logBallot = logBallot;
    this.log = log;
    Invariant.check(
        chosenThrough <= log.slotLast(),
        "%s: chosen %s, last %s",
        shard,
        chosenThrough,
        log.slotLast());
    this.chosenThrough = chosenThrough;
    this.stagedAfter = chosenThrough;
  }

  public Ballot promised() {
    return promised;
  }

  public Ballot logBallot() {
    return logBallot;
  }

  public Log log() {
    return log;
  }

  public long chosenThrough() {
    return chosenThrough;
  }

  /// Promises to accept nothing below a ballot (phase 1b); does nothing if that much was promised.
  void promise(Ballot ballot, Effects out) {
    if (ballot.isAbove(promised)) {
      promised = ballot;
      out.write(new LogWrite.Ballots(shard, promised, logBallot));
    }
  }

  /// Every slot up to one is chosen, as far as this log reaches.
  void choose(long slotThrough) {
    chosenThrough = Math.max(chosenThrough, Math.min(slotThrough, log.slotLast()));
  }

  /// Appends to a log that is already of this ballot. Entries that are there already must agree.
  ///
  /// @return the entries that were new
  List<LogEntry> append(Ballot ballot, List<LogEntry> entries, Effects out) {
    Invariant.check(
        ballot.equals(logBallot), "%s: append in %s to a log of %s", shard, ballot, logBallot);
    Invariant.check(
        !ballot.isBelow(promised), "%s: append in %s, promised %s", shard, ballot, promised);
    List<LogEntry> added = new ArrayList<>();
    for (LogEntry entry : entries) {
      if (entry.slot() > log.slotLast()) {
        log.append(entry);
        out.write(new LogWrite.Append(shard, entry));
        added.add(entry);
      } else if (log.holds(entry.slot())) {
        Invariant.check(
            log.matches(entry.slot(), entry.origin()),
            "%s: slot %s is %s, and was %s",
            shard,
            entry.slot(),
            entry,
            log.get(entry.slot()));
      }
    }
    return added;
  }

  /// Whether entries that follow on this slot of another log could be joined to what is held or
  /// staged: both logs are known to agree up to it.
  boolean joins(long slotPrev, Ballot originPrev) {
    return slotPrev <= chosenThrough
        || log.matches(slotPrev, originPrev)
        || isStaged(slotPrev, originPrev);
  }

  /// The first slot that a new ballot's leader should send, for want of a better guess.
  long slotWanted(Ballot ballot) {
    return stagedBallot.equals(ballot) || stagedLast() > chosenThrough
        ? stagedLast() + 1
        : chosenThrough + 1;
  }

  /// Drops what is staged, after it turned out not to be part of the log that is being sent.
  void unstage() {
    staged.clear();
    stagedAfter = chosenThrough;
    stagedBallot = Ballot.ZERO;
  }

  /// Keeps entries of another ballot's log until that log is whole. What a former leader sent stays
  /// where both logs agree: equal origins in a slot mean equal logs up to it.
  void stage(Ballot ballot, long slotPrev, Ballot originPrev, List<LogEntry> entries) {
    Invariant.check(joins(slotPrev, originPrev), "%s: staging after slot %s", shard, slotPrev);
    boolean known = stagedBallot.equals(ballot) && slotPrev >= stagedAfter;
    if (known && slotPrev + entries.size() <= stagedLast()) {
      return;
    }
    if (isStaged(slotPrev, originPrev)) {
      staged.subList((int) (slotPrev - stagedAfter), staged.size()).clear();
    } else {
      staged.clear();
      stagedAfter = slotPrev;
    }
    stagedBallot = ballot;
    staged.addAll(entries);
  }

  /// Takes this replica's own log, as it is, for the log that a ballot starts from.
  void stageOwn(Ballot ballot) {
    staged.clear();
    stagedAfter = log.slotLast();
    stagedBallot = ballot;
  }

  /// The end of the log that is staged, as it will be once adopted: every entry after a slot, from
  /// this log as far as both agree.
  List<LogEntry> staged(long slotAfter) {
    List<LogEntry> suffix = new ArrayList<>();
    for (long slot = Math.max(slotAfter + 1, log.slotFirst()); slot <= stagedAfter; slot++) {
      suffix.add(log.get(slot));
    }
    staged.stream().filter(entry -> entry.slot() > slotAfter).forEach(suffix::add);
    return suffix;
  }

  /// The last slot that is staged, or that staging follows on.
  long stagedLast() {
    return stagedAfter + staged.size();
  }

  /// Whether everything of a ballot's log up to a slot is staged or held.
  boolean isWhole(Ballot ballot, long slot) {
    return stagedBallot.equals(ballot) && stagedLast() >= slot;
  }

  /// Moves to a higher ballot's log in one durable step (rule P5): the staged entries replace
  /// whatever this log has in their place, and more may be appended in the same step (a leader's
  /// own barrier).
  ///
  /// @return every entry that is held in this ballot and not yet known to be chosen
  List<LogEntry> adopt(Ballot ballot, List<LogEntry> more, Effects out) {
    Invariant.check(ballot.isAbove(logBallot), "%s: adopting %s over %s", shard, ballot, logBallot);
    Invariant.check(
        !ballot.isBelow(promised), "%s: adopting %s, promised %s", shard, ballot, promised);
    List<LogEntry> suffix = new ArrayList<>(staged);
    suffix.addAll(more);
    replaceFrom(suffix, out);
    promised = ballot;
    logBallot = ballot;
    out.write(new LogWrite.Ballots(shard, promised, logBallot));
    unstage();
    return log.from(
        Math.max(chosenThrough + 1, log.slotFirst()), Integer.MAX_VALUE, Long.MAX_VALUE);
  }

  private void replaceFrom(List<LogEntry> suffix, Effects out) {
    // After a snapshot even a whole log may end before what is known to be chosen; that stays.
    long end = Math.max(chosenThrough, stagedAfter + suffix.size());
    boolean truncated = false;
    for (LogEntry entry : suffix) {
      if (!truncated && log.matches(entry.slot(), entry.origin())) {
        continue;
      }
      if (!truncated && entry.slot() < log.slotFirst()) {
        continue;
      }
      if (!truncated && entry.slot() <= log.slotLast()) {
        truncate(entry.slot(), out);
      }
      truncated = true;
      log.append(entry);
      out.write(new LogWrite.Append(shard, entry));
    }
    if (log.slotLast() > end) {
      truncate(end + 1, out);
    }
  }

  private void truncate(long slotFrom, Effects out) {
    Invariant.check(
        slotFrom > chosenThrough,
        "%s: truncating at %s, chosen through %s",
        shard,
        slotFrom,
        chosenThrough);
    log.truncate(slotFrom);
    out.write(new LogWrite.Truncate(shard, slotFrom));
  }

  /// A snapshot brought the state up to a slot, which is chosen. A log that ends before it goes on
  /// just after it, still as a log of its ballot: every log that is ever adopted has those slots,
  /// so to claim them takes nothing from anyone. A longer log stays as it is (rule P5).
  void restored(long slot, Ballot origin, Effects out) {
    if (log.holds(slot) && !log.matches(slot, origin)) {
      // What stands there is not what was chosen, so nothing after it was chosen either.
      truncate(Math.max(log.slotFirst(), chosenThrough + 1), out);
    }
    if (log.slotLast() < slot) {
      out.write(new LogWrite.Cut(shard, slot));
      log.cut(slot, origin);
    }
    chosenThrough = Math.max(chosenThrough, slot);
    unstage();
  }

  /// Drops the front of the log, whose effect the state holds durably.
  void cut(long slotThrough, Effects out) {
    Invariant.check(
        slotThrough <= chosenThrough,
        "%s: cutting through %s, chosen %s",
        shard,
        slotThrough,
        chosenThrough);
    if (slotThrough >= log.slotFirst() && slotThrough <= log.slotLast()) {
      log.cut(slotThrough, log.originOf(slotThrough));
      out.write(new LogWrite.Cut(shard, slotThrough));
    }
  }

  private boolean isStaged(long slot, Ballot origin) {
    return slot > stagedAfter
        && slot <= stagedLast()
        && staged.get((int) (slot - stagedAfter - 1)).origin().equals(origin);
  }
}
