package meridian.shell;

import java.util.Optional;
import meridian.client.Result;

/// What came of a command.
///
/// @param command its name
/// @param cost what the transaction that it was, or that it ended, has cost
/// @param howRead what is promised of what it shows, if it only read
record Reply(String command, Table table, Optional<Result<?>> cost, String howRead) {
  private static final String STRICT = "read, strictly serializable";

  static Reply of(String command, Table table) {
    return new Reply(command, table, Optional.empty(), STRICT);
  }

  static Reply of(String command, Table table, Result<?> cost) {
    return new Reply(command, table, Optional.of(cost), STRICT);
  }
}
