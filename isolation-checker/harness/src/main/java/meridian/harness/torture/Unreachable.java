package meridian.harness.torture;

/// There is no cluster to torture; the message says why, for people.
final class Unreachable extends Exception {
  private static final long serialVersionUID = 1;

  Unreachable(String message) {
    super(message);
  }
}
