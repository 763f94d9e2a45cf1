package meridian.txn;

import meridian.model.AbortReason;

/// The attempt can do nothing more: its deadline has passed, or the store cannot serve it in time.
/// Code that runs in an attempt lets this through.
public final class AttemptOver extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient AbortReason reason;

  public AttemptOver(AbortReason reason) {
    super(reason.toString());
    this.reason = reason;
  }

  public AbortReason reason() {
    return reason;
  }
}
