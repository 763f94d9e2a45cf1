package meridian.sim;

import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.function.Supplier;
import meridian.model.Digest;
import meridian.model.NodeId;

/// Everything that happened in a run, as one number: two runs with the same trace were the same
/// run. With a printer, also as text, an event a line.
public final class Trace {
  private static final long MICROS_PER_SECOND = 1_000_000;

  private final Digest digest = new Digest();
  private final boolean printed;
  private final Consumer<String> printer;
  private long events;

  private Trace(boolean printed, Consumer<String> printer) {
    this.printed = printed;
    this.printer = printer;
  }

  /// Keeps the hash alone.
  public static Trace silent() {
    return new Trace(false, line -> {});
  }

  /// Tells a printer of every event, too.
  public static Trace to(Consumer<String> printer) {
    return new Trace(true, printer);
  }

  /// Notes an event.
  ///
  /// @param content a hash of what the event carries
  /// @param text the event for people, asked for only if there is a printer
  public void event(long micros, String kind, NodeId node, long content, Supplier<String> text) {
    events++;
    digest.add(micros).add(kind.hashCode()).add(node.number()).add(content);
    if (printed) {
      printer.accept(
          String.format(
              "%4d.%06d %-8s %-6s %s",
              micros / MICROS_PER_SECOND, micros % MICROS_PER_SECOND, kind, node, text.get()));
    }
  }

  /// How many events there were.
  public long events() {
    return events;
  }

  /// The hash of all events so far.
  public long value() {
    return digest.value();
  }

  /// The hash of all events so far, in sixteen hexadecimal digits.
  public String hex() {
    return HexFormat.of().toHexDigits(digest.value());
  }
}
