package meridian.checker.format;

import meridian.checker.History;
import meridian.checker.HistoryBuilder;
import meridian.checker.Level;
import meridian.checker.Outcome;

/// Meridian's own recordings: one transaction a line, as JSON.
///
/// ```json
/// {"session":3,"txn":"t1","invoke":10,"complete":25,"outcome":"committed","ts":"1f",
///  "ops":[["append","k",5],["read","k",[1,5]],["write","x",7],["read","y",null]]}
/// ```
///
/// (On one line.) Members may come in any order; `txn`, `invoke`, `complete`, `ts` and `level`, the
/// level that the transaction asked for, may be missing. Times are microseconds, but any unit will
/// do. A `ts` is decimal if it is a number and hexadecimal if it is a string. The lines of one
/// session are in its order.
final class MeridianReader {
  private final Cursor cursor;
  private final HistoryBuilder builder = new HistoryBuilder();
  private final Elements elements;

  MeridianReader(byte[] bytes) {
    this.cursor = new Cursor(bytes);
    this.elements = new Elements(cursor, builder);
  }

  static boolean recognises(Cursor start) {
    start.skipBlanks();
    if (!start.take('{')) {
      return false;
    }
    int from = start.at;
    start.at--;
    start.skipValue();
    var first =
        new String(start.bytes, from, start.at - from, java.nio.charset.StandardCharsets.UTF_8);
    return first.contains("\"ops\"") && first.contains("\"outcome\"");
  }

  History read() {
    cursor.skipBlanks();
    while (!cursor.atEnd()) {
      transaction();
      cursor.skipBlanks();
    }
    return builder.build();
  }

  private void transaction() {
    int start = cursor.at;
    int session = -1;
    var name = "";
    long invoked = History.NEVER_BEFORE;
    long completed = History.NEVER_AFTER;
    int outcome = -1;
    int timestamp = -1;
    int level = -1;
    int operations = -1;
    cursor.expect('{');
    while (true) {
      cursor.skipBlanks();
      if (cursor.take('}')) {
        break;
      }
      var member = cursor.string();
      cursor.skipBlanks();
      cursor.expect(':');
      cursor.skipBlanks();
      int value = cursor.at;
      boolean given = !cursor.startsWith("null");
      switch (member) {
        case "session" ->
            session =
                cursor.atInteger()
                    ? builder.sessionNumber(cursor.integer())
                    : builder.sessionNumber(cursor.string());
        case "txn" -> name = cursor.atInteger() ? cursor.word() : cursor.string();
        case "invoke" -> invoked = given ? cursor.integer() : invoked;
        case "complete" -> completed = given ? cursor.integer() : completed;
        case "outcome" -> outcome = value;
        case "ts" -> timestamp = given ? value : -1;
        case "level" -> level = given ? value : -1;
        case "ops" -> operations = value;
        default -> {}
      }
      cursor.at = value;
      cursor.skipValue();
    }
    int end = cursor.at;
    if (session < 0 || outcome < 0 || operations < 0) {
      cursor.at = start;
      throw cursor.bad("a transaction with a session, an outcome and ops");
    }
    builder.begin(session, invoked);
    if (!name.isEmpty()) {
      builder.named(name);
    }
    if (timestamp >= 0) {
      cursor.at = timestamp;
      timestamp();
    }
    if (level >= 0) {
      cursor.at = level;
      builder.asking(level());
    }
    cursor.at = operations;
    operations();
    cursor.at = outcome;
    builder.end(outcome(), completed);
    cursor.at = end;
  }

  private Outcome outcome() {
    int start = cursor.at;
    return switch (cursor.string()) {
      case "committed" -> Outcome.COMMITTED;
      case "aborted" -> Outcome.ABORTED;
      case "unknown" -> Outcome.UNKNOWN;
      default -> {
        cursor.at = start;
        throw cursor.bad("committed, aborted or unknown");
      }
    };
  }

  private Level level() {
    int start = cursor.at;
    return Level.named(cursor.string())
        .orElseThrow(
            () -> {
              cursor.at = start;
              return cursor.bad("the name of a level, as " + Level.labels());
            });
  }

  private void timestamp() {
    if (cursor.atInteger()) {
      builder.timestamp(cursor.integer());
      return;
    }
    int start = cursor.at;
    var digits = cursor.string();
    int length = digits.length();
    if (length == 0 || length > 32 || !digits.matches("[0-9a-fA-F]+")) {
      cursor.at = start;
      throw cursor.bad("1 to 32 hexadecimal digits");
    }
    int split = Math.max(0, length - 16);
    long high = split == 0 ? 0 : Long.parseUnsignedLong(digits, 0, split, 16);
    builder.timestamp(high, Long.parseUnsignedLong(digits, split, length, 16));
  }

  private void operations() {
    cursor.expect('[');
    while (true) {
      cursor.skipBlanks();
      if (cursor.take(']')) {
        return;
      }
      operation();
    }
  }

  private void operation() {
    cursor.expect('[');
    cursor.skipBlanks();
    int start = cursor.at;
    var kind = cursor.string();
    int key = elements.key();
    cursor.skipBlanks();
    switch (kind) {
      case "append" -> builder.add(History.Kind.APPEND, key, elements.value());
      case "write" -> builder.add(History.Kind.WRITE, key, elements.value());
      case "read" -> {
        if (elements.atList()) {
          elements.list();
          builder.readList(key, elements.array(), elements.size());
        } else {
          builder.add(History.Kind.READ, key, elements.value());
        }
      }
      default -> {
        cursor.at = start;
        throw cursor.bad("append, write or read");
      }
    }
    cursor.skipBlanks();
    cursor.expect(']');
  }
}
