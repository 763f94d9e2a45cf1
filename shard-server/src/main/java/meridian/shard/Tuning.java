package meridian.shard;

import meridian.participant.Settings;
import meridian.paxos.FastPath;
import meridian.paxos.Timing;

/// How a node of shards paces itself.
///
/// @param flushBytes so much unflushed state of a shard is brought to disk
/// @param flushEntries or the effect of so many entries
/// @param flushMicros or whatever there is after so long
/// @param retainedEntries how many entries that are flushed stay in the log for followers that lag
/// @param clockOffsetMillisMax how far ahead another node's clock may be
/// @param fastPath which electorates leaders choose
public record Tuning(
    Timing timing,
    Settings settings,
    long flushBytes,
    long flushEntries,
    long flushMicros,
    long retainedEntries,
    long clockOffsetMillisMax,
    FastPath fastPath) {
  /// For production.
  public static final Tuning DEFAULT =
      new Tuning(
          Timing.WIDE_AREA,
          Settings.DEFAULT,
          8L << 20,
          20_000,
          10_000_000,
          2_000,
          500,
          FastPath.OFF);

  /// The same with other electorates.
  public Tuning withFastPath(FastPath other) {
    return new Tuning(
        timing,
        settings,
        flushBytes,
        flushEntries,
        flushMicros,
        retainedEntries,
        clockOffsetMillisMax,
        other);
  }
}
