package meridian.coordinate;

import java.util.Map;
import java.util.TreeMap;
import meridian.model.ShardId;
import meridian.model.Timestamp;

/// How far ahead of the clock a timestamp is proposed, so that it is still ahead of what a leader
/// has seen by the time it gets there (rule C1). The way there is known; how much more a shard
/// wants is learned from timestamps that its leader raised. A raised timestamp costs the fast path,
/// one too far ahead costs nothing but a version that lies a little in the future.
final class Ahead {
  /// However contended a shard is, no timestamp is further ahead than that beyond the way there.
  private static final long MORE_MICROS_MAX = 300_000;

  private static final long MICROS_PER_MILLI = 1_000;

  /// A shard that has not raised any for a while wants less: a sixteenth less each time.
  private static final long DECAY_DIVISOR = 16;

  private final Map<ShardId, Long> moreMicros = new TreeMap<>();

  /// Milliseconds from now at which the last of some participants has the request, and more.
  ///
  /// @param wayMicros how long a message takes to the shard's leader
  long millis(ShardId shard, long wayMicros) {
    long micros = wayMicros + moreMicros.getOrDefault(shard, 0L);
    return (micros + MICROS_PER_MILLI - 1) / MICROS_PER_MILLI;
  }

  /// A shard has prepared something that was proposed at one timestamp, at another or the same.
  void prepared(ShardId shard, Timestamp proposed, Timestamp ts) {
    long more = moreMicros.getOrDefault(shard, 0L);
    if (ts.isAfter(proposed)) {
      long late = (ts.millis() - proposed.millis() + 1) * MICROS_PER_MILLI;
      moreMicros.put(shard, Math.min(MORE_MICROS_MAX, more + late / 2));
    } else if (more > 0) {
      moreMicros.put(shard, more - Math.max(1, more / DECAY_DIVISOR));
    }
  }
}
