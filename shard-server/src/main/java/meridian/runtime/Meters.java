package meridian.runtime;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// The counters of one node. Any thread may count and look.
public final class Meters {
  /// What had been counted at one moment, roughly: counting goes on while it is taken.
  public record Snapshot(Map<Meter, Long> counts) {
    public long get(Meter meter) {
      return counts.getOrDefault(meter, 0L);
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
