package meridian.shell;

import java.util.List;

/// What the cluster around a shell can do besides storing data, such as killing one of its nodes.
/// The names begin with a backslash.
public interface ClusterCommands {
  /// One command.
  ///
  /// @param name with its backslash, in small letters: `\kill`
  /// @param usage the name and what goes with it: `\kill NODE`
  /// @param description in a few words: "stops a node at once"
  record Command(String name, String usage, String description) {}

  /// No commands.
  ClusterCommands NONE =
      new ClusterCommands() {
        @Override
        public List<Command> commands() {
          return List.of();
        }

        @Override
        public Table run(String name, List<String> arguments) {
          throw new IllegalStateException("no command was offered");
        }
      };

  /// What there is.
  List<Command> commands();

  /// Carries one out, on the shell's thread.
  ///
  /// @param name one of `commands`
  /// @throws ShellError if that does not work
  Table run(String name, List<String> arguments);

  /// What the next argument of a command may be, for completion.
  default List<String> choices(String name, List<String> argumentsSoFar) {
    return List.of();
  }
}
