package meridian.harness.workload;

/// How a transaction ended, as far as the one who ran it knows. What nobody could tell stays
/// unknown: it may have happened, and may yet happen.
public sealed interface Ended<T> {
  record Committed<T>(T value) implements Ended<T> {}

  /// Nothing of it happened, or ever will.
  record Aborted<T>(String why) implements Ended<T> {}

  record Unknown<T>(String why) implements Ended<T> {}

  default boolean isCommitted() {
    return this instanceof Committed<T>;
  }
}
