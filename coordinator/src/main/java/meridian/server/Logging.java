package meridian.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/// Where log lines go.
public final class Logging {
  private static final String FORMAT_KEY = "java.util.logging.SimpleFormatter.format";

  /// One line each: when, how bad, what.
  private static final String FORMAT = "%1$tFT%1$tT.%1$tL %4$s %5$s%6$s%n";

  // Loggers are forgotten, with what they were told, when nobody holds them.
  private static final Logger ROOT = Logger.getLogger("");

  private Logging() {}

  /// To standard error.
  static void toStandardError() {
    System.setProperty(FORMAT_KEY, FORMAT);
  }

  /// To a file: a shell's screen is not the place.
  ///
  /// @throws IOException if it cannot be written
  public static void toFile(Path file) throws IOException {
    System.setProperty(FORMAT_KEY, FORMAT);
    if (file.getParent() != null) {
      Files.createDirectories(file.getParent());
    }
    LogManager.getLogManager().reset();
    Handler handler = new FileHandler(file.toString(), true);
    handler.setFormatter(new SimpleFormatter());
    ROOT.addHandler(handler);
    ROOT.setLevel(Level.INFO);
  }
}
