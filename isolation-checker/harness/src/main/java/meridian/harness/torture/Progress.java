package meridian.harness.torture;

import java.io.PrintWriter;

/// Says on a terminal how far a run is, in a line that it writes over; elsewhere nothing.
final class Progress {
  private static final int WIDTH = 79;

  private final PrintWriter terminal;
  private final boolean isShown;

  /// @param isShown whether there is a terminal
  Progress(PrintWriter terminal, boolean isShown) {
    this.terminal = terminal;
    this.isShown = isShown;
  }

  void say(String what) {
    if (isShown) {
      String line = what.length() > WIDTH ? what.substring(0, WIDTH) : what;
      terminal.print("\r" + line + " ".repeat(WIDTH - line.length()));
      terminal.flush();
    }
  }

  /// Takes the line away.
  void clear() {
    if (isShown) {
      terminal.print("\r" + " ".repeat(WIDTH) + "\r");
      terminal.flush();
    }
  }
}
