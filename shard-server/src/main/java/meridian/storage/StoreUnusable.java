package meridian.storage;

/// A store that must not be opened: it belongs to somebody else, is in use, or has lost what its
/// node cannot do without. The message names the place, the fault and the remedy.
public final class StoreUnusable extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StoreUnusable(String message) {
    super(message);
  }

  public StoreUnusable(String message, Throwable cause) {
    super(message, cause);
  }
}
