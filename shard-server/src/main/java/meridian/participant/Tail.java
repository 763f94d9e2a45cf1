package meridian.participant;

import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.model.Value;
import meridian.model.Write;
import meridian.mvcc.VersionStore;
import meridian.paxos.Command;
import meridian.paxos.Decision;
import meridian.paxos.LogEntry;
import meridian.storage.CorruptRecord;
import meridian.storage.Version;

/// What a leader's log says beyond what is applied. A leader votes on the whole of its log: what it
/// appends can be chosen only together with everything before it (rule P1), so an entry may rely on
/// earlier ones that are not chosen yet. What others are shown comes from the ledger alone.
final class Tail {
  /// What the unapplied part of the log says of a transaction, by its last entry there.
  private final NavigableMap<TxnId, LogEntry> entries = new TreeMap<>();

  /// The newest version that the unapplied part of the log gives a key.
  private final NavigableMap<Key, Version> writes = new TreeMap<>();

  /// Counters among them whose value cannot be told before what is stored has been repaired.
  private final NavigableMap<Key, CorruptRecord> untold = new TreeMap<>();

  /// Undecided transactions, applied or not: prepared in the log and without a decision in it.
  private final LockTable locks = new LockTable();

  /// Transactions that have ended in the log, and their end is not applied: whatever conflicts with
  /// them may not be voted for on the fast path yet (rule L3). Kept where there is a fast path.
  private final Optional<LockTable> ending;

  private final Ledger ledger;

  /// What was read before this slot cannot be validated any more, once the whole log is applied:
  /// versions from then may be gone.
  private long horizonSlot;

  /// As of earlier timestamps the state cannot be told, once the whole log is applied.
  private Timestamp horizon;

  /// The largest watermark and TsLimit in the log, and the largest timestamp of anything in it.
  private Timestamp watermark;

  private Timestamp tsLimit;
  private Timestamp tsMax;

  Tail(Ledger ledger) {
    this(ledger, false);
  }

  /// @param fast whether the ballot has a fast path
  Tail(Ledger ledger, boolean fast) {
    this.ledger = ledger;
    this.ending = fast ? Optional.of(new LockTable()) : Optional.empty();
    this.horizonSlot = ledger.horizonSlot();
    this.horizon = ledger.horizon();
    this.watermark = ledger.watermark();
    this.tsLimit = ledger.tsLimit();
    this.tsMax = Timestamp.max(ledger.ctsMax(), ledger.tsLimit());
    ledger.prepared().values().forEach(p -> locks.add(p.part()));
  }

  /// Takes note of an entry that was appended.
  ///
  /// @return the part whose locks it released, if it did
  Optional<TxnPart> appended(LogEntry entry) {
    switch (entry.command()) {
      case Command.Prepare p -> {
        entries.put(p.part().txn(), entry);
        locks.add(p.part());
        tsMax = Timestamp.max(tsMax, p.ts());
      }
      case Command.OnePhase o -> {
        entries.put(o.part().txn(), entry);
        ending.ifPresent(table -> table.add(o.part()));
        write(o.part(), o.ts(), entry.slot());
      }
      case Command.Fence f -> entries.put(f.txn(), entry);
      case Command.Decide d -> {
        TxnPart part = undecided(d.txn()).orElseThrow();
        entries.put(d.txn(), entry);
        locks.remove(d.txn());
        ending.ifPresent(table -> table.add(part));
        if (d.decision() instanceof Decision.Commit commit) {
          write(part, commit.ts(), entry.slot());
        }
        return Optional.of(part);
      }
      case Command.TsLimit t -> {
        tsLimit = Timestamp.max(tsLimit, t.limit());
        tsMax = Timestamp.max(tsMax, tsLimit);
      }
      case Command.Collect c -> {
        watermark = Timestamp.max(watermark, c.watermark());
        horizonSlot = Math.max(horizonSlot, c.horizonSlot());
        horizon = Timestamp.max(horizon, c.horizon());
      }
      case Command.Barrier b -> {}
    }
    return Optional.empty();
  }

  private void write(TxnPart part, Timestamp ts, long slot) {
    tsMax = Timestamp.max(tsMax, ts);
    for (Write write : part.writes()) {
      Optional<Value> before = Optional.empty();
      Optional<CorruptRecord> damage = Optional.empty();
      if (write instanceof Write.Add) {
        try {
          before = latest(write.key()).flatMap(Version::value);
        } catch (CorruptRecord damaged) {
          damage = Optional.of(damaged);
        }
      }
      untold.remove(write.key());
      damage.ifPresent(damaged -> untold.put(write.key(), damaged));
      writes.put(write.key(), new Version(ts, slot, Ledger.result(write, before)));
    }
  }

