package meridian.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A process that a measurement has started, and that ends with it.
final class Child implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;
  private static final int TAIL_LINES = 10;

  private final Process process;
  private final Path log;
  private final Thread hook;

  private Child(Process process, Path log) {
    this.process = process;
    this.log = log;
    hook = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// Starts a command. Its input is ours to write.
  ///
  /// @param output whether its output is ours to read, or goes to the log like its errors
  static Child start(List<String> command, Path log, boolean output) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    ProcessBuilder.Redirect to = ProcessBuilder.Redirect.appendTo(log.toFile());
    builder.redirectError(to);
    if (!output) {
      builder.redirectOutput(to);
    }
    return new Child(builder.start(), log);
  }

  /// How to start a JVM like this one: the same Java and the same options, without those that say
  /// how to watch it.
  static List<String> java() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.matches("-XX:(StartFlight|Flight).*|-(agent|java).*"))
        .forEach(command::add);
    return command;
  }

  Process process() {
    return process;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /// The last lines that it has printed.
  String lastWords() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException unreadable) {
      return "its log cannot be read: " + unreadable;
    }
  }

  /// Asks it to end, and makes it if it does not.
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    if (!Thread.currentThread().equals(hook)) {
      removeHook();
    }
  }

  private void removeHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyEnding) {
      // Then it has nothing left to do.
    }
  }
}
