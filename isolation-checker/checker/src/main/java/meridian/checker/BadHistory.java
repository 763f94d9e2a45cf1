package meridian.checker;

/// The input is not a history: something in it cannot be read, or contradicts itself. This says
/// nothing about the database it came from.
public final class BadHistory extends RuntimeException {
  private static final long serialVersionUID = 1;

  public BadHistory(String message) {
    super(message);
  }
}
