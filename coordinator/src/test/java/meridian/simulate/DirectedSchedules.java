package meridian.simulate;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Schedules that bring about what random ones hardly ever do. Each says what it found wrong, or
/// nothing.
public final class DirectedSchedules {
  private static final Map<String, Supplier<Optional<String>>> ALL = new TreeMap<>();

  private DirectedSchedules() {}

  /// Runs a schedule by its name.
  public static Optional<String> run(String name) {
    Supplier<Optional<String>> schedule = ALL.get(name);
    if (schedule == null) {
      throw new IllegalArgumentException("no schedule is called " + name);
    }
    return schedule.get();
  }
}
