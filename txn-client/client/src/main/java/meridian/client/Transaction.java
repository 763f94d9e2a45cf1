package meridian.client;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import meridian.history.Op;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.TxnId;
import meridian.model.Value;
import meridian.txn.Attempt;
import meridian.txn.Entry;
import meridian.txn.InvalidRequest;
import meridian.txn.Scan;

/// A transaction under way. What it reads is the state of one moment, with its own writes over it;
/// what it writes appears when it commits, all at once or not at all.
///
/// For one thread at a time. Every method may throw [PermanentException] for what can never work
/// and [RetriableException] where there is no time left; code lets both through.
public sealed class Transaction permits OpenTransaction {
  private final Driver driver;
  private final Attempt attempt;
  private final Optional<Recording.Journal> journal;

  Transaction(Driver driver, Attempt attempt, Optional<Recording.Journal> journal) {
    this.driver = driver;
    this.attempt = attempt;
    this.journal = journal;
  }

  /// Its id. Another attempt at the same has another.
  public TxnId id() {
    return attempt.txn();
  }

  /// The value of a key.
  public Optional<Value> get(Key key) {
    return getEntry(key).map(Entry::value);
  }

  /// The value of a key, and when it was committed.
  public Optional<Entry> getEntry(Key key) {
    Optional<Entry> entry = driver.await(then -> attempt.get(key, then));
    recordRead(key, entry);
    return entry;
  }

  /// The values of those of the keys that have one, in the order given; read together, in one
  /// round.
  public Map<Key, Value> getAll(List<Key> keys) {
    List<Optional<Entry>> entries = driver.await(then -> attempt.getAll(keys, then));
    var values = new LinkedHashMap<Key, Value>();
    for (int i = 0; i < keys.size(); i++) {
      recordRead(keys.get(i), entries.get(i));
      entries.get(i).ifPresent(entry -> values.put(entry.key(), entry.value()));
    }
    return values;
  }

  /// The keys of a range that have a value, in order. Nothing is read until the rows are asked for.
  public RangeScan scan(KeyRange range) {
    return new RangeScan(range, this::rows, this::pages);
  }

  /// Sets a value.
  public void put(Key key, Value value) {
    update(() -> attempt.put(key, value));
    record(new Op.Write(text(key), Optional.of(text(value))));
  }

  /// Takes a key away, whether or not it is there.
  public void delete(Key key) {
    update(() -> attempt.delete(key));
    record(new Op.Write(text(key), Optional.empty()));
  }

  /// Adds to a counter, and returns what it comes to. No value counts as 0; a value that is not a
  /// decimal number of 64 bits is a [PermanentException], and so is a sum that is none.
  public long add(Key key, long delta) {
    recordRead(key, driver.await(then -> attempt.get(key, then)));
    long sum = driver.<Long>await(then -> attempt.add(key, delta, then));
    record(new Op.Write(text(key), Optional.of(Long.toString(sum))));
    return sum;
  }

  /// Sets a value if the key holds what is expected, nothing being a thing to expect.
  ///
  /// @return whether it did
  public boolean compareAndSet(Key key, Optional<Value> expected, Value update) {
    boolean holds = get(key).equals(expected);
    if (holds) {
      put(key, update);
    }
    return holds;
  }

  /// About how many bytes its commit comes to by now; see [meridian.model.Limits] for how many it
  /// may.
  public long approximateSize() {
    return attempt.buffer().approximateSizeBytes();
  }

  /// The same transaction, but what is done through this is not written down for a checker. For
  /// code that says itself what it did, by `record`.
  public Transaction unrecorded() {
    return new Transaction(driver, attempt, Optional.empty());
  }

  /// Writes down for a checker that the transaction did something; nothing happens where nobody
  /// records.
  public void record(Op op) {
    journal.ifPresent(to -> to.add(op));
  }

  /// Adds to a counter without reading it. Where this is recorded, it is read all the same: a
  /// checker must know what was written.
  void addBlind(Key key, long delta) {
    if (journal.isPresent()) {
      add(key, delta);
    } else {
      update(() -> attempt.addBlind(key, delta));
    }
  }

  Driver driver() {
    return driver;
  }

  Attempt attempt() {
    return attempt;
  }

  /// A text that names these bytes and no others.
  static String text(Key key) {
    return text(key.unsafeBytes());
  }

  private static String text(Value value) {
    return text(value.unsafeBytes());
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notText) {
      return "0x" + HexFormat.of().formatHex(bytes);
    }
  }

  private List<Entry> rows(KeyRange range, int limit, boolean reverse) {
    Scan scan = start(range, limit, reverse);
    List<Entry> rows = driver.await(then -> attempt.rows(scan, then));
    rows.forEach(entry -> recordRead(entry.key(), Optional.of(entry)));
    return rows;
  }

  private Supplier<List<Entry>> pages(KeyRange range, int limit, boolean reverse) {
    Scan scan = start(range, limit, reverse);
    return () -> {
      List<Entry> page = driver.await(then -> attempt.page(scan, then));
      page.forEach(entry -> recordRead(entry.key(), Optional.of(entry)));
      return page;
    };
  }

  private Scan start(KeyRange range, int limit, boolean reverse) {
    try {
      return attempt.scan(range, limit, reverse);
    } catch (InvalidRequest wrong) {
      throw Driver.translated(wrong);
    }
  }

  private void update(Runnable change) {
    try {
      driver.enter(session -> change.run());
    } catch (InvalidRequest wrong) {
      throw Driver.translated(wrong);
    }
  }

  private void recordRead(Key key, Optional<Entry> entry) {
    record(new Op.Read(text(key), entry.map(found -> text(found.value()))));
  }
}
