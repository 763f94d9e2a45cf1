package meridian.sim;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// Counts what happened, by name.
public final class Tally {
  private final SortedMap<String, Long> counts = new TreeMap<>();

  public void count(String what) {
    count(what, 1);
  }

  public void count(String what, long times) {
    counts.merge(what, times, Long::sum);
  }

  public long of(String what) {
    return counts.getOrDefault(what, 0L);
  }

  public SortedMap<String, Long> all() {
    return Collections.unmodifiableSortedMap(counts);
  }
}
