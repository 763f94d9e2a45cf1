package meridian.txn;

/// What came of an operation that had to be waited for.
public sealed interface Answer<T> {
  /// It worked.
  record Ok<T>(T value) implements Answer<T> {}

  /// It did not: InvalidRequest, or AttemptOver.
  record Failed<T>(RuntimeException why) implements Answer<T> {}
}
