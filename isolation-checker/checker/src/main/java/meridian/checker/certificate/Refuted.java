package meridian.checker.certificate;

/// A certificate does not prove what it claims.
final class Refuted extends Exception {
  private static final long serialVersionUID = 1;

  Refuted(String message) {
    super(message);
  }

  static void unless(boolean condition, String message, Object... details) throws Refuted {
    if (!condition) {
      throw new Refuted(String.format(message, details));
    }
  }
}
