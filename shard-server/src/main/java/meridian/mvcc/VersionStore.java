package meridian.mvcc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.storage.SnapshotRow;
import meridian.storage.StateFlush;
import meridian.storage.StateReader;
import meridian.storage.Tables;
import meridian.storage.TxnRecord;
import meridian.storage.Version;
import org.jspecify.annotations.Nullable;

/// The versions and outcomes of one shard as of the last slot applied: what has been flushed, and
/// what gathered in memory since. Old versions are kept until the horizon passes them.
public final class VersionStore {
  private static final int ROWS_PER_READ = 64;
  private static final int ROW_OVERHEAD_BYTES = 120;

  private final ShardId shard;
  private final StateReader flushed;

  /// What came since the last flush began, and what that flush is bringing to disk. The newest
  /// version of a key is the first in its list.
  private Memtable fresh = new Memtable();

  private Optional<Memtable> flushing = Optional.empty();

  /// No outcome after this one has been flushed: nearly all that is asked about is younger, and
  /// need not be looked for on disk.
  private Optional<TxnId> flushedThrough;

  /// No version that has been flushed is younger: what comes in needs no look at the disk to be
  /// known to be newer.
  private Timestamp flushedTsMax;

  /// One generation of changes.
  private static final class Memtable {
    /// By key; in the order in which keys came. Nearly every question is about one key, which a
    /// tree of thousands answers slowly.
    final Map<Key, List<Version>> versions = new LinkedHashMap<>();

    /// The same lists in the order of keys, without those of the keys in `unsorted`: only a scan
    /// pays for the order.
    private final NavigableMap<Key, List<Version>> sorted = new TreeMap<>();

    private final List<Key> unsorted = new ArrayList<>();

    void put(Key key, Version version) {
      List<Version> known = versions.get(key);
      if (known == null) {
        known = new ArrayList<>(1);
        versions.put(key, known);
        unsorted.add(key);
      }
      known.addFirst(version);
    }

    NavigableMap<Key, List<Version>> inOrder() {
      for (Key key : unsorted) {
        sorted.put(key, versions.getOrDefault(key, List.of()));
      }
      unsorted.clear();
      return sorted;
    }

    /// By transaction; in the order in which they ended.
    final Map<TxnId, TxnRecord> outcomes = new LinkedHashMap<>();

    /// None of these began earlier, and none is younger, as long as there are any.
    Timestamp outcomesFrom = Timestamp.MAX;

    Optional<TxnId> outcomesThrough = Optional.empty();

    void remember(TxnRecord outcome) {
      TxnId txn = outcome.txn();
      outcomes.put(txn, outcome);
      outcomesFrom = Timestamp.min(outcomesFrom, txn.begin());
      outcomesThrough = later(outcomesThrough, txn);
    }

    final TreeSet<TxnId> forgotten = new TreeSet<>();
    long bytes;
  }

  public VersionStore(ShardId shard, StateReader flushed) {
    this.shard = shard;
    this.flushed = flushed;
    this.flushedThrough = flushed.newestOutcome(shard).map(TxnRecord::txn);
    this.flushedTsMax = flushed.tables(shard).map(VersionStore::tsMax).orElse(Timestamp.ZERO);
  }

  /// The largest timestamp among the rows that belong to these tables. Rows of a snapshot that is
  /// still being pieced together may be of any later slot.
  private static Timestamp tsMax(Tables tables) {
    return tables.slot() >= tables.wholeFromSlot() ? tables.ctsMax() : Timestamp.MAX;
  }

  private static Optional<TxnId> later(Optional<TxnId> last, TxnId txn) {
    return last.filter(known -> known.compareTo(txn) >= 0).or(() -> Optional.of(txn));
  }

  /// Rows of later slots are about to be stored without coming by here.
  public void pieceTogether() {
    flushedTsMax = Timestamp.MAX;
  }

  /// About how many bytes wait to be flushed.
  public long unflushedBytes() {
    return fresh.bytes;
  }

  public boolean isFlushing() {
    return flushing.isPresent();
  }

  /// Adds a version. It is not older than any other of its key.
  public void put(Key key, Version version) {
    fresh.put(key, version);
    fresh.bytes += key.size() + version.value().map(v -> v.size()).orElse(0) + ROW_OVERHEAD_BYTES;
  }

  /// The newest version of a key, a deletion being one too.
  ///
  /// @throws meridian.storage.CorruptRecord if it is stored damaged
  public Optional<Version> latest(Key key) {
    List<Version> young = fresh.versions.get(key);
    if (young != null) {
      return Optional.of(young.getFirst());
    }
    List<Version> middle = flushing.map(f -> f.versions.get(key)).orElse(null);
    return middle != null
        ? Optional.of(middle.getFirst())
        : flushed.version(shard, key, Timestamp.MAX);
  }

