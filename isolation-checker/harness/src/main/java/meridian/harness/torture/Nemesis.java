package meridian.harness.torture;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A way to break a cluster.
enum Nemesis {
  /// A node ends without any warning, and starts again from its files.
  KILL,

  /// All nodes do so, at the same time.
  KILL_ALL,

  /// A process stands still, and later goes on as if nothing had been.
  PAUSE,

  /// A node can neither send to the others nor hear them.
  PARTITION,

  /// A node's wall clock is wrong.
  CLOCK;

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<Nemesis> named(String label) {
    return Arrays.stream(values()).filter(kind -> kind.label().equals(label)).findFirst();
  }

  static List<String> labels() {
    return Arrays.stream(values()).map(Nemesis::label).toList();
  }
}
