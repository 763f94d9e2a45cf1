package meridian.txn;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import meridian.model.AbortReason;
import meridian.model.AbortReason.Kind;
import meridian.model.Isolation;
import meridian.model.Outcome;
import meridian.model.RegionId;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.Write;

/// One transaction: its attempts, one after the other, until one has an end that stands.
///
/// Another attempt starts only when it is known that the one before did not happen (rule C7); that
/// is what keeps a transaction from happening twice. It keeps its age, so that whoever is in the
/// way now will be younger some day (rule L5), and reads at the leaders, where what is read is new.
final class Run {
  /// Before a refused id is tried again under another clock, in microseconds.
  private static final long SKEW_MICROS = 5_000;

  private final Session session;
  private final Requests requests;
  private final TxnOptions options;
  private final Body body;
  private final Consumer<TxnResult> done;
  private final long deadlineMicros;
  private final TreeSet<RegionId> regions = new TreeSet<>();
  private final TreeSet<ShardId> shards = new TreeSet<>();
  private TxnId txn = new TxnId(Timestamp.ZERO, 0, 0, 0);
  private int attempts;

  /// How often a coordinator refused its id.
  private int skews;

  Run(Session session, TxnOptions options, Body body, Consumer<TxnResult> done) {
    this.session = session;
    this.requests = session.requests();
    this.options = options;
    this.body = body;
    this.done = done;
    this.deadlineMicros = nowMicros() + options.timeoutMicros();
  }

  /// Starts the first attempt, as soon as there is a clock to take its age from.
  void begin() {
    session.connect(
        deadlineMicros,
        () -> {
          txn = session.mint();
          attempt();
        },
        () -> finish(aborted(Kind.DEADLINE, "no coordinator could be reached in time")));
  }

  Exchange ask(Exchange.Asker asker) {
    return requests.ask(asker, deadlineMicros, deadlineMicros);
  }

  Exchange askLater(Exchange.Asker asker) {
    return requests.askLater(asker, deadlineMicros);
  }

  /// @param at as of when it was read; zero for the newest that was there
  void onRead(int endpoint, List<Reading.Page> pages, Timestamp at) {
    requests.endpoints().region(endpoint).ifPresent(regions::add);
    session.saw(at);
    for (Reading.Page page : pages) {
      page.rows().forEach(row -> session.saw(row.version()));
    }
  }

  void onCommit(Attempt attempt) {
    settle(attempt, attempt.buffer().writes(), Optional.empty());
  }

  void onFail(Attempt attempt, Throwable error) {
    settle(attempt, List.of(), Optional.of(error));
  }

  void onRollback(Attempt attempt) {
    end(attempt, aborted(Kind.CANCELLED, "rolled back"));
  }

  private void attempt() {
    shards.clear();
    Reading.Mode mode =
        switch (options.reads()) {
          case VALIDATED -> attempts == 0 ? Reading.Mode.NEAREST : Reading.Mode.LEADER;
          case STRONG -> Reading.Mode.STRONG;
          case NEAREST -> Reading.Mode.NEAREST;
          // Whoever was too late once reads the present, which the leader closes for him.
          case SNAPSHOT ->
              attempts == 0 || !canReadLater() ? Reading.Mode.NEAREST : Reading.Mode.LEADER;
        };
    Timestamp at = options.reads() == TxnOptions.Reads.SNAPSHOT ? moment() : Timestamp.ZERO;
    attempts++;
    body.run(new Attempt(this, txn, mode, at));
  }

  /// Whether another attempt may read as of later.
  boolean canReadLater() {
    return options.moment() instanceof Moment.Recent;
  }

  private Timestamp moment() {
    return switch (options.moment()) {
      case Moment.Exactly(Timestamp at) -> at;
      case Moment.Recent(long agoMicros, boolean isAfterSession) -> {
        Timestamp now = session.clock().at(nowMicros());
        Timestamp then = attempts == 0 ? now.minusMillis(agoMicros / 1_000) : now;
        yield isAfterSession ? Timestamp.max(then, session.seen()) : then;
      }
    };
  }