  /// The newest version of a key, if it is from this timestamp or later.
  ///
  /// @throws meridian.storage.CorruptRecord if it is stored damaged, unless it is older in any case
  public Optional<Version> latestSince(Key key, Timestamp ts) {
    List<Version> young = fresh.versions.get(key);
    if (young == null && flushing.isPresent()) {
      young = flushing.get().versions.get(key);
    }
    if (young == null && flushedTsMax.isBefore(ts)) {
      return Optional.empty();
    }
    Optional<Version> newest =
        young != null ? Optional.of(young.getFirst()) : flushed.version(shard, key, Timestamp.MAX);
    return newest.filter(version -> !version.ts().isBefore(ts));
  }

  /// The version of a key that was the newest at a timestamp, a deletion being one too.
  ///
  /// @throws meridian.storage.CorruptRecord if it is stored damaged
  public Optional<Version> asOf(Key key, Timestamp at) {
    return newest(fresh.versions.get(key), at)
        .or(() -> flushing.flatMap(f -> newest(f.versions.get(key), at)))
        .or(() -> flushed.version(shard, key, at));
  }

  private static Optional<Version> newest(@Nullable List<Version> versions, Timestamp at) {
    if (versions != null) {
      for (Version version : versions) {
        if (!version.ts().isAfter(at)) {
          return Optional.of(version);
        }
      }
    }
    return Optional.empty();
  }

  /// Whether a version of a key from this timestamp or later has been flushed.
  public boolean isFlushedSince(Key key, Timestamp ts) {
    return flushed
        .version(shard, key, Timestamp.MAX)
        .filter(version -> !version.ts().isBefore(ts))
        .isPresent();
  }

  /// Visits the newest version of each key of a range in order, or in reverse, deletions included,
  /// until the visitor has enough.
  ///
  /// @throws meridian.storage.CorruptRecord if one on the way is stored damaged
  public void scan(KeyRange range, boolean reverse, Visitor visitor) {
    if (range.isPoint()) {
      latest(range.start()).ifPresent(version -> visitor.visit(range.start(), version));
      return;
    }
    walk(
        range,
        reverse,
        (older, younger) -> younger,
        (key, versions) -> visitor.visit(key, versions.getFirst()));
  }

  /// Visits each key of a range that has a version, in order or in reverse, until the visitor has
  /// enough: with the version that was the newest at a timestamp, if there was one, and the one
  /// that is the newest.
  ///
  /// @throws meridian.storage.CorruptRecord if a version on the way is stored damaged
  public void scanAsOf(KeyRange range, boolean reverse, Timestamp at, PastVisitor visitor) {
    if (range.isPoint()) {
      Key key = range.start();
      latest(key).ifPresent(newest -> visitor.visit(key, asOf(key, at), newest));
      return;
    }
    walk(
        range,
        reverse,
        VersionStore::concatenated,
        (key, versions) -> visitor.visit(key, newest(versions, at), versions.getFirst()));
  }

  private static List<Version> concatenated(List<Version> older, List<Version> younger) {
    List<Version> all = new ArrayList<>(younger);
    all.addAll(older);
    return all;
  }

  /// Takes one key and some of its versions, the newest first, and says whether to go on.
  private interface Step {
    boolean take(Key key, List<Version> versions);
  }

  /// @param join what is known of a key, from its older versions and its younger ones
  private void walk(
      KeyRange range, boolean reverse, BinaryOperator<List<Version>> join, Step step) {
    KeyRange rest = range;
    while (!rest.isEmpty()) {
      List<SnapshotRow> rows = flushed.rows(shard, rest, reverse, ROWS_PER_READ);
      boolean last = rows.size() < ROWS_PER_READ;
      KeyRange page = last ? rest : upTo(rest, rows.getLast().key(), reverse);
      NavigableMap<Key, List<Version>> known = new TreeMap<>();
      for (SnapshotRow row : rows) {
        known.put(row.key(), row.versions());
      }
      flushing.ifPresent(f -> overlay(f, page, join, known));
      overlay(fresh, page, join, known);
      for (var entry : (reverse ? known.descendingMap() : known).entrySet()) {
        if (!step.take(entry.getKey(), entry.getValue())) {
          return;
        }
      }
      if (last) {
        return;
      }
      rest = beyond(rest, rows.getLast().key(), reverse);
    }
  }

