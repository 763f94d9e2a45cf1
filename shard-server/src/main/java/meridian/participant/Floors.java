package meridian.participant;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Timestamp;
import meridian.storage.Tables;

/// What committed readers have seen: a later write in a range needs a timestamp above the range's
/// floor, so that the order of timestamps is the order of conflicts (rule 2.10, invariant I4). A
/// floor may be dropped only once a chosen TsLimit stands above it.
final class Floors {
  /// With this many floors, or so many bytes of keys in them, it is time for a TsLimit.
  static final int MANY = 20_000;

  static final long MANY_BYTES = 1024 * 1024;

  private final Map<Key, Timestamp> points = new LinkedHashMap<>();
  private final List<Tables.Floor> ranges = new ArrayList<>();

  /// Bytes of keys in both.
  private long bytes;

  void raise(KeyRange range, Timestamp ts) {
    if (range.isPoint()) {
      int before = points.size();
      points.merge(range.start(), ts, Timestamp::max);
      if (points.size() > before) {
        bytes += range.start().size();
      }
    } else {
      if (!ranges.removeIf(floor -> floor.range().equals(range) && !floor.ts().isAfter(ts))) {
        bytes += bytesOf(range);
      }
      ranges.add(new Tables.Floor(range, ts));
    }
  }

  private static long bytesOf(KeyRange range) {
    return (long) range.start().size() + range.end().map(Key::size).orElse(0);
  }

  /// The largest floor of any range that holds this key.
  Timestamp at(Key key) {
    Timestamp floor = points.getOrDefault(key, Timestamp.ZERO);
    for (Tables.Floor range : ranges) {
      if (range.ts().isAfter(floor) && range.range().contains(key)) {
        floor = range.ts();
      }
    }
    return floor;
  }

  /// The largest of all floors.
  Timestamp max() {
    Timestamp max = Timestamp.ZERO;
    for (Timestamp ts : points.values()) {
      max = Timestamp.max(max, ts);
    }
    for (Tables.Floor range : ranges) {
      max = Timestamp.max(max, range.ts());
    }
    return max;
  }

  boolean areMany() {
    return points.size() + ranges.size() * 16 > MANY || bytes > MANY_BYTES;
  }

  /// Drops what a limit, that every write must exceed anyway, covers.
  void dropThrough(Timestamp limit) {
    points.values().removeIf(ts -> !ts.isAfter(limit));
    ranges.removeIf(floor -> !floor.ts().isAfter(limit));
    bytes = 0;
    points.keySet().forEach(key -> bytes += key.size());
    ranges.forEach(floor -> bytes += bytesOf(floor.range()));
  }

  List<Tables.Floor> toList() {
    List<Tables.Floor> all = new ArrayList<>(ranges);
    points.forEach((key, ts) -> all.add(new Tables.Floor(KeyRange.point(key), ts)));
    return all;
  }
}
