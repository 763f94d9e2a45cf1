package meridian.checker.format;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import meridian.checker.BadHistory;
import meridian.checker.History;
import meridian.checker.HistoryBuilder;
import meridian.checker.Outcome;

/// Jepsen histories of list-append and rw-register transactions, in EDN or in JSON: a vector of
/// operation maps or one map after another, with or without record tags.
///
/// Times are places in the file, as invocations and completions are written there in the order in
/// which they happened. A completion without an invocation has no times at all. An operation that
/// ended in `:info`, or never, may or may not have taken effect, and what it read is not known.
final class JepsenReader {
  private static final String INVOKE = "invoke";

  private final Cursor cursor;
  private final HistoryBuilder builder = new HistoryBuilder();
  private final Elements elements;

  /// By process: its operation that is under way. A test of Elle has several; they complete in
  /// order.
  private final Map<Long, ArrayDeque<Invocation>> pending = new LinkedHashMap<>();

  /// Processes without a number get one here: each operation is a session of its own.
  private static final long NO_PROCESS = Long.MIN_VALUE + 1;

  private long nextAnonymous = NO_PROCESS + 1;
  private long place;

  /// @param value where the operations begin
  private record Invocation(long place, int value) {}

  JepsenReader(byte[] bytes) {
    this.cursor = new Cursor(bytes);
    this.elements = new Elements(cursor, builder);
  }

  static boolean recognises(Cursor start) {
    start.skipBlanks();
    if (start.take('[') || start.take('(')) {
      start.skipBlanks();
    }
    if (start.take('#')) {
      start.word();
      start.skipBlanks();
    }
    if (!start.take('{')) {
      return false;
    }
    int from = start.at;
    start.at = from - 1;
    start.skipValue();
    var first =
        new String(start.bytes, from, start.at - from, java.nio.charset.StandardCharsets.UTF_8);
    return first.contains("type")
        && (first.contains("invoke")
            || first.contains("ok")
            || first.contains("info")
            || first.contains("fail"));
  }

  History read() {
    cursor.skipBlanks();
    boolean vector = cursor.take('[') || cursor.take('(');
    while (true) {
      cursor.skipBlanks();
      if (cursor.atEnd()) {
        break;
      }
      if (vector && (cursor.take(']') || cursor.take(')'))) {
        cursor.skipBlanks();
        if (!cursor.atEnd()) {
          throw cursor.bad("nothing after the closing bracket");
        }
        break;
      }
      operation();
    }
    pending.forEach(
        (of, invocations) ->
            invocations.forEach(invocation -> unknown(of, invocation, invocation.value())));
    return builder.build();
  }

  // The map of one operation.

  private String type = "";
  private String function = "";
  private long process;
  private boolean client;
  private int value;

  private void operation() {
    if (cursor.take('#')) {
      cursor.word();
      cursor.skipBlanks();
    }
    int start = cursor.at;
    cursor.expect('{');
    type = "";
    function = "";
    process = NO_PROCESS;
    client = true;
    value = -1;
    while (true) {
      cursor.skipBlanks();
      if (cursor.take('}')) {
        break;
      }
      entry();
    }
    int end = cursor.at;
    if (type.isEmpty()) {
      cursor.at = start;
      throw cursor.bad("an operation with a :type");
    }
    if (client && isTransaction()) {
      complete();
      cursor.at = end;
    }
    place++;
  }

  private void entry() {
    var name = name();
    cursor.skipBlanks();
    switch (name) {
      case "type" -> type = name();
      case "f" -> function = cursor.startsWith("nil") ? skipped() : name();
      case "process" -> process();
      case "value" -> {
        value = cursor.at;
        cursor.skipValue();
      }
      default -> cursor.skipValue();
    }
  }

  private String skipped() {
    cursor.skipValue();
    return "";
  }

  /// A keyword, or a JSON string with the colon after it.
  private String name() {
    if (cursor.peek() == '"') {
      var text = cursor.string();
      cursor.skipBlanks();
      cursor.take(':');
      return text;
    }
    if (!cursor.take(':')) {
      throw cursor.bad("a keyword or a string");
    }
    return cursor.word(USUAL);
  }

