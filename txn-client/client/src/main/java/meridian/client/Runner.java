package meridian.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import meridian.history.Recorder;
import meridian.model.AbortReason;
import meridian.txn.Attempt;
import meridian.txn.Body;
import meridian.txn.TxnEnd;
import meridian.txn.TxnOptions;
import meridian.txn.TxnResult;

/// Runs the code of one transaction on the thread that wants it, as often as its session says.
final class Runner implements Body {
  /// What the session wants of the thread.
  private sealed interface Step {
    record Run(Attempt attempt) implements Step {}

    record Ended(Attempt attempt, TxnEnd end, long micros) implements Step {}

    record Finished(TxnResult result) implements Step {}
  }

  private final Driver driver;
  private final TxnOptions options;
  private final Optional<Recording> recording;
  private final LinkedBlockingQueue<Step> steps = new LinkedBlockingQueue<>();
  private final long startedNanos = System.nanoTime();
  private Optional<Recording.Journal> journal = Optional.empty();

  Runner(Driver driver, TxnOptions options, Optional<Recording> recording) {
    this.driver = driver;
    this.options = options;
    this.recording = recording;
  }

  /// Hands an attempt over, from the session's thread.
  @Override
  public void run(Attempt attempt) {
    steps.add(new Step.Run(attempt));
  }

  @Override
  public void ended(Attempt attempt, TxnEnd end) {
    steps.add(new Step.Ended(attempt, end, Recorder.nowMicros()));
  }

  /// Starts the transaction.
  Runner start() {
    driver.enter(
        session -> session.transact(options, this, result -> steps.add(new Step.Finished(result))));
    return this;
  }

  /// Runs code until there is an end.
  <T extends @org.jspecify.annotations.Nullable Object, X extends Exception> Result<T> run(
      Work<T, X> work) throws X {
    Optional<Returned<T>> returned = Optional.empty();
    while (true) {
      switch (take()) {
        case Step.Run(Attempt attempt) -> returned = runOnce(attempt, work);
        case Step.Ended ended -> note(ended);
        case Step.Finished(TxnResult result) -> {
          check(result);
          return result(result, returned.orElseThrow().value());
        }
      }
    }
  }

  /// The first attempt, to be used by hand.
  ///
  /// @throws RetriableException if no coordinator is reached in time
  OpenTransaction open() {
    while (true) {
      switch (take()) {
        case Step.Run(Attempt attempt) -> {
          journal = recording.map(to -> to.begin(options));
          return new OpenTransaction(driver, attempt, journal, this);
        }
        case Step.Ended ended -> note(ended);
        case Step.Finished(TxnResult result) -> check(result);
      }
    }
  }

  /// Waits for the end of what was opened.
  Result<Optional<Void>> finish() {
    while (true) {
      switch (take()) {
        case Step.Run run -> throw new IllegalStateException("it was to run once");
        case Step.Ended ended -> note(ended);
        case Step.Finished(TxnResult result) -> {
          check(result);
          return result(result, Optional.empty());
        }
      }
    }
  }

  /// What the code returned, which may be null.
  private record Returned<T extends @org.jspecify.annotations.Nullable Object>(T value) {}

  private <T extends @org.jspecify.annotations.Nullable Object, X extends Exception>
      Optional<Returned<T>> runOnce(Attempt attempt, Work<T, X> work) {
    journal = recording.map(to -> to.begin(options));
    T value;
    try {
      value = work.run(new Transaction(driver, attempt, journal));
    } catch (
        Throwable error) { // of any kind: all are due to what was read, until that is validated
      driver.enter(session -> attempt.fail(error));
      return Optional.empty();
    }
    driver.enter(session -> attempt.commit());
    return Optional.of(new Returned<>(value));
  }

  private void note(Step.Ended ended) {
    journal.ifPresent(to -> to.end(ended.attempt(), ended.end(), ended.micros()));
    journal = Optional.empty();
  }

  private void check(TxnResult result) {
    switch (result.end()) {
      case TxnEnd.Committed committed -> {}
      case TxnEnd.Aborted(AbortReason reason) ->
          throw Driver.failure(reason, attemptsNote(result) + troubleNote(reason));
      case TxnEnd.Unknown(var token) -> throw new UnknownOutcomeException(token);
      case TxnEnd.Failed(Throwable error) -> throw Runner.<RuntimeException>asIs(error);
    }
  }

  private <T extends @org.jspecify.annotations.Nullable Object> Result<T> result(
      TxnResult result, T value) {
    return new Result<>(
        value,
        result.end() instanceof TxnEnd.Committed(var ts) ? ts : Optional.empty(),
        result.txn(),
        result.attempts(),
        result.shards(),
        result.regions(),
        Duration.ofNanos(System.nanoTime() - startedNanos));
  }

  private static String attemptsNote(TxnResult result) {
    return result.attempts() > 1 ? " (after " + result.attempts() + " attempts)" : "";
  }

  private String troubleNote(AbortReason reason) {
    return reason.kind() == AbortReason.Kind.DEADLINE && !driver.lastTrouble().isEmpty()
        ? "; last trouble: " + driver.lastTrouble()
        : "";
  }

  /// The next step. Waits whatever interrupts: until a commit has an outcome nobody may go on, and
  /// the deadline bounds it.
  private Step take() {
    boolean wasInterrupted = false;
    try {
      while (true) {
        try {
          return steps.take();
        } catch (InterruptedException interrupted) {
          wasInterrupted = true;
        }
      }
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Throws what the code threw, checked or not; the compiler has seen its kind in the type of the
  /// code.
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <X extends Throwable> X asIs(Throwable error) throws X {
    throw (X) error;
  }
}
