package meridian.checker.certificate;

/// A certificate does not prove what it claims.
final class Refuted extends Exception {
  private static final long serialVersionUID = 1;
  private final String reason;

  Refuted(String reason) {
    super(reason);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation is not worth a dependency
  static void unless(boolean condition, String message, Object... details) throws Refuted {
    if (!condition) {
      throw new Refuted(String.format(message, details));
    }
  }
}
