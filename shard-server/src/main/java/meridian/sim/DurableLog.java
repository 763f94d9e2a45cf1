package meridian.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import meridian.model.Invariant;
import meridian.model.TxnId;
import meridian.paxos.Ballot;
import meridian.paxos.LogEntry;
import meridian.paxos.Tentative;
import meridian.storage.LogWrite;
import meridian.storage.RecoveredLog;

/// What one replica's disk holds of its shard's log, as the writes tell it.
public final class DurableLog {
  private Ballot promised = Ballot.ZERO;
  private Ballot logBallot = Ballot.ZERO;
  private long cutThrough;
  private final List<LogEntry> entries = new ArrayList<>();
  private final SortedMap<TxnId, Tentative> votes = new TreeMap<>();

  public Ballot promised() {
    return promised;
  }

  public Ballot logBallot() {
    return logBallot;
  }

  /// The last slot that was cut.
  public long cutThrough() {
    return cutThrough;
  }

  /// The last slot, held or cut.
  public long slotLast() {
    return cutThrough + entries.size();
  }

  /// Whether the entry of a slot is still there.
  public boolean holds(long slot) {
    return slot > cutThrough && slot <= slotLast();
  }

  /// The entry of a slot that is still there.
  public LogEntry get(long slot) {
    return entries.get((int) (slot - cutThrough - 1));
  }

  /// The votes on the fast path that are held.
  public List<Tentative> votes() {
    return List.copyOf(votes.values());
  }

  public RecoveredLog recovered() {
    return new RecoveredLog(
        promised, logBallot, cutThrough, entries, false, List.copyOf(votes.values()));
  }

  /// Changes the log as a write says; what is not about entries is none of its business.
  public void apply(LogWrite write) {
    switch (write) {
      case LogWrite.Append append -> {
        long slot = append.entry().slot();
        Invariant.check(slot == slotLast() + 1, "slot %s after slot %s", slot, slotLast());
        entries.add(append.entry());
      }
      case LogWrite.Truncate truncate -> {
        if (truncate.slotFrom() <= slotLast()) {
          int kept = (int) Math.max(0, truncate.slotFrom() - cutThrough - 1);
          entries.subList(kept, entries.size()).clear();
        }
      }
      case LogWrite.Cut cut -> {
        if (cut.slotThrough() > cutThrough) {
          int dropped = (int) Math.min(cut.slotThrough() - cutThrough, entries.size());
          entries.subList(0, dropped).clear();
          cutThrough = cut.slotThrough();
        }
      }
      case LogWrite.Ballots ballots -> {
        Invariant.check(
            !ballots.promised().isBelow(promised) && !ballots.logBallot().isBelow(logBallot),
            "promised %s and log of %s, now %s",
            promised,
            logBallot,
            ballots);
        Invariant.check(
            !ballots.logBallot().isAbove(ballots.promised()),
            "a log above its promise: %s",
            ballots);
        promised = ballots.promised();
        logBallot = ballots.logBallot();
      }
      case LogWrite.Repaired repaired -> {}
      case LogWrite.Vote vote -> votes.put(vote.tentative().part().txn(), vote.tentative());
      case LogWrite.VoteDropped dropped -> votes.remove(dropped.txn());
      case LogWrite.ClockBound bound -> {}
    }
  }
}
