package meridian.txn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import meridian.model.AbortReason;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Limits;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.Value;

/// One attempt at a transaction, as the code that runs in it sees it. What has to be waited for
/// calls back, at once where it is known already; with InvalidRequest where it can never be done,
/// and with AttemptOver where there is no time left for it. It belongs to its session and is called
/// only where that may be called. Every method throws IllegalStateException once the attempt has
/// ended.
public final class Attempt {
  private final Run run;
  private final Reading.Mode mode;

  /// As of when it reads; zero for the newest that is there.
  private final Timestamp at;

  private final TxnBuffer buffer = new TxnBuffer();
  private final TreeSet<ShardId> shards = new TreeSet<>();
  private TxnId txn;

  /// Reads that have not come back yet.
  private final List<Fetch> fetching = new ArrayList<>();

  /// Answers to reads so far, and whether all of what they said needs no validation.
  private int reads;

  private boolean isStrong = true;

  /// Set when nothing can come of it any more.
  private Optional<AbortReason> doom = Optional.empty();

  private boolean isOver;

  Attempt(Run run, TxnId txn, Reading.Mode mode, Timestamp at) {
    this.run = run;
    this.txn = txn;
    this.mode = mode;
    this.at = at;
  }

  /// As of when it reads; zero if it reads no snapshot.
  public Timestamp snapshot() {
    return at;
  }

  /// The id that it commits under. It changes only where a coordinator refuses it unseen, because
  /// its clock says otherwise.
  public TxnId txn() {
    return txn;
  }

  /// What was read and written so far.
  public TxnBuffer buffer() {
    return buffer;
  }

  /// Reads a key.
  public void get(Key key, Consumer<Answer<Optional<Entry>>> then) {
    getAll(List.of(key), found -> then.accept(map(found, List::getFirst)));
  }

  /// Reads keys; the answers come in the order of the keys.
  public void getAll(List<Key> keys, Consumer<Answer<List<Optional<Entry>>>> then) {
    requireRunning();
    need(
        () -> keys.stream().flatMap(key -> buffer.missing(key).stream()).distinct().toList(),
        () -> keys.stream().map(buffer::get).toList(),
        then);
  }

  /// Starts a walk over a range, whose rows `rows` and `page` bring; see `TxnBuffer.scan`.
  public Scan scan(KeyRange range, int limit, boolean reverse) {
    requireRunning();
    return buffer.scan(range, limit, reverse);
  }

  /// All rows of a walk that were not taken yet.
  public void rows(Scan scan, Consumer<Answer<List<Entry>>> then) {
    requireRunning();
    need(() -> scan.advance().stream().toList(), scan::take, then);
  }

  /// Some more rows of a walk, at least one unless it is at its end.
  public void page(Scan scan, Consumer<Answer<List<Entry>>> then) {
    requireRunning();
    need(
        () -> {
          Optional<Reading.Range> missing = scan.advance();
          return scan.hasFound() ? List.of() : missing.stream().toList();
        },
        scan::take,
        then);
  }

  /// Sets a value.
  ///
  /// @throws InvalidRequest if key, value or the whole transaction are too large
  public void put(Key key, Value value) {
    requireRunning();
    buffer.put(key, value);
  }

  /// Takes a key away.
  ///
  /// @throws InvalidRequest if there can be no such key, or the transaction becomes too large
  public void delete(Key key) {
    requireRunning();
    buffer.delete(key);
  }

  /// Adds to a counter and says what it comes to: a read and a put (rule S2).
  public void add(Key key, long delta, Consumer<Answer<Long>> then) {
    requireRunning();
    need(
        () -> buffer.missing(key).stream().toList(),
        () -> {
          buffer.add(key, delta);
          return buffer.get(key).orElseThrow().value().asNumber().orElseThrow();
        },
        then);
  }

  /// Adds to a counter without knowing what it comes to, and so without conflict with other
  /// additions.
  ///
  /// @throws InvalidRequest if its value is known and is not a number, or the sum overflows
  public void addBlind(Key key, long delta) {
    requireRunning();
    buffer.add(key, delta);
  }

  /// Ends the attempt: all of it is to happen. Run again if it cannot and another attempt might.
  public void commit() {
    end();
    run.onCommit(this);
  }

  /// Ends the attempt with an error, and writes nothing. If what was read does not hold, the code
  /// ran into the error by mistake, and is run again (rule S3).
  public void fail(Throwable error) {
    end();
    run.onFail(this, error);
  }

  /// Ends the transaction; nothing of it happens.
  public void rollback() {
    end();
    run.onRollback(this);
  }

  void remint(TxnId other) {
    txn = other;
  }

  Optional<AbortReason> whyDoomed() {
    return doom;
  }

  Set<ShardId> shards() {
    return shards;
  }

  /// Whether what it read needs no validation: nothing, or one strong answer (rule 2.11).
  boolean isStrong() {
    return reads == 0 || (reads == 1 && isStrong);
  }

