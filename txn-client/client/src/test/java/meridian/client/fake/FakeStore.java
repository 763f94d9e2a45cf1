package meridian.client.fake;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import meridian.model.AbortReason;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.NodeId;
import meridian.model.Outcome;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.Value;
import meridian.model.Write;
import meridian.txn.ClientMessage.Commit;
import meridian.txn.ClientMessage.RangeResult;
import meridian.txn.ClientMessage.ShardRead;
import meridian.txn.Reading.Page;
import meridian.txn.Reading.Range;
import meridian.txn.Reading.Row;

/// A store in one map, which any number of [FakeCoordinator]s serve. It is strictly serializable
/// since it does one thing at a time, remembers every outcome and every version, and pretends to
/// have shards. Not for several threads at once.
public final class FakeStore {
  private record Version(long slot, Timestamp ts, Optional<Value> value) {}

  private final ShardMap map;
  private final int pageRowsMax;

  /// Every version of each key, the oldest first.
  private final NavigableMap<Key, List<Version>> versions = new TreeMap<>();

  private final NavigableMap<TxnId, Outcome> outcomes = new TreeMap<>();
  private long slot;
  private Timestamp last = Timestamp.ZERO;

  /// @param splits the first keys of all shards but the first
  public FakeStore(int pageRowsMax, String... splits) {
    this.pageRowsMax = pageRowsMax;
    var shards = new ArrayList<ShardMap.Shard>();
    Key start = Key.EMPTY;
    for (String split : splits) {
      shards.add(shard(shards.size() + 1, KeyRange.of(start, Key.utf8(split))));
      start = Key.utf8(split);
    }
    shards.add(shard(shards.size() + 1, KeyRange.from(start)));
    this.map = new ShardMap(1, shards);
  }

  public long slot() {
    return slot;
  }

  public ShardMap map() {
    return map;
  }

  public NavigableMap<TxnId, Outcome> outcomes() {
    return outcomes;
  }

  /// What a key holds now.
  public Optional<Value> value(Key key) {
    return valueAsOf(key, slot).flatMap(Version::value);
  }

  /// Sets a value outside of any transaction.
  public void set(String key, String value) {
    apply(List.of(new Write.Put(Key.utf8(key), Value.utf8(value))), last.next());
  }

  /// Reads a range as of a slot, a page per shard until one is full.
  public RangeResult read(Range range, long asOf) {
    var pages = new ArrayList<Page>();
    KeyRange left = range.keys();
    int wanted = range.limit() == 0 ? Integer.MAX_VALUE : range.limit();
    List<ShardMap.Shard> shards = map.overlapping(range.keys());
    for (ShardMap.Shard shard : range.reverse() ? shards.reversed() : shards) {
      Page page = page(shard, left.intersect(shard.range()), wanted, range.reverse(), asOf);
      pages.add(page);
      wanted -= page.rows().size();
      left = without(left, page.covered(), range.reverse());
      if (page.rest().isPresent() || wanted == 0) {
        break;
      }
    }
    return new RangeResult(pages, left.isEmpty() ? Optional.empty() : Optional.of(left));
  }

  /// Commits unless what was read has changed; the same answer for the same id, ever after.
  public Outcome commit(Commit commit, Timestamp now) {
    Outcome known = outcomes.get(commit.txn());
    if (known != null) {
      return known;
    }
    Outcome outcome = decide(commit, now);
    outcomes.put(commit.txn(), outcome);
    return outcome;
  }

  /// How a transaction ended; if nobody has heard of it, it never will.
  public Outcome fence(TxnId txn) {
    return outcomes.computeIfAbsent(
        txn,
        id -> new Outcome.Aborted(AbortReason.of(AbortReason.Kind.RECOVERED, "nobody knew of it")));
  }

