package meridian.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import meridian.model.Isolation;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Limits;
import meridian.model.Outcome;
import meridian.model.Timestamp;
import meridian.model.Value;
import meridian.txn.Entry;
import meridian.txn.InvalidRequest;
import meridian.txn.TxnOptions;
import meridian.txn.TxnOptions.Reads;

/// A connection to a store; for any number of threads, which share its streams. What one thread has
/// seen committed, every later transaction of the same connection comes after.
///
/// Every call has a deadline, the connection's unless `with` says otherwise, and throws one of the
/// three kinds of [MeridianException].
public final class Database implements AutoCloseable {
  private final Driver driver;
  private final Options options;
  private final Optional<Recording> recording;

  Database(Driver driver, Options options, Optional<Recording> recording) {
    this.driver = driver;
    this.options = options;
    this.recording = recording;
  }

  /// The same connection used in another way. The region and the recorder stay as they are.
  public Database with(Options other) {
    return new Database(driver, other, recording);
  }

  /// The same connection, with another deadline for each call.
  public Database withTimeout(Duration timeout) {
    return with(options.withTimeout(timeout));
  }

  /// The same connection, with transactions of another level.
  public Database at(Isolation level) {
    return with(options.withIsolation(level));
  }

  /// How it is used.
  public Options options() {
    return options;
  }

  // --- transactions ---

  /// Runs code as a transaction, on this thread, again after conflicts, and returns what it
  /// returned when that has committed. **The code may run more than once.**
  ///
  /// @throws RetriableException if it did not commit within its deadline and attempts
  /// @throws PermanentException if it can never work
  /// @throws UnknownOutcomeException if it may or may not have committed
  /// @throws X what the code threw, over reads that hold; nothing of what it wrote happens
  public <T extends @org.jspecify.annotations.Nullable Object, X extends Exception> T transact(
      Work<T, X> work) throws X {
    return execute(work).value();
  }

  /// The same, and tells what it cost.
  public <T extends @org.jspecify.annotations.Nullable Object, X extends Exception>
      Result<T> execute(Work<T, X> work) throws X {
    return runner(transaction(options.timeout(), options.attemptsMax())).run(work);
  }

  /// The same on a thread of its own. What it throws, the future throws.
  public <T extends @org.jspecify.annotations.Nullable Object> CompletableFuture<T> transactAsync(
      Work<T, ? extends Exception> work) {
    return executeAsync(work).thenApply(Result::value);
  }

  /// The same, and tells what it cost.
  public <T extends @org.jspecify.annotations.Nullable Object>
      CompletableFuture<Result<T>> executeAsync(Work<T, ? extends Exception> work) {
    var future = new CompletableFuture<Result<T>>();
    Thread.ofVirtual()
        .name("meridian-transaction")
        .start(
            () -> {
              try {
                future.complete(execute(work));
              } catch (Throwable error) {
                future.completeExceptionally(error);
              }
            });
    return future;
  }

  /// Begins a transaction to be ended by hand, within a minute.
  public OpenTransaction begin() {
    return runner(transaction(Duration.ofMillis(Limits.TXN_MILLIS_MAX), 1)).open();
  }

