package meridian.shell;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import meridian.shell.ClusterCommands.Command;

/// What the shell says about itself.
final class Help {
  /// One command.
  private record Topic(List<String> names, String usage, String what, List<String> examples) {}

  private static final List<Topic> TOPICS =
      List.of(
          new Topic(
              List.of("put"),
              "put KEY VALUE",
              "sets a value",
              List.of("put alice 100", "put \"a key\" 'a \"value\"'", "put 0x00ff 0xcafe")),
          new Topic(
              List.of("get"),
              "get KEY [nearest | session | stale AGE | at TIMESTAMP]",
              "shows a value; the nearest replica's, perhaps old; or as of a moment ago, no earlier"
                  + " than what was seen here; or of an AGE ago; or as of a timestamp",
              List.of("get alice", "get alice nearest", "get alice stale 5s")),
          new Topic(
              List.of("delete", "del"), "delete KEY", "takes a key away", List.of("delete alice")),
          new Topic(
              List.of("add"),
              "add KEY NUMBER",
              "adds to a counter, and shows what it comes to",
              List.of("add visits 1", "add alice -30")),
          new Topic(
              List.of("cas"),
              "cas KEY OLD NEW",
              "sets a value if it is OLD; nil is no value",
              List.of("cas lock nil me", "cas lock me nil")),
          new Topic(
              List.of("scan"),
              "scan [LOW [HIGH]] [limit N] [reverse] [prefix P] [nearest | session | stale AGE | at TS]",
              "shows the keys from LOW up to, not including, HIGH",
              List.of("scan", "scan a n limit 10", "scan prefix user/ reverse limit 1")),
          new Topic(
              List.of("batch"),
              "batch CHANGE, CHANGE, ...",
              "makes several changes at once: put KEY VALUE, delete KEY, add KEY NUMBER",
              List.of("batch put a 1, delete b, add c 5")),
          new Topic(
              List.of("begin"),
              "begin [LEVEL]",
              "opens a transaction; what follows is part of it",
              List.of("begin; add alice -30; add bob 30; commit", "begin snapshot")),
          new Topic(List.of("commit"), "commit", "makes the transaction happen", List.of("commit")),
          new Topic(
              List.of("rollback", "abort"),
              "rollback",
              "drops the transaction",
              List.of("rollback")),
          new Topic(
              List.of("outcome"),
              "outcome TOKEN",
              "finds out how an unknown transaction ended; one nobody knows of never will commit",
              List.of("outcome 18c2...-0@1+2@6162")),
          new Topic(
              List.of("\\format"),
              "\\format table|json|csv",
              "changes how results are printed",
              List.of("\\format json")),
          new Topic(
              List.of("\\isolation"),
              "\\isolation [LEVEL]",
              "the level of transactions: strict-serializable, serializable, snapshot,"
                  + " parallel-snapshot or read-committed",
              List.of("\\isolation snapshot")),
          new Topic(
              List.of("\\snapshot"),
              "\\snapshot [AGE | off]",
              "has reads outside of transactions show one moment on all shards, AGE ago",
              List.of("\\snapshot", "\\snapshot 30s", "\\snapshot off")),
          new Topic(
              List.of("\\token"),
              "\\token [TOKEN]",
              "what was seen here, for another shell to go on from; or goes on from another's",
              List.of("\\token", "\\token s18c2a0f3c40000")),
          new Topic(
              List.of("\\timing"),
              "\\timing [on|off]",
              "shows or hides what each transaction cost",
              List.of("\\timing off")),
          new Topic(
              List.of("\\help", "help", "\\h", "\\?"),
              "\\help [COMMAND]",
              "shows this",
              List.of("\\help scan")),
          new Topic(List.of("\\q", "\\quit", "quit", "exit"), "\\q", "leaves", List.of("\\q")));

  private static final String NOTES =
      """
      Commands end with a line or a semicolon. Quote what has blanks; in quotes \\n, \\t, \\" and \\xHH
      stand for what cannot be typed. 0x... names bytes. What follows -- or # is a comment.\
      """;

  private Help() {}

  /// How a command is used.
  static String usage(String name) {
    return find(name).map(Topic::usage).orElse("\\help");
  }

  /// Names to complete to, without aliases.
  static List<String> names() {
    return TOPICS.stream().map(topic -> topic.names().getFirst()).toList();
  }

  /// Everything, or one command.
  ///
  /// @param cluster what the cluster around the shell adds
  static String text(Optional<String> topic, List<Command> cluster) {
    if (topic.isPresent()) {
      return find(topic.get())
          .map(Help::detail)
          .or(() -> findCluster(topic.get(), cluster))
          .orElseThrow(
              () -> ShellError.usage("there is no command '" + topic.get() + "'; see \\help"));
    }
    String lines =
        TOPICS.stream().map(any -> line(any.usage(), any.what())).collect(Collectors.joining("\n"));
    String more =
        cluster.stream()
            .map(any -> line(any.usage(), any.description()))
            .collect(Collectors.joining("\n"));
    return lines + (more.isEmpty() ? "" : "\n\nThis cluster:\n" + more) + "\n\n" + NOTES;
  }

  private static Optional<Topic> find(String name) {
    return TOPICS.stream()
        .filter(topic -> topic.names().contains(name) || topic.names().contains("\\" + name))
        .findFirst();
  }

  private static Optional<String> findCluster(String name, List<Command> cluster) {
    return cluster.stream()
        .filter(command -> command.name().equals(name) || command.name().equals("\\" + name))
        .map(command -> line(command.usage(), command.description()))
        .findFirst();
  }

  private static String detail(Topic topic) {
    String examples =
        topic.examples().stream().map(any -> "    " + any).collect(Collectors.joining("\n"));
    return topic.usage() + "\n    " + topic.what() + "\nfor example\n" + examples;
  }

  private static String line(String usage, String what) {
    return usage.length() <= 26
        ? "  %-26s  %s".formatted(usage, what)
        : "  %s%n  %-26s  %s".formatted(usage, "", what);
  }
}