  /// The shards that a commit concerns.
  public List<ShardId> participants(Commit commit) {
    var shards = new TreeSet<ShardId>();
    commit.reads().forEach(read -> shards.add(read.shard()));
    commit.writes().forEach(write -> shards.add(map.owner(write.key()).id()));
    return List.copyOf(shards);
  }

  private Outcome decide(Commit commit, Timestamp now) {
    for (ShardRead read : commit.reads()) {
      Optional<Key> changed = changedSince(read);
      if (changed.isPresent()) {
        return new Outcome.Aborted(
            AbortReason.at(AbortReason.Kind.READ_CONFLICT, changed.get(), ""));
      }
    }
    for (Write write : commit.writes()) {
      if (write instanceof Write.Add add && total(add).isEmpty()) {
        return new Outcome.Aborted(
            AbortReason.at(AbortReason.Kind.INVALID, add.key(), "its value is not a number"));
      }
    }
    Timestamp ts = Timestamp.max(Timestamp.max(last, commit.after()).next(), now);
    apply(commit.writes(), ts);
    return new Outcome.Committed(ts);
  }

  private void apply(List<Write> writes, Timestamp ts) {
    slot++;
    last = Timestamp.max(last, ts);
    for (Write write : writes) {
      Optional<Value> value =
          switch (write) {
            case Write.Put put -> Optional.of(put.value());
            case Write.Delete delete -> Optional.empty();
            case Write.Add add -> total(add);
          };
      versions
          .computeIfAbsent(write.key(), key -> new ArrayList<>())
          .add(new Version(slot, ts, value));
    }
  }

  private Optional<Value> total(Write.Add add) {
    Value base = value(add.key()).orElse(Value.number(0));
    return base.asNumber().isPresent()
        ? Optional.of(Value.number(base.asNumber().getAsLong() + add.delta()))
        : Optional.empty();
  }

  private Optional<Key> changedSince(ShardRead read) {
    KeyRange range = read.observed().range();
    return versions.tailMap(range.start(), true).entrySet().stream()
        .filter(entry -> range.contains(entry.getKey()))
        .filter(entry -> entry.getValue().getLast().slot() > read.observed().slot())
        .map(java.util.Map.Entry::getKey)
        .findFirst();
  }

  private Page page(ShardMap.Shard shard, KeyRange range, int wanted, boolean reverse, long asOf) {
    Deque<Row> rows = new ArrayDeque<>();
    int most = Math.min(wanted, pageRowsMax);
    for (Key key : (reverse ? versions.descendingMap() : versions).keySet()) {
      Optional<Version> version = range.contains(key) ? valueAsOf(key, asOf) : Optional.empty();
      if (version.isPresent() && version.get().value().isPresent() && rows.size() < most) {
        rows.add(new Row(key, version.get().value().get(), version.get().ts()));
      }
    }
    KeyRange covered = range;
    if (rows.size() == most) {
      Key end = rows.getLast().key();
      covered =
          reverse
              ? new KeyRange(end, range.end())
              : new KeyRange(range.start(), Optional.of(end.next()));
    }
    KeyRange rest = without(range, covered, reverse);
    return new Page(
        shard.id(),
        shard.generation(),
        asOf,
        covered,
        List.copyOf(rows),
        rest.isEmpty() ? Optional.empty() : Optional.of(rest));
  }

  private Optional<Version> valueAsOf(Key key, long asOf) {
    return versions.getOrDefault(key, List.of()).reversed().stream()
        .filter(version -> version.slot() <= asOf)
        .findFirst();
  }

  private static KeyRange without(KeyRange range, KeyRange covered, boolean reverse) {
    if (reverse) {
      return new KeyRange(range.start(), Optional.of(covered.start()));
    }
    return covered
        .end()
        .map(end -> new KeyRange(end, range.end()))
        .orElse(KeyRange.of(Key.EMPTY, Key.EMPTY));
  }

  private static ShardMap.Shard shard(int number, KeyRange range) {
    return new ShardMap.Shard(new ShardId(number), range, 1, List.of(new NodeId(1)));
  }
}