  /// Told of keys and their newest versions.
  public interface Visitor {
    /// Takes one key, and says whether to go on.
    boolean visit(Key key, Version version);
  }

  /// Told of keys, what they were at a time, and their newest versions.
  public interface PastVisitor {
    /// Takes one key, and says whether to go on.
    boolean visit(Key key, Optional<Version> then, Version newest);
  }

  private static KeyRange upTo(KeyRange range, Key key, boolean reverse) {
    return reverse ? new KeyRange(key, range.end()) : KeyRange.of(range.start(), key.next());
  }

  private static KeyRange beyond(KeyRange range, Key key, boolean reverse) {
    return reverse ? KeyRange.of(range.start(), key) : new KeyRange(key.next(), range.end());
  }

  private static void overlay(
      Memtable table,
      KeyRange range,
      BinaryOperator<List<Version>> join,
      NavigableMap<Key, List<Version>> known) {
    NavigableMap<Key, List<Version>> tail = table.inOrder().tailMap(range.start(), true);
    NavigableMap<Key, List<Version>> part =
        range.end().map(end -> tail.headMap(end, false)).orElse(tail);
    part.forEach((key, versions) -> known.merge(key, versions, join));
  }

  /// Remembers how a transaction ended.
  public void remember(TxnRecord outcome) {
    fresh.remember(outcome);
    fresh.forgotten.remove(outcome.txn());
    fresh.bytes += ROW_OVERHEAD_BYTES;
  }

  /// Drops an outcome.
  public void forget(TxnId txn) {
    fresh.outcomes.remove(txn);
    fresh.forgotten.add(txn);
  }

  /// How a transaction ended, if that is remembered.
  public Optional<TxnRecord> outcome(TxnId txn) {
    TxnRecord young = fresh.outcomes.get(txn);
    if (young != null || fresh.forgotten.contains(txn)) {
      return Optional.ofNullable(young);
    }
    if (flushing.isPresent()) {
      TxnRecord middle = flushing.get().outcomes.get(txn);
      if (middle != null || flushing.get().forgotten.contains(txn)) {
        return Optional.ofNullable(middle);
      }
    }
    boolean mayBeFlushed = flushedThrough.filter(last -> txn.compareTo(last) <= 0).isPresent();
    return mayBeFlushed ? flushed.outcome(shard, txn) : Optional.empty();
  }

  /// The oldest outcomes whose transactions began at or before a time, at most so many.
  public List<TxnRecord> outcomesThrough(Timestamp begin, int most) {
    NavigableMap<TxnId, TxnRecord> found = new TreeMap<>();
    Optional<TxnId> after = Optional.empty();
    while (found.size() < most) {
      List<TxnRecord> page = flushed.outcomesAfter(shard, after, most);
      for (TxnRecord record : page) {
        if (!record.txn().begin().isAfter(begin) && outcome(record.txn()).isPresent()) {
          found.put(record.txn(), record);
        }
      }
      if (page.size() < most || page.getLast().txn().begin().isAfter(begin)) {
        break;
      }
      after = Optional.of(page.getLast().txn());
    }
    flushing.ifPresent(f -> gather(f, begin, found));
    gather(fresh, begin, found);
    return found.values().stream().limit(most).toList();
  }

  private void gather(Memtable table, Timestamp begin, NavigableMap<TxnId, TxnRecord> found) {
    if (table.outcomesFrom.isAfter(begin)) {
      return; // Nearly always: what may be forgotten was flushed long ago.
    }
    for (TxnRecord record : table.outcomes.values()) {
      if (!record.txn().begin().isAfter(begin) && outcome(record.txn()).isPresent()) {
        found.put(record.txn(), record);
      }
    }
  }

  /// Begins to bring everything in memory to disk; one flush at a time.
  public StateFlush flush(Tables tables) {
    List<SnapshotRow> rows = new ArrayList<>();
    fresh.versions.forEach((key, versions) -> rows.add(new SnapshotRow(key, versions)));
    StateFlush flush =
        new StateFlush(
            shard,
            rows,
            List.copyOf(fresh.outcomes.values()),
            List.copyOf(fresh.forgotten),
            tables);
    if (fresh.outcomesThrough.isPresent()) {
      flushedThrough = later(flushedThrough, fresh.outcomesThrough.get());
    }
    flushedTsMax = tsMax(tables);
    flushing = Optional.of(fresh);
    fresh = new Memtable();
    return flush;
  }

  /// The flush that was begun is durable.
  public void flushed() {
    flushing = Optional.empty();
  }
}
