package meridian.node;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import meridian.model.NodeId;
import meridian.model.Timestamp;

/// What time it is, for a node whose own wall clock may be wrong (rule 2.10, trap T25).
///
/// Clocks are never a matter of safety here, but a reading that went far ahead once would stay in
/// the hybrid logical clock, on disk, and in timestamps of versions. So a node's time runs
/// steadily, a little faster or slower to meet the median of what the nodes of the cluster say, its
/// own wall clock being one voice among them. It leaps only when it first hears from a majority, or
/// when a majority is ahead; it never goes back after that, and never stands still, so that nodes
/// cannot hold each other up.
public final class ClusterClock {
  /// Time is bent by at most a sixteenth.
  private static final long BEND_DIVISOR = 16;

  /// A message's delay makes its sender's clock look slow, never fast: the fastest that was seen
  /// within this time counts.
  private static final long SAMPLE_MICROS = 5_000_000;

  /// Another node's clock less this node's monotonic clock, and when that was seen; in
  /// microseconds.
  private record Sample(long offset, long seenMicros) {
    boolean isBeatenBy(Sample fresh) {
      return fresh.offset >= offset || fresh.seenMicros - seenMicros > SAMPLE_MICROS;
    }
  }

  private final int othersForMajority;
  private final long offsetMicrosMax;
  private final Timestamp reached;
  private final Map<NodeId, Sample> others = new TreeMap<>();

  /// What was last heard, from whom and when.
  private NodeId lastServer = NodeId.NONE;

  private Timestamp lastSent = Timestamp.ZERO;
  private Now lastNow = new Now(0, 0);

  /// This node's time less its monotonic clock.
  private long offset;

  private long lastMicros;
  private boolean started;

  /// Whether a majority has been heard from, so that this node's time is more than its own opinion.
  private boolean sure;

  /// @param servers how many servers there are, this node among them if it is one
  /// @param isServer whether this node counts among them
  /// @param offsetMillisMax how far behind the median this node's time may be
  /// @param reached what the clock had reached before a restart; zero at the very first start
  public ClusterClock(int servers, boolean isServer, long offsetMillisMax, Timestamp reached) {
    this.othersForMajority = servers / 2 + 1 - (isServer ? 1 : 0);
    this.offsetMicrosMax = 1_000 * offsetMillisMax;
    this.reached = reached;
  }

  /// Another server's clock, as of when it sent something.
  public void heard(NodeId server, Timestamp sent, Now now) {
    if (server.equals(lastServer) && sent.equals(lastSent) && now.equals(lastNow)) {
      return; // one of several messages of a frame
    }
    lastServer = server;
    lastSent = sent;
    lastNow = now;
    long seen = sent.millis() * 1_000 - now.monotonicMicros();
    Sample sample = new Sample(seen, now.monotonicMicros());
    others.merge(server, sample, (known, fresh) -> known.isBeatenBy(fresh) ? fresh : known);
  }

  /// The same moment, with the time that this node should go by.
  public Now adjust(Now now) {
    long ownWall = now.wallMicros() - now.monotonicMicros();
    if (!started) {
      started = true;
      long limit = reached.millis() * 1_000 - now.monotonicMicros();
      offset = reached.equals(Timestamp.ZERO) ? ownWall : Math.min(ownWall, limit);
      lastMicros = now.monotonicMicros();
    }
    boolean majority = others.size() >= othersForMajority;
    long error = (majority ? median(ownWall) : ownWall) - offset;
    boolean leap = majority && (error > offsetMicrosMax || (!sure && -error > offsetMicrosMax));
    long bend = Math.max(0, now.monotonicMicros() - lastMicros) / BEND_DIVISOR;
    offset += leap ? error : Math.max(-bend, Math.min(bend, error));
    sure |= majority;
    lastMicros = Math.max(lastMicros, now.monotonicMicros());
    return new Now(now.monotonicMicros(), Math.max(0, now.monotonicMicros() + offset));
  }

  /// The median of all clocks known, this node's own wall clock among them; the lower of two.
  private long median(long ownWall) {
    long[] all = new long[others.size() + 1];
    int i = 0;
    for (Sample sample : others.values()) {
      all[i++] = sample.offset();
    }
    all[i] = ownWall;
    Arrays.sort(all);
    return all[(all.length - 1) / 2];
  }
}
