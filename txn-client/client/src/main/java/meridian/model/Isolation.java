package meridian.model;

/// What a transaction is promised, the most first (rule S4). A weaker promise is kept with less:
/// fewer shards take part in the commit, or fewer commits are refused. Transactions of different
/// levels may meet on the same keys, and each keeps its own promise.
public enum Isolation {
  /// As if transactions ran one by one, in an order that agrees with real time. What was read and
  /// what is written are both locked and validated.
  STRICT_SERIALIZABLE("strict-serializable"),

  /// As if transactions ran one by one. What only reads may read a little in the past, near by, and
  /// needs no commit; what writes is validated as above.
  SERIALIZABLE("serializable"),

  /// Reads the state as of one timestamp, what its session did before included; commits if nobody
  /// has written its keys since. What was only read may have changed.
  SNAPSHOT("snapshot"),

  /// The same without a session's order: it never waits for what the session has just written.
  PARALLEL_SNAPSHOT("parallel-snapshot"),

  /// Reads what has committed, and overwrites what others have written since.
  READ_COMMITTED("read-committed");

  private final String label;

  Isolation(String label) {
    this.label = label;
  }

  /// The level's name in histories.
  public String label() {
    return label;
  }

  /// Whether a commit validates what was read, and keeps it from changing until its end.
  public boolean validatesReads() {
    return this == STRICT_SERIALIZABLE || this == SERIALIZABLE;
  }

  /// Whether a commit is refused if somebody has written one of its keys since its snapshot.
  public boolean isSnapshot() {
    return this == SNAPSHOT || this == PARALLEL_SNAPSHOT;
  }
}
