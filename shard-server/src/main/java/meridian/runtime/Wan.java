package meridian.runtime;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import meridian.model.NodeId;
import meridian.model.RegionId;

/// The wide area as somebody wants it to be: how long messages take between regions, and who cannot
/// reach whom. Asked by each sender for each frame, so that changes take effect at once; nodes that
/// share a process share one of these. Any thread may call.
public final class Wan {
  private static final long NANOS_PER_MICRO = 1_000;

  private record Way(NodeId from, NodeId to) {}

  private final Set<Way> cut = ConcurrentHashMap.newKeySet();
  private final Map<RegionId, Map<RegionId, Long>> oneWayNanos = new ConcurrentHashMap<>();

  /// Sets the delays to half the round trips of a matrix, each way, between different regions.
  public void emulate(RegionMatrix matrix) {
    for (RegionId from : matrix.regions()) {
      for (RegionId to : matrix.regions()) {
        if (!from.equals(to)) {
          setOneWayMicros(from, to, matrix.rttMicros(from, to) / 2);
        }
      }
    }
  }

  /// Sets the delay from one region to another, for what is sent from now on.
  public void setOneWayMicros(RegionId from, RegionId to, long micros) {
    oneWayNanos
        .computeIfAbsent(from, region -> new ConcurrentHashMap<>())
        .put(to, micros * NANOS_PER_MICRO);
  }

  /// No delays any more.
  public void clearDelays() {
    oneWayNanos.clear();
  }

  /// Loses all that one node sends to another.
  public void cut(NodeId from, NodeId to) {
    cut.add(new Way(from, to));
  }

  /// Loses all that two nodes send each other.
  public void partition(NodeId a, NodeId b) {
    cut(a, b);
    cut(b, a);
  }

  /// Ends all partitions.
  public void heal() {
    cut.clear();
  }

  /// Who cannot reach whom, as `a -> b`, in order.
  public Set<String> cuts() {
    Set<String> shown = new TreeSet<>();
    cut.forEach(way -> shown.add(way.from + " -> " + way.to));
    return shown;
  }

  public boolean isCut(NodeId from, NodeId to) {
    return !cut.isEmpty() && cut.contains(new Way(from, to));
  }

  /// How long a message takes, in nanoseconds; 0 where nothing was said.
  public long oneWayNanos(RegionId from, RegionId to) {
    Map<RegionId, Long> ways = oneWayNanos.get(from);
    return ways == null ? 0 : ways.getOrDefault(to, 0L);
  }
}