  private static final String[] USUAL = {
    "index", "time", "type", INVOKE, "ok", "process", "f", "txn", "value", "info", "fail"
  };

  private static final String[] KINDS = {"r", "append", "w"};

  private void process() {
    if (cursor.atInteger()) {
      process = cursor.integer();
    } else {
      client = cursor.startsWith("nil") || cursor.startsWith("null");
      cursor.skipValue();
    }
  }

  /// Other operations of a test (a nemesis, a log message) have values of other shapes.
  private boolean isTransaction() {
    if (value < 0 || cursor.bytes[value] == 'n') {
      return !type.equals(INVOKE) && (function.isEmpty() || function.equals("txn"));
    }
    cursor.at = value;
    boolean shaped = elements.atList();
    if (shaped) {
      cursor.at++;
      cursor.skipBlanks();
      shaped = elements.atList() || cursor.peek() == ']' || cursor.peek() == ')';
    }
    if (!shaped && function.equals("txn")) {
      throw cursor.bad("a list of micro-operations");
    }
    return shaped;
  }

  private void complete() {
    if (type.equals(INVOKE)) {
      pending.computeIfAbsent(process, _ -> new ArrayDeque<>(1)).add(new Invocation(place, value));
      return;
    }
    var invocations = pending.get(process);
    var invocation = invocations == null ? null : invocations.poll();
    long invoked = invocation == null ? History.NEVER_BEFORE : invocation.place();
    long completed = invocation == null ? History.NEVER_AFTER : place;
    boolean given = value >= 0 && cursor.bytes[value] != 'n';
    int operations = given ? value : invocation == null ? -1 : invocation.value();
    switch (type) {
      case "ok" -> {
        begin(process, invoked);
        microOperations(operations, true);
        builder.end(Outcome.COMMITTED, completed);
      }
      case "fail" -> {
        begin(process, invoked);
        microOperations(operations, false);
        builder.end(Outcome.ABORTED, completed);
      }
      case "info" ->
          unknown(
              process, invocation == null ? new Invocation(invoked, -1) : invocation, operations);
      default -> throw new BadHistory("an operation of type " + type);
    }
  }

  private void unknown(long ofProcess, Invocation invocation, int operations) {
    begin(ofProcess, invocation.place());
    microOperations(operations, false);
    builder.unknown();
  }

  private void begin(long ofProcess, long invoked) {
    long session = ofProcess == NO_PROCESS ? nextAnonymous++ : ofProcess;
    builder.begin(builder.sessionNumber(session), invoked);
  }

  private void microOperations(int from, boolean withReads) {
    if (from < 0) {
      return;
    }
    cursor.at = from + 1;
    while (true) {
      cursor.skipBlanks();
      if (cursor.take(']') || cursor.take(')')) {
        return;
      }
      if (!elements.atList()) {
        throw cursor.bad("a micro-operation");
      }
      cursor.at++;
      microOperation(withReads);
      cursor.skipBlanks();
      if (!cursor.take(']') && !cursor.take(')')) {
        throw cursor.bad("the end of a micro-operation");
      }
    }
  }

  private void microOperation(boolean withReads) {
    cursor.skipBlanks();
    boolean quoted = cursor.take('"');
    if (!quoted) {
      cursor.expect(':');
    }
    int start = cursor.at;
    var kind = cursor.word(KINDS);
    if (quoted) {
      cursor.expect('"');
    }
    int key = elements.key();
    cursor.skipBlanks();
    switch (kind) {
      case "append" -> builder.add(History.Kind.APPEND, key, elements.value());
      case "w" -> builder.add(History.Kind.WRITE, key, elements.value());
      case "r" -> read(key, withReads);
      default -> {
        cursor.at = start;
        throw cursor.bad("append, r or w");
      }
    }
  }

  private void read(int key, boolean known) {
    if (cursor.peek() == ']' || cursor.peek() == ')') {
      if (known) {
        builder.add(History.Kind.READ, key, History.ABSENT); // Elle reads a missing value as nil
      }
      return;
    }
    if (elements.atList()) {
      elements.list();
      if (known) {
        builder.readList(key, elements.array(), elements.size());
      }
    } else {
      long read = elements.value();
      if (known) {
        builder.add(History.Kind.READ, key, read);
      }
    }
  }
}
