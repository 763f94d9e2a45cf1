package meridian.bench;

import java.io.PrintStream;
import meridian.bench.load.Loop;

/// Says on a terminal how far a measurement is, in a line that it writes over; elsewhere nothing.
final class Progress {
  private static final int WIDTH = 76;

  private final PrintStream terminal;
  private final boolean isShown;

  /// @param isShown whether there is a terminal
  Progress(PrintStream terminal, boolean isShown) {
    this.terminal = terminal;
    this.isShown = isShown;
  }

  /// What is being done.
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

  /// Somebody who shows how a run goes, and is told itself when measuring begins and ends.
  ///
  /// @param what is run
  Loop.Watcher watch(String what, Runnable begins, Runnable ends) {
    return new Loop.Watcher() {
      private long millisBefore;
      private long endedBefore;

      @Override
      public void begins() {
        begins.run();
      }

      @Override
      public void goesOn(long millis, long ended) {
        if (millis > millisBefore) {
          long perSecond = (ended - endedBefore) * 1_000 / (millis - millisBefore);
          say("%s: %.1f s, %,d/s".formatted(what, millis / 1e3, perSecond));
        }
        millisBefore = millis;
        endedBefore = ended;
      }

      @Override
      public void ends() {
        ends.run();
      }
    };
  }
}
