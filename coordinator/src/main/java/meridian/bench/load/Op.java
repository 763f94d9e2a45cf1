package meridian.bench.load;

/// One thing that a client wants done, whole or not at all. Keys and values are ASCII.
public sealed interface Op {
  /// Reads one key: what the last write before it left there.
  record Get(String key) implements Op {}

  /// Writes one key, whatever it held.
  record Put(String key, String value) implements Op {}

  /// Reads two keys that hold balances, and writes both, nobody else between.
  record Transfer(String from, String to, long amount) implements Op {}

  /// Reads the first rows from a key on.
  record Scan(String from, int rows) implements Op {}

  /// Reads a key and writes it, nobody else between.
  record Modify(String key, String value) implements Op {}
}
