package meridian.txn;

/// An operation that cannot be carried out, however often it is tried: a key that is too long, a
/// range upside down, a sum with something that is no number. The message names the thing, the
/// limit and the remedy. Nothing has changed.
public final class InvalidRequest extends RuntimeException {
  private static final long serialVersionUID = 1;

  public InvalidRequest(String message) {
    super(message);
  }
}
