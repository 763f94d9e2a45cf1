package meridian.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import meridian.client.Database;
import meridian.model.Isolation;

/// Reads commands and carries them out until there are no more, one at a time, on one thread.
final class Shell implements AutoCloseable {
  private final Interpreter interpreter;
  private final ClusterCommands cluster;
  private final PrintWriter out;
  private final PrintWriter err;
  private final Style style;
  private Format format;
  private boolean isTiming = true;
  private boolean isOver;

  Shell(
      Database database,
      ClusterCommands cluster,
      Format format,
      Style style,
      PrintWriter out,
      PrintWriter err) {
    this.interpreter = new Interpreter(database);
    this.cluster = cluster;
    this.format = format;
    this.style = style;
    this.out = out;
    this.err = err;
  }

  /// Carries out the commands of a text.
  ///
  /// @param where in a script they stand, with a blank after it; may be empty
  /// @param keepsGoing whether those after one that failed are carried out too
  /// @return the exit code of the first that failed, or OK
  int run(String text, String where, boolean keepsGoing) {
    List<List<Word>> commands;
    try {
      commands = Lexer.commands(text);
    } catch (ShellError | Lexer.OpenQuote wrong) {
      fail(ShellError.usage(String.valueOf(wrong.getMessage())), where);
      return Exit.USAGE;
    }
    int code = Exit.OK;
    for (List<Word> command : commands) {
      if (isOver || (code != Exit.OK && !keepsGoing)) {
        break;
      }
      int next = runOne(command, where);
      code = code == Exit.OK ? next : code;
      if (out.checkError()) {
        isOver = true; // whoever read the output has gone
        return Exit.IO;
      }
    }
    return code;
  }

  /// Carries out a script, line by line as it comes.
  ///
  /// @return the exit code of the first command that failed, or OK
  int runScript(BufferedReader script, boolean keepsGoing) throws IOException {
    int code = Exit.OK;
    int number = 0;
    var text = new StringBuilder();
    int start = 1;
    for (String line = script.readLine(); line != null && !isOver; line = script.readLine()) {
      number++;
      text.append(line).append('\n');
      if (isComplete(text.toString())) {
        int next = run(text.toString(), "line " + start + ": ", keepsGoing);
        code = code == Exit.OK ? next : code;
        text.setLength(0);
        start = number + 1;
        if (code != Exit.OK && !keepsGoing) {
          return code;
        }
      }
    }
    int last = text.isEmpty() ? Exit.OK : run(text.toString(), "line " + start + ": ", keepsGoing);
    return code == Exit.OK ? last : code;
  }

  /// Whether a text ends outside of quotes.
  static boolean isComplete(String text) {
    try {
      Lexer.commands(text);
      return true;
    } catch (Lexer.OpenQuote open) {
      return false;
    } catch (ShellError wrong) {
      return true; // no more text makes it right
    }
  }

  boolean isOver() {
    return isOver;
  }

  Interpreter.State state() {
    return interpreter.state();
  }

  ClusterCommands cluster() {
    return cluster;
  }

  Style style() {
    return style;
  }

  @Override
  public void close() {
    interpreter.close();
  }

  private int runOne(List<Word> command, String where) {
    try {
      List<String> names = cluster.commands().stream().map(ClusterCommands.Command::name).toList();
      Reply reply = carryOut(Parser.parse(command, names));
      printer().print(reply, isTiming);
      return Exit.OK;
    } catch (RuntimeException error) {
      return fail(error, where);
    }
  }

  private int fail(RuntimeException error, String where) {
    Failure failure = Failure.of(error);
    printer().print(failure, where);
    return failure.exitCode();
  }

  private Reply carryOut(Statement statement) {
    return switch (statement) {
      case Statement.Data data -> interpreter.data(data);
      case Statement.Begin(Optional<Isolation> level) -> interpreter.begin(level);
      case Statement.Commit commit -> interpreter.commit();
      case Statement.Rollback rollback -> interpreter.rollback();
      case Statement.Ask(var token) -> interpreter.ask(token);
      case Statement.Help(Optional<String> topic) ->
          Reply.of("help", Table.line(Help.text(topic, cluster.commands())));
      case Statement.Timing(Optional<Boolean> on) -> {
        isTiming = on.orElse(!isTiming);
        yield Reply.of("timing", Table.line("timing is " + (isTiming ? "on" : "off")));
      }
      case Statement.UseFormat(Format wanted) -> {
        format = wanted;
        yield Reply.of("format", Table.nothing());
      }
      case Statement.UseIsolation(Optional<Isolation> level) -> interpreter.useIsolation(level);
      case Statement.UseSnapshot(Optional<Duration> age) -> interpreter.useSnapshot(age);
      case Statement.UseToken(Optional<String> token) -> interpreter.useToken(token);
      case Statement.Quit quit -> {
        isOver = true;
        yield Reply.of("quit", Table.nothing());
      }
      case Statement.Cluster(String name, List<String> arguments) ->
          Reply.of(name, cluster.run(name, arguments));
    };
  }

  private Printer printer() {
    return switch (format) {
      case TABLE -> new TablePrinter(out, err, style);
      case JSON -> new JsonPrinter(out);
      case CSV -> new CsvPrinter(out, err);
    };
  }
}
