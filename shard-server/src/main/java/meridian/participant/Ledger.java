package meridian.participant;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import meridian.model.Digest;
import meridian.model.Invariant;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Observed;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.model.Value;
import meridian.model.Write;
import meridian.mvcc.VersionStore;
import meridian.paxos.Ballot;
import meridian.paxos.Command;
import meridian.paxos.Decision;
import meridian.paxos.Electorate;
import meridian.paxos.LogEntry;
import meridian.storage.CorruptRecord;
import meridian.storage.Tables;
import meridian.storage.TxnRecord;
import meridian.storage.Version;

/// A shard's state as of the last slot applied: a function of the chosen log, so the same on every
/// replica that has applied as much.
public final class Ledger {
  /// How many outcomes one Collect looks at, so that no step takes long.
  private static final int COLLECTED_AT_ONCE = 2_000;

  private final ShardId shard;
  private final VersionStore versions;

  /// The last slot applied and the ballot that put the entry there.
  private long slot;

  private Ballot origin;

  private Ballot barrier;
  private Electorate electorate;

  /// Transactions that voted YES here and have no decision yet.
  private final NavigableMap<TxnId, Tables.Prepared> prepared = new TreeMap<>();

  private final Floors floors = new Floors();

  /// The largest TsLimit applied; everything that was prepared or committed here is at or below
  /// ctsMax.
  private Timestamp tsLimit;

  private Timestamp ctsMax;

  /// Unknown transactions that began at or before this are fenced for ever. Never decreases.
  private Timestamp watermark;

  private final SortedMap<ShardId, Timestamp> resolved;

  /// Versions overwritten at or before this slot may be gone. Never decreases.
  private long horizonSlot;

  /// As of this timestamp, and of any later one, every version is still there. Never decreases. A
  /// replica may be ahead of others in it, if it has taken a repair from one that had collected
  /// more; nothing in the log depends on it.
  private Timestamp horizon;

  private long wholeFromSlot;
  private Optional<ShardMap> map;

  public Ledger(ShardId shard, VersionStore versions, Tables tables) {
    this.shard = shard;
    this.versions = versions;
    this.slot = tables.slot();
    this.origin = tables.origin();
    this.barrier = tables.barrier();
    this.electorate = tables.electorate();
    tables.prepared().forEach(p -> prepared.put(p.part().txn(), p));
    tables.floors().forEach(floor -> floors.raise(floor.range(), floor.ts()));
    this.tsLimit = tables.tsLimit();
    this.ctsMax = tables.ctsMax();
    this.watermark = tables.watermark();
    this.resolved = new TreeMap<>(tables.resolved());
    this.horizonSlot = tables.horizonSlot();
    this.horizon = tables.horizon();
    this.wholeFromSlot = tables.wholeFromSlot();
    this.map = tables.map();
  }

  /// Everything but versions and outcomes, for a flush or a snapshot.
  public Tables tables() {
    return new Tables(
        slot,
        origin,
        barrier,
        electorate,
        List.copyOf(prepared.values()),
        floors.toList(),
        tsLimit,
        ctsMax,
        watermark,
        resolved,
        horizonSlot,
        horizon,
        wholeFromSlot,
        map);
  }

  /// Applies the next entry.
  ///
  /// @throws meridian.storage.CorruptRecord if a counter that it adds to is stored damaged; nothing
  ///   has changed then
  void apply(LogEntry entry) {
    ensureReadable(entry);
    Invariant.check(
        entry.slot() == slot + 1, "%s: applying slot %s after %s", shard, entry.slot(), slot);
    slot = entry.slot();
    origin = entry.origin();
    switch (entry.command()) {
      case Command.Barrier b -> {
        barrier = b.ballot();
        electorate = b.electorate();
        map = b.map().or(() -> map);
      }
      case Command.Prepare p -> prepare(p);
      case Command.Fence f ->
          versions.remember(
              new TxnRecord(f.txn(), new Decision.Abort(f.reason()), f.participants()));
      case Command.Decide d -> decide(d);
      case Command.OnePhase o -> {
        install(o.part(), o.ts());
        versions.remember(
            new TxnRecord(o.part().txn(), new Decision.Commit(o.ts()), o.part().participants()));
      }
      case Command.TsLimit t -> {
        tsLimit = Timestamp.max(tsLimit, t.limit());
        floors.dropThrough(tsLimit);
      }
      case Command.Collect c -> collect(c);
    }
  }