  /// Finds out how a transaction ended that was unknown; unknown again, if nobody can tell in time.
  /// A transaction that nobody has heard of is ended by this: it will never commit.
  public Outcome outcome(Outcome.Token token) {
    var found = new CompletableFuture<Outcome>();
    long micros = micros(options.timeout());
    driver.enter(session -> session.resolve(token, micros, found::complete));
    try {
      return found.get(micros + 1_000_000, TimeUnit.MICROSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new Outcome.Unknown(token);
    } catch (ExecutionException | TimeoutException neverSo) {
      return new Outcome.Unknown(token);
    }
  }

  // --- single operations, each a transaction of its own ---

  /// The value of a key, strictly serializable.
  public Optional<Value> get(Key key) {
    return get(key, ReadOptions.STRICT);
  }

  /// The value of a key.
  public Optional<Value> get(Key key, ReadOptions how) {
    return read(how, tx -> tx.get(key)).value();
  }

  /// The values of those of the keys that have one, all of one moment.
  public Map<Key, Value> getAll(List<Key> keys) {
    return read(ReadOptions.STRICT, tx -> tx.getAll(keys)).value();
  }

  /// The keys of a range that have a value, strictly serializable; see `scan(range, how)`.
  public RangeScan scan(KeyRange range) {
    return scan(range, ReadOptions.STRICT);
  }

  /// The keys of a range that have a value. A list is of one moment; pages are each of their own.
  public RangeScan scan(KeyRange range, ReadOptions how) {
    return new RangeScan(
        range,
        (keys, limit, reverse) -> list(how, keys, limit, reverse).value(),
        (keys, limit, reverse) -> new Pages(how, keys, limit, reverse));
  }

  /// Runs code that only reads. A single strict read needs no commit; more are validated by one,
  /// and so are the writes of code that writes after all.
  public <T extends @org.jspecify.annotations.Nullable Object, X extends Exception> Result<T> read(
      ReadOptions how, Work<T, X> work) throws X {
    TxnOptions plain = within(how.timeout().orElse(options.timeout()), options.attemptsMax());
    return runner(
            how.reads() == Reads.SNAPSHOT
                ? plain.readingAsOf(how.moment())
                : plain.reading(how.reads()))
        .run(work);
  }

  /// Sets a value.
  ///
  /// @return when that was committed
  public Timestamp put(Key key, Value value) {
    return batch(new Batch().put(key, value)).commitTimestamp().orElseThrow();
  }

  /// Takes a key away, whether or not it is there.
  ///
  /// @return when that was committed
  public Timestamp delete(Key key) {
    return batch(new Batch().delete(key)).commitTimestamp().orElseThrow();
  }

  /// Adds to a counter, and returns what it comes to.
  public long add(Key key, long delta) {
    return transact(tx -> tx.add(key, delta));
  }

  /// Sets a value if the key holds what is expected, nothing being a thing to expect.
  ///
  /// @return whether it did
  public boolean compareAndSet(Key key, Optional<Value> expected, Value update) {
    return transact(tx -> tx.compareAndSet(key, expected, update));
  }

  /// Makes several writes at once.
  public Result<Optional<Void>> batch(Batch batch) {
    return execute(
        tx -> {
          batch.applyTo(tx);
          return Optional.empty();
        });
  }

  // --- the connection ---

  /// The store's time, as far as it is known here: late by the way that its last answer took.
  public Timestamp now() {
    var now = new ArrayList<Timestamp>(1);
    driver.enter(session -> now.add(session.now()));
    return now.getFirst();
  }

  /// The largest timestamp that was read or committed here.
  public Timestamp seen() {
    var seen = new ArrayList<Timestamp>(1);
    driver.enter(session -> seen.add(session.seen()));
    return seen.getFirst();
  }

  /// Makes every transaction from now on come after what another connection has seen.
  ///
  /// @throws PermanentException if that lies in the future: it is of another store, or clocks are
  ///   wrong
  public void saw(Timestamp ts) {
    driver.enter(
        session -> {
          if (!session.isPlausible(ts)) {
            throw new PermanentException(
                "the token's time " + ts + " lies in the future: is it of another store?");
          }
          session.saw(ts);
        });
  }

  /// What this connection has seen, as one word. Given to `resume` of another connection, in any
  /// region and through any coordinator, that one sees what was written here, and nothing older
  /// than what was read here.
  public String token() {
    return Tokens.format(seen());
  }

  /// Takes up where the connection that gave out a token has left off.
  ///
  /// @throws PermanentException if the text is no token, or of another store
  public void resume(String token) {
    Timestamp ts;
    try {
      ts = Tokens.parseSession(token);
    } catch (IllegalArgumentException notAToken) {
      throw new PermanentException(String.valueOf(notAToken.getMessage()));
    }
    saw(ts);
  }

  /// Ends the connection, for everyone who uses it. What is under way ends by its deadline.
  @Override
  public void close() {
    driver.close();
  }

  private Result<List<Entry>> list(ReadOptions how, KeyRange keys, int limit, boolean reverse) {
    return read(
        how,
        tx -> {
          RangeScan scan = tx.scan(keys).limit(limit);
          return (reverse ? scan.reverse() : scan).list();
        });
  }

  private Runner runner(TxnOptions how) {
    return new Runner(driver, how, recording).start();
  }

  private TxnOptions transaction(Duration timeout, int attemptsMax) {
    return within(timeout, attemptsMax).at(options.isolation());
  }

  private static TxnOptions within(Duration timeout, int attemptsMax) {
    try {
      return TxnOptions.within(micros(timeout)).atMost(attemptsMax);
    } catch (InvalidRequest wrong) {
      throw Driver.translated(wrong);
    }
  }

  private static long micros(Duration time) {
    return TimeUnit.MICROSECONDS.convert(time);
  }

  /// Page after page, each a transaction of its own.
  private final class Pages implements Supplier<List<Entry>> {
    private final ReadOptions how;
    private final boolean reverse;
    private KeyRange left;
    private long wanted;

    Pages(ReadOptions how, KeyRange range, int limit, boolean reverse) {
      this.how = how;
      this.reverse = reverse;
      this.left = range;
      this.wanted = limit == 0 ? Long.MAX_VALUE : limit;
    }

    @Override
    public List<Entry> get() {
      if (wanted == 0) {
        return List.of();
      }
      int asked = (int) Math.min(wanted, Limits.PAGE_ROWS_MAX);
      List<Entry> page = list(how, left, asked, reverse).value();
      wanted = page.size() < asked ? 0 : wanted - asked;
      if (wanted > 0) {
        Key last = page.getLast().key();
        left =
            reverse
                ? new KeyRange(left.start(), Optional.of(last))
                : new KeyRange(last.next(), left.end());
      }
      return page;
    }
  }
}
