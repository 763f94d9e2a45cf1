package meridian.checker;

/// Why one transaction must come before another in every execution that passes the tests.
public enum Rule {
  /// The second read what the first wrote.
  READS_FROM("wr"),

  /// The second overwrote, or appended after, what the first wrote.
  OVERWRITES("ww"),

  /// The first read what the second overwrote: an anti-dependency.
  ANTI_DEPENDS("rw"),

  /// The same session ran the first before the second.
  SESSION("session"),

  /// The first completed before the second was invoked.
  REAL_TIME("real-time"),

  /// A transaction that read something of the first read a key from the second, and the first wrote
  /// that key too: it cannot have come later, or the reader saw only half of it.
  ATOMIC("atomic"),

  /// The first causally precedes a transaction that read a key from the second, and the first wrote
  /// that key too: it cannot have come later, or the reader missed a cause.
  CAUSAL("causal"),

  /// In graphs only: a transaction's start before its commit.
  INSIDE("inside"),

  /// In graphs only: passes an edge on through a node that is no transaction.
  PASSES("passes");

  private final String label;

  Rule(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  private static final Rule[] RULES = values();

  /// The form in which graphs keep it.
  @SuppressWarnings("EnumOrdinal") // never leaves the process
  byte code() {
    return (byte) ordinal();
  }

  static Rule of(byte code) {
    return RULES[code];
  }
}
