package meridian.checker.cli;

import java.io.PrintWriter;
import meridian.checker.Progress;

/// One line on standard error that says what a long check is at; on a terminal it is written over
/// and taken away in the end.
final class ProgressLine implements Progress, AutoCloseable {
  private static final long MILLIS_BEFORE_FIRST = 1_000;
  private static final long MILLIS_BETWEEN = 200;

  private final PrintWriter err;
  private final boolean terminal;
  private final boolean shown;
  private final long startedMillis = millis();
  private long lastMillis = startedMillis;
  private int width;

  /// @param asked show it wherever standard error leads, a line a step, from the start
  ProgressLine(PrintWriter err, boolean asked) {
    var console = System.console();
    this.err = err;
    this.terminal = !asked && console != null && console.isTerminal();
    this.shown = asked || terminal;
  }

  private static long millis() {
    return System.nanoTime() / 1_000_000;
  }

  @Override
  public void at(String step) {
    long now = millis();
    boolean due =
        !terminal
            || (now - startedMillis > MILLIS_BEFORE_FIRST && now - lastMillis > MILLIS_BETWEEN);
    if (shown && due) {
      lastMillis = now;
      var line = (now - startedMillis) / 1000 + " s: " + step;
      err.print(terminal ? "\r" + line + " ".repeat(Math.max(0, width - line.length())) : line);
      if (!terminal) {
        err.println();
      }
      err.flush();
      width = Math.max(width, line.length());
    }
  }

  @Override
  public void close() {
    if (terminal && width > 0) {
      err.print("\r" + " ".repeat(width) + "\r");
      err.flush();
    }
  }
}
