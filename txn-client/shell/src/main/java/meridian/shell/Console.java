package meridian.shell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;

/// A shell at a terminal: edits lines, keeps them, completes words, and lets go of a command that
/// takes too long.
final class Console {
  private final Shell shell;
  private final Terminal terminal;
  private final LineReader reader;

  /// A console that is ready to run.
  ///
  /// @param history where lines are kept, readable by nobody else; nowhere if there is none
  Console(Shell shell, Terminal terminal, Optional<Path> history) {
    this.shell = shell;
    this.terminal = terminal;
    var builder =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("meridian")
            .parser(new LineParser())
            .completer(new ShellCompleter(shell.cluster()))
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .option(LineReader.Option.HISTORY_IGNORE_SPACE, true)
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, "       ...> ");
    history.ifPresent(
        file -> {
          makePrivate(file);
          builder.variable(LineReader.HISTORY_FILE, file);
        });
    this.reader = builder.build();
  }

  /// Runs until its user leaves.
  ///
  /// @return OK: at a terminal an error is seen, not returned
  int run() {
    while (!shell.isOver()) {
      try {
        String line = reader.readLine(prompt());
        interruptibly(() -> shell.run(line, "", false));
      } catch (UserInterruptException lineGivenUp) {
        // A new prompt is all that is wanted.
      } catch (EndOfFileException left) {
        break;
      }
    }
    return Exit.OK;
  }

  private String prompt() {
    String state =
        switch (shell.state()) {
          case NONE -> "";
          case OPEN -> " (open)";
          case FAILED -> shell.style().red(" (failed)");
        };
    return shell.style().bold("meridian") + state + "> ";
  }

  /// Ctrl-C while something runs interrupts that, and not the shell.
  private void interruptibly(Runnable action) {
    Thread worker = Thread.currentThread();
    Terminal.SignalHandler before = terminal.handle(Signal.INT, signal -> worker.interrupt());
    try {
      action.run();
    } finally {
      terminal.handle(Signal.INT, before);
      var ignored = Thread.interrupted(); // it came too late to matter
    }
  }

  /// Lines may hold what was written, so that nobody else may read the file.
  private static void makePrivate(Path file) {
    try {
      if (!Files.exists(file)) {
        Files.createFile(file);
      }
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (UnsupportedOperationException notPosix) {
      // Then the file has whatever protection its folder gives it.
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep history in " + file + ": " + e.getMessage(), e);
    }
  }

  /// Asks for another line where one ends in quotes; backslashes mean nothing to it.
  private static final class LineParser extends DefaultParser {
    LineParser() {
      setEscapeChars(new char[0]);
      setEofOnUnclosedQuote(false);
    }

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
      if (context == ParseContext.ACCEPT_LINE && !Shell.isComplete(line)) {
        throw new EOFError(-1, cursor, "the closing quote is missing");
      }
      return super.parse(line, cursor, context);
    }
  }
}