  /// Reads every stored version that applying an entry depends on before anything is changed.
  private void ensureReadable(LogEntry entry) {
    Optional<TxnPart> part =
        switch (entry.command()) {
          case Command.OnePhase o -> Optional.of(o.part());
          case Command.Decide d ->
              Optional.ofNullable(prepared.get(d.txn())).map(Tables.Prepared::part);
          case Command.Prepare p -> Optional.empty();
          case Command.Fence f -> Optional.empty();
          case Command.Barrier b -> Optional.empty();
          case Command.TsLimit t -> Optional.empty();
          case Command.Collect c -> Optional.empty();
        };
    if (part.isPresent()) {
      for (Write write : part.get().writes()) {
        if (entry.slot() <= wholeFromSlot) {
          var _ = versions.isFlushedSince(write.key(), Timestamp.ZERO);
        }
        if (write instanceof Write.Add) {
          var _ = versions.latest(write.key());
        }
      }
    }
  }

  private void prepare(Command.Prepare p) {
    Tables.Prepared before =
        prepared.put(p.part().txn(), new Tables.Prepared(slot, p.part(), p.ts()));
    Invariant.check(before == null, "%s: prepared twice: %s and %s", shard, before, p);
    ctsMax = Timestamp.max(ctsMax, p.ts());
  }

  private void decide(Command.Decide d) {
    Tables.Prepared p =
        Invariant.present(
            prepared.remove(d.txn()),
            "%s: decided at slot %s and not prepared: %s",
            shard,
            slot,
            d);
    if (d.decision() instanceof Decision.Commit commit) {
      Invariant.check(
          !commit.ts().isBefore(p.ts()),
          "%s: %s prepared at %s, committed at %s",
          shard,
          d.txn(),
          p.ts(),
          commit.ts());
      install(p.part(), commit.ts());
    }
    versions.remember(new TxnRecord(d.txn(), d.decision(), p.part().participants()));
  }

  private void install(TxnPart part, Timestamp ts) {
    ctsMax = Timestamp.max(ctsMax, ts);
    for (Write write : part.writes()) {
      // A snapshot pieced together may show later slots already. What it shows is never redone, nor
      // what it does not show any more since something later has overwritten it.
      if (slot <= wholeFromSlot && versions.isFlushedSince(write.key(), ts)) {
        continue;
      }
      Optional<Value> before = Optional.empty();
      if (write instanceof Write.Add add) {
        before = versions.latest(write.key()).flatMap(Version::value);
        if (slot > wholeFromSlot) {
          Invariant.check(
              sum(before, add.delta()).isPresent(),
              "%s: %s adds %s to %s",
              shard,
              part.txn(),
              add,
              before);
        }
      }
      if (slot > wholeFromSlot) {
        checkOrder(write.key(), ts, part.txn());
      }
      versions.put(write.key(), new Version(ts, slot, result(write, before)));
    }
    for (Observed read : part.reads()) {
      floors.raise(read.range(), ts);
    }
  }

  /// The order of a key's versions is that of their slots. One that is stored damaged cannot be
  /// held to it, and is about to be overwritten.
  private void checkOrder(Key key, Timestamp ts, TxnId txn) {
    try {
      versions
          .latestSince(key, ts)
          .ifPresent(
              v ->
                  Invariant.check(
                      false,
                      "%s: key %s written at %s after %s by %s",
                      shard,
                      key,
                      ts,
                      v.ts(),
                      txn));
    } catch (CorruptRecord damaged) {
      // A peer has it whole.
    }
  }

  /// What a write leaves behind, given what was there.
  public static Optional<Value> result(Write write, Optional<Value> before) {
    return switch (write) {
      case Write.Put put -> Optional.of(put.value());
      case Write.Delete delete -> Optional.empty();
      case Write.Add add -> Optional.of(Value.number(sum(before, add.delta()).orElse(add.delta())));
    };
  }

  /// The sum, or nothing if the value is no number or the sum does not fit.
  static OptionalLong sum(Optional<Value> before, long delta) {
    OptionalLong base = before.map(Value::asNumber).orElse(OptionalLong.of(0));
    if (base.isEmpty()) {
      return OptionalLong.empty();
    }
    long sum = base.getAsLong() + delta;
    boolean overflows = ((base.getAsLong() ^ sum) & (delta ^ sum)) < 0;
    return overflows ? OptionalLong.empty() : OptionalLong.of(sum);
  }

