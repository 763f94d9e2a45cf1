package meridian.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import meridian.client.Database;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/// Runs a shell the way it was called: with commands from its arguments, at a terminal, or with a
/// script from standard input.
public final class ShellRunner {
  private ShellRunner() {}

  /// Runs until there is nothing more to do. What is open then is rolled back; the database stays
  /// open.
  ///
  /// @param cluster what can be done besides storing data
  /// @param greeting shown at a terminal only; may be empty
  /// @param out where results go
  /// @param err where errors go, but for those in JSON
  /// @return the exit code: one of Exit's
  public static int run(
      Database database,
      ClusterCommands cluster,
      ShellOptions options,
      String greeting,
      PrintWriter out,
      PrintWriter err) {
    boolean isTerminal = isTerminal();
    Style style = options.style(isTerminal);
    try (var shell = new Shell(database, cluster, options.format(), style, out, err)) {
      if (!options.commands().isEmpty()) {
        return runCommands(shell, options);
      }
      return isTerminal
          ? runConsole(shell, options, greeting, out)
          : shell.runScript(standardInput(), options.keepsGoing());
    } catch (IOException e) {
      err.println("error: " + e.getMessage());
      return Exit.IO;
    } finally {
      out.flush();
      err.flush();
    }
  }

  /// Whether both input and output are a person's.
  @SuppressWarnings("SystemConsoleNull") // whether it is null depends on the release of the JDK
  public static boolean isTerminal() {
    return System.console() != null && System.console().isTerminal();
  }

  private static int runCommands(Shell shell, ShellOptions options) {
    int code = Exit.OK;
    for (String commands : options.commands()) {
      int next = shell.run(commands, "", options.keepsGoing());
      code = code == Exit.OK ? next : code;
      if (shell.isOver() || (code != Exit.OK && !options.keepsGoing())) {
        break;
      }
    }
    return code;
  }

  private static int runConsole(Shell shell, ShellOptions options, String greeting, PrintWriter out)
      throws IOException {
    try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
      if (!greeting.isEmpty()) {
        out.println(greeting);
        out.flush();
      }
      return new Console(shell, terminal, options.history()).run();
    }
  }

  private static BufferedReader standardInput() {
    return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  }
}
