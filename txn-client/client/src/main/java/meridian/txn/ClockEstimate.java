package meridian.txn;

import meridian.model.Timestamp;

/// What the coordinators' clock says now, as far as can be told: the last reading that one of them
/// sent, and the time that has passed since. It is late by the way that the reading took. The last
/// reading counts, not the largest: one clock far ahead must not make every other coordinator
/// refuse what this client mints.
final class ClockEstimate {
  private Timestamp reading = Timestamp.ZERO;
  private long readAtMicros;

  void learn(Timestamp clock, long nowMicros) {
    reading = clock;
    readAtMicros = nowMicros;
  }

  /// Whether any reading was ever seen.
  boolean isKnown() {
    return reading.isAfter(Timestamp.ZERO);
  }

  Timestamp at(long nowMicros) {
    return reading.plusMillis((nowMicros - readAtMicros) / 1_000);
  }
}
