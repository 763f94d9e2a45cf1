package meridian.checker;

/// How a transaction ended, as far as the one who ran it knows.
public enum Outcome {
  /// The client was told that it committed.
  COMMITTED,

  /// The client was told that it aborted: nobody may see what it wrote.
  ABORTED,

  /// Nobody told the client. It committed if somebody read what it wrote; if nobody did, it makes
  /// no difference whether it committed.
  UNKNOWN;

  private static final Outcome[] OUTCOMES = values();

  /// The form in which histories keep it.
  @SuppressWarnings("EnumOrdinal") // never leaves the process
  byte code() {
    return (byte) ordinal();
  }

  static Outcome of(byte code) {
    return OUTCOMES[code];
  }
}
