package meridian.node;

import java.util.Map;
import java.util.TreeMap;
import meridian.model.NodeId;
import meridian.model.Timestamp;

/// What time it is, for a node whose own wall clock may be wrong (rule 2.10, trap T25).
///
/// Clocks are never a matter of safety here, but a reading that went far ahead once would stay in the
/// hybrid logical clock, on disk, and in timestamps of versions. So a node follows its wall clock
/// steadily, never by leaps; it stays close to the median of what the nodes of the cluster say; and after a
/// restart it does not go beyond what it had reached before it has heard from a majority.
public final class ClusterClock {
  /// A step of the wall clock is followed by at most a sixteenth of the time that has passed.
  private static final long SLEW_DIVISOR = 16;

  private final int majority;
  private final long offsetMicrosMax;
  private final Timestamp reached;

  /// For each node that was heard of, its clock less this node's monotonic clock, in microseconds.
  private final Map<NodeId, Long> offsets = new TreeMap<>();

  /// This node's own wall clock, smoothed, less its monotonic clock.
  private long ownOffset;

  private long lastMicros;
  private boolean started;

  /// @param servers how many servers there are, this node among them if it is one
  /// @param isServer whether this node counts among them
  /// @param offsetMillisMax how far from the median this node's time may be
  /// @param reached what the clock had reached before a restart; zero at the very first start
  public ClusterClock(int servers, boolean isServer, long offsetMillisMax, Timestamp reached) {
    this.majority = servers / 2 + 1 - (isServer ? 1 : 0);
    this.offsetMicrosMax = 1_000 * offsetMillisMax;
    this.reached = reached;
  }

  /// Another server's clock, as of when it sent something.
  public void heard(NodeId server, Timestamp sent, Now now) {
    offsets.put(server, sent.millis() * 1_000 - now.monotonicMicros());
  }

  /// The same moment, with the time that this node should go by.
  public Now adjust(Now now) {
    follow(now);
    long own = now.monotonicMicros() + ownOffset;
    if (offsets.size() < majority) {
      boolean fresh = reached.equals(Timestamp.ZERO);
      return new Now(now.monotonicMicros(), fresh ? own : Math.min(own, reached.millis() * 1_000));
    }
    long agreed = now.monotonicMicros() + medianOffset();
    long micros = Math.max(agreed - offsetMicrosMax, Math.min(own, agreed + offsetMicrosMax));
    return new Now(now.monotonicMicros(), Math.max(0, micros));
  }

  private void follow(Now now) {
    long offset = now.wallMicros() - now.monotonicMicros();
    if (!started) {
      started = true;
      ownOffset = offset;
    } else {
      long slew = Math.max(0, now.monotonicMicros() - lastMicros) / SLEW_DIVISOR;
      ownOffset += Math.max(-slew, Math.min(slew, offset - ownOffset));
    }
    lastMicros = now.monotonicMicros();
  }

  /// The median of all clocks known, this node's own among them; the lower of two.
  private long medianOffset() {
    long[] all = new long[offsets.size() + 1];
    int i = 0;
    for (long offset : offsets.values()) {
      all[i++] = offset;
    }
    all[i] = ownOffset;
    java.util.Arrays.sort(all);
    return all[(all.length - 1) / 2];
  }
}
