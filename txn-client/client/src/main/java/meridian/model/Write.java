package meridian.model;

/// What a transaction does to one key.
public sealed interface Write {
  Key key();

  /// Sets a value.
  record Put(Key key, Value value) implements Write {}

  /// Takes the key away.
  record Delete(Key key) implements Write {}

  /// Adds to a counter; no value counts as 0. The sum is made where the write is applied, in log
  /// order, so that nobody needs to have read the key (rule S2).
  record Add(Key key, long delta) implements Write {}

  /// Bytes of key and value, for limits.
  default int sizeBytes() {
    return switch (this) {
      case Put put -> put.key().size() + put.value().size();
      case Delete delete -> delete.key().size();
      case Add add -> add.key().size() + Long.BYTES;
    };
  }
}