  /// Has it decided whether all that the attempt read holds, and its writes happen.
  private void settle(Attempt attempt, List<Write> writes, Optional<Throwable> error) {
    boolean readsAreTrue =
        switch (options.reads()) {
          case VALIDATED -> !attempt.hasRead();
          case STRONG -> attempt.isStrong();
          case NEAREST, SNAPSHOT -> true;
        };
    if (attempt.whyDoomed().isPresent()) {
      end(attempt, new TxnEnd.Aborted(attempt.whyDoomed().get()));
    } else if (writes.isEmpty() && readsAreTrue) {
      end(
          attempt,
          error.<TxnEnd>map(TxnEnd.Failed::new).orElse(new TxnEnd.Committed(Optional.empty())));
    } else if (nowMicros() >= deadlineMicros) {
      end(attempt, aborted(Kind.DEADLINE, "its time was up before it came to commit" + skewNote()));
    } else {
      new Settlement(
              requests,
              txn,
              terms(attempt),
              writes,
              Timestamp.max(session.seen(), attempt.snapshot()),
              deadlineMicros,
              deadlineMicros + session.config().graceMicros(),
              new Outcomes(attempt, writes, error))
          .commit();
    }
  }

  /// What the commit has to hold to (rule S4). What has read nothing fits any snapshot.
  private Settlement.Terms terms(Attempt attempt) {
    if (options.isolation().validatesReads()) {
      return new Settlement.Terms(options.isolation(), Timestamp.ZERO, attempt.buffer().reads());
    }
    boolean isSnapshot = options.isolation().isSnapshot() && attempt.hasRead();
    return isSnapshot
        ? new Settlement.Terms(options.isolation(), attempt.snapshot(), List.of())
        : new Settlement.Terms(Isolation.READ_COMMITTED, Timestamp.ZERO, List.of());
  }

  /// What becomes of one attempt.
  private final class Outcomes implements Settlement.Listener {
    private final Attempt attempt;
    private final List<Write> writes;
    private final Optional<Throwable> error;

    Outcomes(Attempt attempt, List<Write> writes, Optional<Throwable> error) {
      this.attempt = attempt;
      this.writes = writes;
      this.error = error;
    }

    @Override
    public void onOutcome(
        Outcome outcome, List<ShardId> participants, Optional<RegionId> answeredIn) {
      shards.addAll(participants);
      answeredIn.ifPresent(regions::add);
      end(
          attempt,
          switch (outcome) {
            case Outcome.Committed(var ts) -> {
              session.saw(ts);
              yield error
                  .<TxnEnd>map(TxnEnd.Failed::new)
                  .orElse(new TxnEnd.Committed(Optional.of(ts)));
            }
            case Outcome.Aborted(var reason) -> new TxnEnd.Aborted(reason);
            case Outcome.Unknown(var token) -> new TxnEnd.Unknown(token);
          });
    }

    @Override
    public void onSkew() {
      skews++;
      txn = session.mintAgain(txn);
      attempt.remint(txn);
      // Not at once: two coordinators whose clocks disagree could go on refusing each other's ids.
      requests.timers().after(SKEW_MICROS, () -> settle(attempt, writes, error));
    }
  }

  private void end(Attempt attempt, TxnEnd end) {
    shards.addAll(attempt.shards());
    body.ended(attempt, end);
    if (end instanceof TxnEnd.Aborted(AbortReason reason) && reason.kind().isRetriable()) {
      long waitMicros = requests.jittered(backOffMicros());
      if (attempts < options.attemptsMax() && nowMicros() + waitMicros < deadlineMicros) {
        txn = txn.nextAttempt();
        requests.timers().after(waitMicros, this::attempt);
        return;
      }
    }
    finish(end);
  }

  /// Half of it is certain and half is chance, so that two who met do not meet again.
  private long backOffMicros() {
    SessionConfig config = session.config();
    return SessionConfig.doubled(config.retryMicros(), attempts - 1, config.retryMicrosMax());
  }

  private void finish(TxnEnd end) {
    done.accept(new TxnResult(end, txn, attempts, List.copyOf(shards), List.copyOf(regions)));
  }

  private String skewNote() {
    return skews == 0
        ? ""
        : "; coordinators refused its id " + skews + " times: their clocks disagree, compare them";
  }

  private long nowMicros() {
    return requests.timers().nowMicros();
  }

  private static TxnEnd aborted(Kind kind, String detail) {
    return new TxnEnd.Aborted(AbortReason.of(kind, detail));
  }
}
