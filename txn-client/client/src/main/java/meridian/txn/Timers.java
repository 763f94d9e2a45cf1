package meridian.txn;

import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/// Things to be done at a later time, done when somebody says that it has come. Those due at the
/// same time are done in the order in which they were asked for.
final class Timers {
  /// A thing to be done, to be called off by.
  record Timer(long atMicros, long order) implements Comparable<Timer> {
    private static final Comparator<Timer> BY_TIME =
        Comparator.comparingLong(Timer::atMicros).thenComparingLong(Timer::order);

    /// Not set.
    static final Timer NONE = new Timer(0, 0);

    @Override
    public int compareTo(Timer other) {
      return BY_TIME.compare(this, other);
    }
  }

  private final NavigableMap<Timer, Runnable> waiting = new TreeMap<>();

  /// The last time told. Never decreases.
  private long nowMicros;

  private long asked;

  long nowMicros() {
    return nowMicros;
  }

  Timer at(long atMicros, Runnable action) {
    asked++;
    var timer = new Timer(atMicros, asked);
    waiting.put(timer, action);
    return timer;
  }

  Timer after(long delayMicros, Runnable action) {
    return at(nowMicros + delayMicros, action);
  }

  void cancel(Timer timer) {
    waiting.remove(timer);
  }

  /// Tells the time, and does what is due by then.
  void advance(long toMicros) {
    nowMicros = Math.max(nowMicros, toMicros);
    for (Map.Entry<Timer, Runnable> first = waiting.firstEntry();
        first != null && first.getKey().atMicros() <= nowMicros;
        first = waiting.firstEntry()) {
      waiting.remove(first.getKey());
      first.getValue().run();
    }
  }

  /// When the next thing is due.
  OptionalLong nextMicros() {
    return waiting.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(waiting.firstKey().atMicros());
  }
}