  private void collect(Command.Collect c) {
    watermark = Timestamp.max(watermark, c.watermark());
    horizonSlot = Math.max(horizonSlot, c.horizonSlot());
    lose(c.horizon());
    c.resolved().forEach((from, through) -> resolved.merge(from, through, Timestamp::max));
    for (TxnRecord record : versions.outcomesThrough(watermark, COLLECTED_AT_ONCE)) {
      boolean settledEverywhere =
          record.participants().stream()
              .allMatch(
                  p ->
                      p.equals(shard)
                          || !resolved
                              .getOrDefault(p, Timestamp.ZERO)
                              .isBefore(record.txn().begin()));
      if (settledEverywhere) {
        versions.forget(record.txn());
      }
    }
  }

  /// How far every transaction that began is settled here: newcomers are fenced, and none is
  /// undecided (rule G3).
  Timestamp resolvedThrough() {
    Timestamp through = watermark;
    for (TxnId txn : prepared.keySet()) {
      if (!txn.begin().isAfter(through)) {
        return new Timestamp(Math.max(0, txn.begin().packed() - 1));
      }
    }
    return through;
  }

  /// Whether the state can be read: a snapshot still being pieced together cannot.
  public boolean isWhole() {
    return slot >= wholeFromSlot;
  }

  public long slot() {
    return slot;
  }

  /// The last barrier applied, and the electorate of its ballot.
  Ballot barrier() {
    return barrier;
  }

  Electorate electorate() {
    return electorate;
  }

  /// What committed readers of a key have seen (rule 2.10).
  Timestamp floorAt(Key key) {
    return floors.at(key);
  }

  public NavigableMap<TxnId, Tables.Prepared> prepared() {
    return prepared;
  }

  public VersionStore versions() {
    return versions;
  }

  Timestamp tsLimit() {
    return tsLimit;
  }

  public Timestamp ctsMax() {
    return ctsMax;
  }

  Timestamp watermark() {
    return watermark;
  }

  boolean hasManyFloors() {
    return floors.areMany();
  }

  long horizonSlot() {
    return horizonSlot;
  }

  /// As of when, and of any later time, the state can be read.
  public Timestamp horizon() {
    return horizon;
  }

  /// What was overwritten before a timestamp may be gone.
  public void lose(Timestamp before) {
    horizon = Timestamp.max(horizon, before);
  }

  /// Rows of later slots are about to be added: until those are applied too, the state is not to be
  /// read.
  public void pieceTogether(long wholeFrom) {
    wholeFromSlot = Math.max(wholeFromSlot, wholeFrom);
    versions.pieceTogether();
  }

  public long wholeFromSlot() {
    return wholeFromSlot;
  }

  public Optional<ShardMap> map() {
    return map;
  }

  /// A hash of the whole state, for comparing replicas that have applied the same slot.
  ///
  /// @throws meridian.storage.CorruptRecord if a version is stored damaged
  public long digest() {
    Digest digest =
        new Digest().add(slot).add(tsLimit.packed()).add(ctsMax.packed()).add(watermark.packed());
    prepared.forEach((txn, p) -> digest.add(txn).add(p.ts().packed()).add(p.part().hash()));
    versions.scan(
        KeyRange.ALL,
        false,
        (key, version) -> {
          version
              .value()
              .ifPresent(
                  v ->
                      digest
                          .add(key)
                          .add(version.ts().packed())
                          .add(version.slot())
                          .add(v.unsafeBytes()));
          return true;
        });
    List<TxnRecord> outcomes =
        new ArrayList<>(versions.outcomesThrough(Timestamp.MAX, Integer.MAX_VALUE));
    // Below the watermark a replica that took a snapshot may remember longer than others.
    outcomes.removeIf(o -> !o.txn().begin().isAfter(watermark));
    outcomes.forEach(
        o ->
            digest
                .add(o.txn())
                .add(o.decision() instanceof Decision.Commit c ? c.ts().packed() : 0));
    return digest.value();
  }

  /// The newest versions in a range, deletions included, up to a visitor's wish.
  void scan(KeyRange range, boolean reverse, VersionStore.Visitor visitor) {
    versions.scan(range, reverse, visitor);
  }

  /// The versions in a range that were the newest at a timestamp, deletions included.
  void scanAsOf(KeyRange range, boolean reverse, Timestamp at, VersionStore.PastVisitor visitor) {
    versions.scanAsOf(range, reverse, at, visitor);
  }

  /// The newest version of a key.
  Optional<Version> latest(Key key) {
    return versions.latest(key);
  }

  /// The newest version of a key, if it is from this timestamp or later.
  Optional<Version> latestSince(Key key, Timestamp ts) {
    return versions.latestSince(key, ts);
  }
}
