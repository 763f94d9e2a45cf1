package meridian.runtime;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/// The counters of one node. Any thread may count and look.
public final class Meters {
  /// What had been counted at one moment, roughly: counting goes on while it is taken.
  public record Snapshot(Map<Meter, Long> counts) {
    public long get(Meter meter) {
      return counts.getOrDefault(meter, 0L);
    }

    /// A line for each count, as Prometheus reads them.
    public String toText() {
      StringBuilder text = new StringBuilder();
      for (Meter meter : Meter.values()) {
        text.append(name(meter)).append(' ').append(get(meter)).append('\n');
      }
      return text.toString();
    }

    /// What `toText` wrote. Counts that this release does not know are left out.
    ///
    /// @throws NumberFormatException if it is no such text
    public static Snapshot ofText(String text) {
      Map<String, Meter> named = new TreeMap<>();
      for (Meter meter : Meter.values()) {
        named.put(name(meter), meter);
      }
      Map<Meter, Long> counts = new EnumMap<>(Meter.class);
      text.lines()
          .forEach(
              line -> {
                int space = line.indexOf(' ');
                Meter meter = named.get(line.substring(0, Math.max(space, 0)));
                if (meter != null) {
                  counts.put(meter, Long.parseLong(line.substring(space + 1)));
                }
              });
      return new Snapshot(counts);
    }

    private static String name(Meter meter) {
      return "meridian_" + meter.name().toLowerCase(Locale.ROOT) + "_total";
    }

    /// What was counted since an earlier moment.
    public Snapshot since(Snapshot earlier) {
      Map<Meter, Long> difference = new EnumMap<>(Meter.class);
      for (Meter meter : Meter.values()) {
        difference.put(meter, get(meter) - earlier.get(meter));
      }
      return new Snapshot(difference);
    }
  }

  private final Map<Meter, LongAdder> counters = new EnumMap<>(Meter.class);

  public Meters() {
    for (Meter meter : Meter.values()) {
      counters.put(meter, new LongAdder());
    }
  }

  public void add(Meter meter, long count) {
    LongAdder counter = counters.get(meter);
    if (counter != null) { // always: there is one for each
      counter.add(count);
    }
  }

  public Snapshot snapshot() {
    Map<Meter, Long> counts = new EnumMap<>(Meter.class);
    counters.forEach((meter, counter) -> counts.put(meter, counter.sum()));
    return new Snapshot(counts);
  }
}
