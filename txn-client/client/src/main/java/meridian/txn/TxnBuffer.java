package meridian.txn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import meridian.model.Digest;
import meridian.model.Invariant;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Limits;
import meridian.model.Value;
import meridian.model.Write;
import meridian.txn.Reading.Row;

/// What one attempt at a transaction has read and written so far; nothing of it has left yet.
///
/// It answers reads from what it knows: the transaction's own writes laid over what was read before
/// (rule S2). What it does not know it names, for somebody to fetch; the pages that come back are
/// taken in by `learn`. A key that was read once is seen the same way ever after, so an attempt
/// reads each key at one slot, and that is what its commit is validated against (rule S1).
public final class TxnBuffer {
  /// About what an id, a slot and a few tags add to each read and write in a message, in bytes.
  private static final int OVERHEAD_BYTES = 24;

  /// What a commit may come to, in bytes; the rest of a message is left for its envelope.
  private static final long COMMIT_BYTES_MAX = Limits.MESSAGE_BYTES_MAX - 64 * 1024;

  private final Coverage coverage = new Coverage();

  /// What the transaction does to each key; the last word on a key replaces the ones before.
  private final NavigableMap<Key, Write> writes = new TreeMap<>();

  /// Bytes of keys and values in `writes`.
  private long bytesWritten;

  /// Bytes of keys and values that were read.
  private long bytesRead;

  /// Bytes of the bounds of all intervals that were read.
  private long bytesOfBounds;

  /// What has to be read before `get` can answer for a key, if anything.
  ///
  /// @throws InvalidRequest if there can be no such key
  public Optional<Reading.Range> missing(Key key) {
    require(Limits.complaintAbout(new Write.Delete(key)));
    Write own = writes.get(key);
    boolean isSettledByOwn = own != null && !(own instanceof Write.Add);
    return isSettledByOwn || coverage.at(key).isPresent()
        ? Optional.empty()
        : Optional.of(Reading.Range.point(key));
  }

  /// The value of a key as this transaction sees it. Nothing may be missing.
  ///
  /// @throws InvalidRequest if the transaction has added to it, and it is not a number
  public Optional<Entry> get(Key key) {
    Invariant.check(missing(key).isEmpty(), "key %s was not read", key);
    return overlay(key, coverage.at(key).map(known -> known.rows().get(key)));
  }

  /// A walk over a range, own writes included.
  ///
  /// @param limit how many rows, 0 for all
  /// @throws InvalidRequest if the range is upside down or the limit negative
  public Scan scan(KeyRange range, int limit, boolean reverse) {
    require(Limits.complaintAbout(range));
    if (limit < 0) {
      throw new InvalidRequest("the limit is " + limit + ": use 1 or more, or 0 for no limit");
    }
    return new Scan(this, range, limit, reverse);
  }

  /// Takes in what a shard said.
  ///
  /// @throws InvalidRequest if the transaction becomes too large by it
  public void learn(Reading.Page page) {
    int before = coverage.size();
    bytesRead += coverage.add(page);
    bytesOfBounds += (long) (coverage.size() - before) * boundsBytes(page.covered());
    requireRoom(0, 0);
    if (bytesRead > Limits.TXN_READ_BYTES_MAX) {
      throw new InvalidRequest(
          ("the transaction has read %d bytes, the limit is %d: read in several transactions, or"
                  + " page by page outside of one")
              .formatted(bytesRead, Limits.TXN_READ_BYTES_MAX));
    }
  }

  /// Sets a value.
  ///
  /// @throws InvalidRequest if key or value is beyond its limit, or the transaction becomes too
  ///   large
  public void put(Key key, Value value) {
    write(new Write.Put(key, value));
  }

  /// Takes a key away, whether or not it is there.
  ///
  /// @throws InvalidRequest if there can be no such key, or the transaction becomes too large
  public void delete(Key key) {
    write(new Write.Delete(key));
  }

  /// Adds to a counter; no value counts as 0. Where the transaction knows the value, this is a put
  /// of the sum. Where it does not, the sum is left to whoever applies it: nothing is read, and no
  /// other addition is in conflict with it.
  ///
  /// @throws InvalidRequest if the value is known and is not a number, or the sum overflows
  public void add(Key key, long delta) {
    Write own = writes.get(key);
    if (own instanceof Write.Add earlier) {
      write(new Write.Add(key, sum(key, earlier.delta(), delta)));
    } else if (own == null && coverage.at(key).isEmpty()) {
      write(new Write.Add(key, delta));
    } else {
      Optional<Value> base = get(key).map(Entry::value);
      put(key, Value.number(sum(key, number(key, base), delta)));
    }
  }

