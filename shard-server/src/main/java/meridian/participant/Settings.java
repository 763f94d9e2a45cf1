package meridian.participant;

import meridian.model.Limits;

/// How patient a participant is, and how long it remembers.
///
/// @param orphanMicros an undecided transaction this old is asked after; about 3 wide-area round
///   trips
/// @param outcomeMillis how long an outcome is remembered at least (rule G3); well above the
///   longest transaction
/// @param collectMicros how often the watermark moves on
/// @param closedLagMillis a TsLimit stays this far behind the clock, so that no write meets it
/// @param closeMicros how often a leader logs one, so that the present can be read elsewhere soon
/// @param snapshotMillis so far back the state can be read at least: old versions are kept for it
/// @param aheadMillisMax a proposed timestamp further ahead of the clock is refused
/// @param waitersMax most transactions that wait for locks of one shard, and most reads that wait
/// @param unappliedMax most entries appended and not yet applied before new work is refused
public record Settings(
    long orphanMicros,
    long outcomeMillis,
    long collectMicros,
    long closedLagMillis,
    long closeMicros,
    long snapshotMillis,
    long aheadMillisMax,
    int waitersMax,
    int unappliedMax) {
  /// Most bytes of undecided transactions in a shard, unless one alone is larger: they are part of
  /// the tables, which are sent as one message.
  static final long UNDECIDED_BYTES_MAX = 12L * 1024 * 1024;

  /// For production.
  public static final Settings DEFAULT =
      new Settings(
          1_000_000,
          600_000,
          10_000_000,
          300,
          300_000,
          90_000,
          Limits.AHEAD_MILLIS_MAX,
          10_000,
          50_000);
}
