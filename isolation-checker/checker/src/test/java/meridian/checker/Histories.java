package meridian.checker;

import java.util.StringJoiner;

/// Histories for messages of tests that fail.
final class Histories {
  private Histories() {}

  static String text(History history) {
    var lines = new StringJoiner("\n");
    for (int txn = 0; txn < history.transactions(); txn++) {
      var line = new StringJoiner("; ", "", "");
      line.add(history.name(txn) + " of " + history.session(txn) + " " + history.outcome(txn));
      line.add(history.asked(txn) + " " + history.invoked(txn) + " " + history.completed(txn));
      for (int op = history.firstOperation(txn); op < history.endOfOperations(txn); op++) {
        line.add(history.text(op));
      }
      lines.add(line.toString());
    }
    return lines.toString();
  }
}