  /// An entry was applied: the ledger speaks for it from now on.
  void applied(LogEntry entry) {
    TxnId txn =
        switch (entry.command()) {
          case Command.Prepare p -> p.part().txn();
          case Command.OnePhase o -> o.part().txn();
          case Command.Fence f -> f.txn();
          case Command.Decide d -> d.txn();
          case Command.Barrier b -> null;
          case Command.TsLimit t -> null;
          case Command.Collect c -> null;
        };
    if (txn != null) {
      LogEntry last = entries.get(txn);
      if (last != null && last.slot() <= entry.slot()) {
        entries.remove(txn);
        ending.ifPresent(table -> table.remove(txn));
      }
    }
  }

  /// The writes of an applied part are in the ledger.
  void settled(TxnPart part, long slot) {
    for (Write write : part.writes()) {
      Version pending = writes.get(write.key());
      if (pending != null && pending.slot() <= slot) {
        writes.remove(write.key());
        untold.remove(write.key());
      }
    }
  }

  /// The last unapplied entry about a transaction.
  Optional<LogEntry> about(TxnId txn) {
    return Optional.ofNullable(entries.get(txn));
  }

  /// The part of a transaction that is prepared in the log and undecided in it.
  Optional<TxnPart> undecided(TxnId txn) {
    return locks.part(txn);
  }

  /// How a transaction was decided in the unapplied part of the log.
  Optional<Decision> decision(TxnId txn) {
    return about(txn)
        .flatMap(
            entry ->
                switch (entry.command()) {
                  case Command.Decide d -> Optional.of(d.decision());
                  case Command.Fence f -> Optional.of(new Decision.Abort(f.reason()));
                  case Command.OnePhase o -> Optional.of(new Decision.Commit(o.ts()));
                  case Command.Prepare p -> Optional.empty();
                  case Command.Barrier b -> Optional.empty();
                  case Command.TsLimit t -> Optional.empty();
                  case Command.Collect c -> Optional.empty();
                });
  }

  /// The newest version of a key in the whole log.
  ///
  /// @throws CorruptRecord if it is stored damaged, or adds to one that is
  Optional<Version> latest(Key key) {
    ensureTold(key);
    Version pending = writes.get(key);
    return pending != null ? Optional.of(pending) : ledger.latest(key);
  }

  /// The newest version of a key in the whole log, if it is from this timestamp or later.
  ///
  /// @throws CorruptRecord if it is stored damaged, unless it is older in any case
  Optional<Version> latestSince(Key key, Timestamp ts) {
    Version pending = writes.get(key);
    return pending != null
        ? Optional.of(pending).filter(version -> !version.ts().isBefore(ts))
        : ledger.latestSince(key, ts);
  }

  private void ensureTold(Key key) {
    CorruptRecord damaged = untold.get(key);
    if (damaged != null) {
      throw damaged;
    }
  }

  /// Visits the newest versions in a range, in no order between the applied and the unapplied.
  void scan(KeyRange range, VersionStore.Visitor visitor) {
    for (var entry : LockTable.within(writes, range).entrySet()) {
      ensureTold(entry.getKey());
      if (!visitor.visit(entry.getKey(), entry.getValue())) {
        return;
      }
    }
    ledger.scan(
        range, false, (key, version) -> writes.containsKey(key) || visitor.visit(key, version));
  }

  /// Whether something undecided or unapplied writes within a range: what is applied may not be the
  /// last word on it.
  boolean isUnsettled(KeyRange range) {
    return locks.writesIn(range) || !LockTable.within(writes, range).isEmpty();
  }

  /// Whether everything in the log that conflicts with a part is over and applied, hence chosen;
  /// beside what holds a lock.
  boolean isOver(TxnPart part) {
    return ending.orElseThrow().conflicts(part).isEmpty();
  }

  long horizonSlot() {
    return horizonSlot;
  }

  /// What is logged, and what this replica has lost beyond that, which others may not have.
  Timestamp horizon() {
    return Timestamp.max(horizon, ledger.horizon());
  }

  LockTable locks() {
    return locks;
  }

  Timestamp watermark() {
    return watermark;
  }

  Timestamp tsLimit() {
    return tsLimit;
  }

  Timestamp tsMax() {
    return tsMax;
  }
}