  /// What was read, in key order, as a commit carries it.
  public List<ClientMessage.ShardRead> reads() {
    return coverage.reads();
  }

  /// What was read, in key order, as the shards said it: own writes are not in it.
  public List<Seen> seen() {
    return coverage.seen();
  }

  /// The rows that an interval of keys held, and no others.
  public record Seen(KeyRange range, List<Row> rows) {
    public Seen {
      rows = List.copyOf(rows);
    }
  }

  /// What is to be written, in key order, a key once.
  public List<Write> writes() {
    return List.copyOf(writes.values());
  }

  public boolean isReadOnly() {
    return writes.isEmpty();
  }

  /// About how many bytes a commit of all this comes to.
  public long approximateSizeBytes() {
    return bytesWritten + bytesOfBounds + OVERHEAD_BYTES * keysTouched();
  }

  /// The same for two buffers exactly if they have read and written the same.
  public long digest() {
    var digest = new Digest();
    for (ClientMessage.ShardRead read : reads()) {
      digest.add(read.shard().number()).add(read.generation());
      digest.add(read.observed().range()).add(read.observed().slot());
    }
    digest.add(writes.size());
    writes.values().forEach(digest::add);
    return digest.value();
  }

  Coverage coverage() {
    return coverage;
  }

  /// The keys of an interval that the transaction sees a value in, in order or in reverse.
  ///
  /// @param rows those that were read
  Iterable<Entry> overlaid(KeyRange range, NavigableMap<Key, Row> rows, boolean reverse) {
    var keys = new TreeMap<Key, Optional<Row>>();
    within(rows, range).forEach((key, row) -> keys.put(key, Optional.of(row)));
    within(writes, range).keySet().forEach(key -> keys.putIfAbsent(key, Optional.empty()));
    var entries = new ArrayList<Entry>(keys.size());
    (reverse ? keys.descendingMap() : keys)
        .forEach((key, row) -> overlay(key, row).ifPresent(entries::add));
    return Collections.unmodifiableList(entries);
  }

  private Optional<Entry> overlay(Key key, Optional<Row> row) {
    Write own = writes.get(key);
    if (own == null) {
      return row.map(read -> new Entry(key, read.value(), Optional.of(read.version())));
    }
    return switch (own) {
      case Write.Put put -> Optional.of(new Entry(key, put.value(), Optional.empty()));
      case Write.Delete delete -> Optional.empty();
      case Write.Add add -> {
        long total = sum(key, number(key, row.map(Row::value)), add.delta());
        yield Optional.of(new Entry(key, Value.number(total), Optional.empty()));
      }
    };
  }

  private void write(Write write) {
    require(Limits.complaintAbout(write));
    Write before = writes.get(write.key());
    long bytesMore = (long) write.sizeBytes() - (before == null ? 0 : before.sizeBytes());
    requireRoom(before == null ? 1 : 0, bytesMore);
    writes.put(write.key(), write);
    bytesWritten += bytesMore;
  }

  private void requireRoom(int keysMore, long bytesMore) {
    require(Limits.complaintAboutSize(keysTouched() + keysMore, bytesWritten + bytesMore));
    long size = approximateSizeBytes() + (long) OVERHEAD_BYTES * keysMore + bytesMore;
    if (size > COMMIT_BYTES_MAX) {
      throw new InvalidRequest(
          "what the transaction has read and written comes to %d bytes, the limit is %d: split it"
              .formatted(size, COMMIT_BYTES_MAX));
    }
  }

  private long keysTouched() {
    return (long) coverage.size() + writes.size();
  }

  private static void require(Optional<String> complaint) {
    if (complaint.isPresent()) {
      throw new InvalidRequest(complaint.get());
    }
  }

  private static long number(Key key, Optional<Value> value) {
    return value
        .map(Value::asNumber)
        .orElse(java.util.OptionalLong.of(0))
        .orElseThrow(
            () ->
                new InvalidRequest(
                    "cannot add to key " + key + ": its value is not a number of 64 bits"));
  }

  private static long sum(Key key, long a, long b) {
    try {
      return Math.addExact(a, b);
    } catch (ArithmeticException overflow) {
      throw new InvalidRequest(
          "cannot add " + b + " to key " + key + ": the sum does not fit 64 bits");
    }
  }

  private static int boundsBytes(KeyRange range) {
    return range.start().size() + range.end().map(Key::size).orElse(0);
  }

  private static <T> Map<Key, T> within(NavigableMap<Key, T> map, KeyRange range) {
    NavigableMap<Key, T> tail = map.tailMap(range.start(), true);
    return range.end().isPresent() ? tail.headMap(range.end().get(), false) : tail;
  }
}
