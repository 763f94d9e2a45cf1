package meridian.txn;

import java.util.Optional;
import meridian.model.AbortReason;
import meridian.model.Outcome;
import meridian.model.Timestamp;

/// How a transaction, or one attempt at it, came to its end.
public sealed interface TxnEnd {
  /// All of it happened.
  ///
  /// @param ts its place among all others; nothing where it was a read that is strictly
  ///   serializable by itself, or did nothing at all
  record Committed(Optional<Timestamp> ts) implements TxnEnd {}

  /// None of it happened, and none ever will.
  record Aborted(AbortReason reason) implements TxnEnd {}

  /// It happened or it did not. Whoever holds the token can ask.
  record Unknown(Outcome.Token token) implements TxnEnd {}

  /// The code that ran in it gave up with an error. What that code had read was true, all of it at
  /// one time (rule S3); nothing was written.
  record Failed(Throwable error) implements TxnEnd {}
}
