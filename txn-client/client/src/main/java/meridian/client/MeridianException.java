package meridian.client;

import java.util.Optional;
import meridian.model.AbortReason;
import meridian.model.Key;
import meridian.model.TxnId;

/// Something did not work. The three kinds differ in what is known of the transaction, and that is
/// what a caller must decide by.
public abstract sealed class MeridianException extends RuntimeException
    permits RetriableException, PermanentException, UnknownOutcomeException {
  private static final long serialVersionUID = 1;

  private final transient Optional<AbortReason> reason;

  MeridianException(String message, Optional<AbortReason> reason) {
    super(message);
    this.reason = reason;
  }

  /// Why the store refused it, if it was the store.
  public Optional<AbortReason> reason() {
    return reason;
  }

  /// The key to blame, if it is one.
  public Optional<Key> key() {
    return reason.flatMap(AbortReason::key);
  }

  /// The transaction that was in the way, if one was.
  public Optional<TxnId> holder() {
    return reason.flatMap(AbortReason::holder);
  }
}
