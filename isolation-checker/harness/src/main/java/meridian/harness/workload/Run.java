package meridian.harness.workload;

import java.util.concurrent.atomic.AtomicLong;

/// What the workloads of one run share: names for keys that no other run uses, and values that
/// nobody else writes.
public final class Run {
  private static final int LETTERS = 26;
  private static final int STRIDE = 7;

  private final String id;
  private final AtomicLong unique = new AtomicLong();

  /// @param id different from that of every other run against the same store
  public Run(String id) {
    this.id = id;
  }

  /// A key. Those of one kind are spread over the alphabet, hence over the shards.
  String key(String kind, long number) {
    char letter = (char) ('a' + number * STRIDE % LETTERS);
    return letter + "-" + kind + number + "." + id;
  }

  /// A number that was never given before.
  long unique() {
    return unique.incrementAndGet();
  }

  /// A value that carries a number, different from all others that carry the same.
  String tagged(long number) {
    return number + "." + unique();
  }

  /// The number that a tagged value carries.
  static long untagged(String value) {
    return Long.parseLong(value.substring(0, value.indexOf('.')));
  }
}
