package meridian.checker.format;

import meridian.checker.BadHistory;
import meridian.checker.History;
import meridian.checker.HistoryBuilder;
import meridian.checker.Outcome;

/// Texts of registers, a session or an operation at a time: what PolySI, Plume, AWDIT and dbcop
/// read and write. None of them has times.
final class LineReaders {
  private final Cursor cursor;
  private final HistoryBuilder builder = new HistoryBuilder();

  private LineReaders(byte[] bytes) {
    this.cursor = new Cursor(bytes);
  }

  /// `r(key,value,session,transaction)`, one a line, a transaction's lines together. A read of 0
  /// that nobody wrote is of the initial state; transaction -1 is one that aborted.
  static History plume(byte[] bytes) {
    return new LineReaders(bytes).plume();
  }

  static boolean isPlume(Cursor start) {
    start.skipBlanks();
    return start.startsWith("r(") || start.startsWith("w(");
  }

  private History plume() {
    builder.startingAt(0);
    long session = 0;
    long txn = 0;
    boolean open = false;
    cursor.skipBlanks();
    while (!cursor.atEnd()) {
      int start = cursor.at;
      boolean write = cursor.take("w(");
      if (!write && !cursor.take("r(")) {
        throw cursor.bad("r( or w(");
      }
      int key = builder.key(cursor.integer());
      cursor.expect(',');
      long value = cursor.integer();
      cursor.expect(',');
      long ofSession = cursor.integer();
      cursor.expect(',');
      long ofTxn = cursor.integer();
      cursor.expect(')');
      if (!open || ofTxn != txn || ofSession != session) {
        if (open) {
          builder.end(txn < 0 ? Outcome.ABORTED : Outcome.COMMITTED, History.NEVER_AFTER);
        }
        open = true;
        txn = ofTxn;
        session = ofSession;
        builder.begin(builder.sessionNumber(session), History.NEVER_BEFORE);
      }
      add(write, key, value, start);
      cursor.skipBlanks();
    }
    if (open) {
      builder.end(txn < 0 ? Outcome.ABORTED : Outcome.COMMITTED, History.NEVER_AFTER);
    }
    return builder.build();
  }

  private void add(boolean write, int key, long value, int start) {
    if (value == History.ABSENT) {
      cursor.at = start;
      throw cursor.bad("a smaller value");
    }
    builder.add(write ? History.Kind.WRITE : History.Kind.READ, key, value);
  }

  /// `r key value` or `w key value` a line, transactions apart by dashes, sessions by equal signs.
  static History awdit(byte[] bytes) {
    return new LineReaders(bytes).awdit();
  }

  static boolean isAwdit(Cursor start) {
    start.skipBlanks();
    return start.startsWith("r ")
        || start.startsWith("w ")
        || start.startsWith("---")
        || start.startsWith("===");
  }

  private History awdit() {
    builder.startingAt(0);
    int session = 0;
    boolean open = false;
    cursor.skipBlanks();
    while (!cursor.atEnd()) {
      boolean write = cursor.startsWith("w ");
      if (write || cursor.startsWith("r ")) {
        if (!open) {
          builder.begin(builder.sessionNumber(session), History.NEVER_BEFORE);
          open = true;
        }
        int start = cursor.at;
        cursor.at += 2;
        cursor.skipSpaces();
        int key = builder.key(cursor.integer());
        cursor.skipSpaces();
        add(write, key, cursor.integer(), start);
      } else if (cursor.startsWith("---") || cursor.startsWith("===")) {
        if (open) {
          builder.commit(History.NEVER_AFTER);
          open = false;
        }
        session += cursor.peek() == '=' ? 1 : 0;
        cursor.skipLine();
      } else {
        throw cursor.bad("r, w, --- or ===");
      }
      cursor.skipBlanks();
    }
    if (open) {
      builder.commit(History.NEVER_AFTER);
    }
    return builder.build();
  }

  /// dbcop's text: `[x:=1 y==2 z==?]` is a transaction, a `!` after it says that it aborted, a line
  /// of dashes ends a session, and `//` begins a comment. Unwritten registers hold 0.
  static History dbcop(byte[] bytes) {
    return new LineReaders(bytes).dbcop();
  }

  static boolean isDbcop(Cursor start) {
    start.skipBlanks();
    if (start.startsWith("//")) {
      return true;
    }
    if (!start.take('[')) {
      return start.startsWith("---");
    }
    var first = start.word();
    return first.contains(":=") || first.contains("==");
  }

  private History dbcop() {
    builder.startingAt(0);
    int session = 0;
    cursor.skipBlanks();
    while (!cursor.atEnd()) {
      if (cursor.startsWith("//")) {
        cursor.skipLine();
      } else if (cursor.startsWith("-")) {
        session++;
        cursor.skipLine();
      } else {
        cursor.expect('[');
        builder.begin(builder.sessionNumber(session), History.NEVER_BEFORE);
        cursor.skipBlanks();
        while (!cursor.take(']')) {
          dbcopEvent();
          cursor.skipBlanks();
        }
        builder.end(cursor.take('!') ? Outcome.ABORTED : Outcome.COMMITTED, History.NEVER_AFTER);
      }
      cursor.skipBlanks();
    }
    return builder.build();
  }

  private void dbcopEvent() {
    int start = cursor.at;
    while (!cursor.atEnd() && cursor.peek() != ':' && cursor.peek() != '=') {
      if (cursor.peek() <= ' ' || cursor.peek() == ']') {
        throw cursor.bad(":= or ==");
      }
      cursor.at++;
    }
    int key =
        builder.key(
            new String(
                cursor.bytes, start, cursor.at - start, java.nio.charset.StandardCharsets.UTF_8));
    if (cursor.take(":=")) {
      add(true, key, cursor.integer(), start);
    } else if (cursor.take("==?")) {
      builder.add(History.Kind.READ, key, History.ABSENT);
    } else if (cursor.take("==")) {
      add(false, key, cursor.integer(), start);
    } else {
      throw cursor.bad(":= or ==");
    }
  }

  /// What to say of a text that is none of these.
  static BadHistory unknown(Cursor cursor) {
    cursor.skipBlanks();
    return cursor.bad(
        "a recording of Meridian, Jepsen (EDN, JSON), PolySI or Plume, AWDIT, dbcop or Cobra");
  }
}
