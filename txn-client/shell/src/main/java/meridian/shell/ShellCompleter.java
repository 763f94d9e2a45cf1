package meridian.shell;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/// Completes commands and their keywords.
final class ShellCompleter implements Completer {
  private final ClusterCommands cluster;

  ShellCompleter(ClusterCommands cluster) {
    this.cluster = cluster;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    choices(line.words().subList(0, line.wordIndex()))
        .forEach(choice -> candidates.add(new Candidate(choice)));
  }

  /// What may follow some words.
  Stream<String> choices(List<String> before) {
    if (before.isEmpty()) {
      return commands();
    }
    String command = before.getFirst().toLowerCase(Locale.ROOT);
    return switch (command) {
      case "scan" -> Stream.of("limit", "reverse", "prefix", "nearest");
      case "get" -> Stream.of("nearest");
      case "batch" -> Stream.of("put", "delete", "add");
      case "\\timing" -> Stream.of("on", "off");
      case "\\format" ->
          Arrays.stream(Format.values()).map(format -> format.name().toLowerCase(Locale.ROOT));
      case "\\help", "help" -> commands();
      default -> cluster.choices(command, before.subList(1, before.size())).stream();
    };
  }

  private Stream<String> commands() {
    return Stream.concat(
        Help.names().stream(), cluster.commands().stream().map(ClusterCommands.Command::name));
  }
}
