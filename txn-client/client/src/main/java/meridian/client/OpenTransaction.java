package meridian.client;

import java.util.Optional;
import meridian.txn.Attempt;

/// A transaction that its user ends by hand. It runs once: after a conflict, begin another. To
/// close one that was not committed rolls it back.
public final class OpenTransaction extends Transaction implements AutoCloseable {
  private final Runner runner;
  private boolean isOver;

  OpenTransaction(
      Driver driver, Attempt attempt, Optional<Recording.Journal> journal, Runner runner) {
    super(driver, attempt, journal);
    this.runner = runner;
  }

  /// Makes all of it happen.
  ///
  /// @throws RetriableException if it did not, because of others or of time
  /// @throws UnknownOutcomeException if nobody answered in time
  /// @throws IllegalStateException if it was ended before
  public Result<Optional<Void>> commit() {
    driver().enter(session -> attempt().commit());
    isOver = true;
    return runner.finish();
  }

  /// Drops all of it.
  ///
  /// @throws IllegalStateException if it was ended before
  public void rollback() {
    driver().enter(session -> attempt().rollback());
    isOver = true;
    try {
      runner.finish();
    } catch (PermanentException asWanted) {
      // The store calls it cancelled.
    }
  }

  @Override
  public void close() {
    if (!isOver) {
      rollback();
    }
  }
}