  /// Whether it has read something from the store.
  boolean hasRead() {
    return reads > 0;
  }

  private void end() {
    requireRunning();
    isOver = true;
    List.copyOf(fetching).forEach(Fetch::abandon);
  }

  private void requireRunning() {
    if (isOver) {
      throw new IllegalStateException("the transaction has ended: begin another");
    }
  }

  /// Reads until nothing is missing, and answers then.
  private <T> void need(
      Supplier<List<Reading.Range>> missing, Supplier<T> found, Consumer<Answer<T>> then) {
    Answer<T> answer;
    try {
      List<Reading.Range> ranges = missing.get();
      if (!ranges.isEmpty() && doom.isEmpty()) {
        new Fetch(ranges, () -> need(missing, found, then), why -> then.accept(failed(why)))
            .start();
        return;
      }
      answer =
          ranges.isEmpty() ? new Answer.Ok<>(found.get()) : failed(new AttemptOver(doom.get()));
    } catch (InvalidRequest wrong) {
      answer = failed(wrong);
    }
    then.accept(answer);
  }

  /// One request to read what is missing.
  private final class Fetch implements Exchange.Asker {
    private final List<Reading.Range> ranges;
    private final Reading.Mode how;
    private final Runnable whenDone;
    private final Consumer<RuntimeException> whenFailed;
    private Optional<Exchange> exchange = Optional.empty();

    Fetch(List<Reading.Range> missing, Runnable whenDone, Consumer<RuntimeException> whenFailed) {
      this.ranges = missing.subList(0, Math.min(missing.size(), Limits.PAGE_ROWS_MAX));
      this.how = mode == Reading.Mode.STRONG && reads > 0 ? Reading.Mode.LEADER : mode;
      this.whenDone = whenDone;
      this.whenFailed = whenFailed;
    }

    void start() {
      fetching.add(this);
      exchange = Optional.of(run.ask(this));
    }

    void abandon() {
      exchange.ifPresent(Exchange::close);
      fail(new IllegalStateException("the transaction has ended before this was read"));
    }

    @Override
    public ClientMessage.Request request(long number, long timeoutMicros) {
      return new ClientMessage.Read(number, ranges, how, timeoutMicros, at);
    }

    @Override
    public void onReply(int endpoint, ClientMessage.Reply reply) {
      if (!(reply instanceof ClientMessage.ReadDone done)) {
        doom(
            AbortReason.of(AbortReason.Kind.INVALID, "a coordinator answers a read with " + reply));
        return;
      }
      List<Reading.Page> pages =
          done.results().stream().flatMap(result -> result.pages().stream()).toList();
      if (pages.isEmpty()) {
        exchange = Optional.of(run.askLater(this)); // it had nothing to say; ask again, not at once
        return;
      }
      reads++;
      isStrong &= done.strong();
      run.onRead(endpoint, pages, at);
      try {
        pages.forEach(Attempt.this::learn);
      } catch (InvalidRequest tooLarge) {
        fail(tooLarge);
        return;
      }
      fetching.remove(this);
      whenDone.run();
    }

    @Override
    public void onRefused(ClientMessage.Refused refused, boolean inDoubt) {
      switch (refused.code()) {
        case INVALID_ARGUMENT -> fail(new InvalidRequest(refused.message()));
        case RESOURCE_EXHAUSTED ->
            doom(AbortReason.of(AbortReason.Kind.OVERLOADED, refused.message()));
        case UNAVAILABLE, DEADLINE_EXCEEDED, CLOCK_SKEW ->
            doom(AbortReason.of(AbortReason.Kind.DEADLINE, refused.message()));
        case TOO_OLD -> {
          if (run.canReadLater()) {
            doom(AbortReason.of(AbortReason.Kind.TOO_OLD, refused.message()));
          } else {
            fail(new InvalidRequest(refused.message()));
          }
        }
      }
    }

    @Override
    public void onExpired(boolean inDoubt) {
      doom(AbortReason.of(AbortReason.Kind.DEADLINE, "no coordinator answered a read in time"));
    }

    private void doom(AbortReason reason) {
      doom = Optional.of(doom.orElse(reason));
      fail(new AttemptOver(doom.get()));
    }

    private void fail(RuntimeException why) {
      fetching.remove(this);
      whenFailed.accept(why);
    }
  }

  private void learn(Reading.Page page) {
    shards.add(page.shard());
    buffer.learn(page);
  }

  private static <T> Answer<T> failed(RuntimeException why) {
    return new Answer.Failed<>(why);
  }

  private static <A, B> Answer<B> map(Answer<A> answer, Function<A, B> to) {
    return switch (answer) {
      case Answer.Ok<A>(A value) -> new Answer.Ok<>(to.apply(value));
      case Answer.Failed<A>(RuntimeException why) -> new Answer.Failed<>(why);
    };
  }
}
