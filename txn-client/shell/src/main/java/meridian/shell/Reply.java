package meridian.shell;

import java.util.Optional;
import meridian.client.Result;

/// What came of a command.
///
/// @param command its name
/// @param cost what the transaction that it was, or that it ended, has cost
/// @param isNearest whether it shows what the nearest replica had, and nothing more is promised
record Reply(String command, Table table, Optional<Result<?>> cost, boolean isNearest) {
  static Reply of(String command, Table table) {
    return new Reply(command, table, Optional.empty(), false);
  }

  static Reply of(String command, Table table, Result<?> cost) {
    return new Reply(command, table, Optional.of(cost), false);
  }
}
