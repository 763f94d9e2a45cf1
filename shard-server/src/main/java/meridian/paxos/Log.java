package meridian.paxos;

import java.util.ArrayList;
import java.util.List;
import meridian.model.Invariant;

/// The entries of one replica's log that are still held, without a hole (rule P1). What was cut
/// from its front is in the state. A mirror in memory of what has been handed to the disk.
public final class Log {
  private final List<LogEntry> entries = new ArrayList<>();

  /// The last slot that was cut, and what stood there. The entries go on from the next slot.
  private long cutThrough;

  private Ballot cutOrigin;

  /// @param cutOrigin the origin of the entry in the last slot that was cut
  public Log(long cutThrough, Ballot cutOrigin, List<LogEntry> entries) {
    this.cutThrough = cutThrough;
    this.cutOrigin = cutOrigin;
    entries.forEach(this::append);
  }

  /// The first slot still held, which is one past the last if none is.
  public long slotFirst() {
    return cutThrough + 1;
  }

  /// The last slot of the log, 0 before the first.
  public long slotLast() {
    return cutThrough + entries.size();
  }

  /// Whether this slot's entry is still held.
  public boolean holds(long slot) {
    return slot > cutThrough && slot <= slotLast();
  }

  /// The entry in a slot that is still held.
  public LogEntry get(long slot) {
    Invariant.check(holds(slot), "no slot %s in [%s, %s]", slot, slotFirst(), slotLast());
    return entries.get((int) (slot - cutThrough - 1));
  }

  /// Whether what stands in a slot is known to be from this ballot.
  public boolean matches(long slot, Ballot origin) {
    return slot == cutThrough
        ? cutOrigin.equals(origin)
        : holds(slot) && get(slot).origin().equals(origin);
  }

  /// The origin of the last entry or of the last that was cut.
  public Ballot originOf(long slot) {
    return slot == cutThrough ? cutOrigin : get(slot).origin();
  }

  /// The entries from a slot on, which must be held or be the next: at most so many, and about so
  /// many bytes, but one at least if there is one.
  public List<LogEntry> from(long slot, int entriesMax, long bytesMax) {
    Invariant.check(slot >= slotFirst(), "slot %s was cut, the first is %s", slot, slotFirst());
    List<LogEntry> run = new ArrayList<>();
    long bytes = 0;
    for (long s = slot; s <= slotLast() && run.size() < entriesMax && bytes < bytesMax; s++) {
      LogEntry entry = get(s);
      bytes += entry.sizeBytes();
      run.add(entry);
    }
    return run;
  }

  void append(LogEntry entry) {
    Invariant.check(
        entry.slot() == slotLast() + 1, "slot %s after slot %s", entry.slot(), slotLast());
    entries.add(entry);
  }

  void truncate(long slotFrom) {
    Invariant.check(
        slotFrom >= slotFirst(), "truncating at %s, the first is %s", slotFrom, slotFirst());
    if (slotFrom <= slotLast()) {
      entries.subList((int) (slotFrom - slotFirst()), entries.size()).clear();
    }
  }

  /// Drops what is at or before a slot; a log that ends before it goes on just after it.
  void cut(long slotThrough, Ballot origin) {
    if (slotThrough <= cutThrough) {
      return;
    }
    int dropped = (int) Math.min(slotThrough - cutThrough, entries.size());
    entries.subList(0, dropped).clear();
    cutThrough = slotThrough;
    cutOrigin = origin;
  }
}
