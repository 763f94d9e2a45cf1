package meridian.checker.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import meridian.checker.BadHistory;

/// A place in a text of bytes. Knows what EDN and JSON have in common: blanks, commas, numbers,
/// strings, brackets; and says line and column when something else is found than expected.
final class Cursor {
  final byte[] bytes;
  final int end;
  int at;

  Cursor(byte[] bytes) {
    this.bytes = bytes;
    this.end = bytes.length;
  }

  boolean atEnd() {
    return at >= end;
  }

  /// The byte here, or 0 at the end.
  byte peek() {
    return at < end ? bytes[at] : 0;
  }

  /// Skips blanks; commas are blanks, as in EDN. Comments run from `;` to the end of the line.
  void skipBlanks() {
    while (at < end) {
      byte here = bytes[at];
      if (here == ';') {
        skipLine();
      } else if (here > ' ' && here != ',') {
        return;
      } else {
        at++;
      }
    }
  }

  void skipSpaces() {
    while (at < end && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\r')) {
      at++;
    }
  }

  void skipLine() {
    while (at < end && bytes[at] != '\n') {
      at++;
    }
  }

  boolean take(int expected) {
    if (at < end && bytes[at] == expected) {
      at++;
      return true;
    }
    return false;
  }

  boolean take(String expected) {
    if (!startsWith(expected)) {
      return false;
    }
    at += expected.length();
    return true;
  }

  boolean startsWith(String expected) {
    if (end - at < expected.length()) {
      return false;
    }
    for (int i = 0; i < expected.length(); i++) {
      if (bytes[at + i] != expected.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  void expect(char expected) {
    if (!take(expected)) {
      throw bad("'" + expected + "'");
    }
  }

  boolean atInteger() {
    byte here = peek();
    return isDigit(here) || (here == '-' && at + 1 < end && isDigit(bytes[at + 1]));
  }

  static boolean isDigit(byte here) {
    return here >= '0' && here <= '9';
  }

  long integer() {
    if (!atInteger()) {
      throw bad("an integer");
    }
    boolean negative = take('-');
    long value = 0;
    int start = at;
    while (at < end && isDigit(bytes[at])) {
      value = 10 * value + (bytes[at++] - '0');
    }
    if (at - start > 18) {
      at = start;
      throw bad("an integer of at most 18 digits");
    }
    if (peek() == 'N') {
      at++; // EDN's mark of a big integer
    }
    return negative ? -value : value;
  }

  /// A string in double quotes.
  String string() {
    expect('"');
    int start = at;
    while (at < end && bytes[at] != '"' && bytes[at] != '\\') {
      at++;
    }
    if (peek() == '"') {
      return new String(bytes, start, at++ - start, StandardCharsets.UTF_8);
    }
    var text = new StringBuilder(new String(bytes, start, at - start, StandardCharsets.UTF_8));
    while (!take('"')) {
      if (atEnd()) {
        throw bad("the end of a string");
      }
      if (take('\\')) {
        text.append(escaped());
      } else {
        int from = at;
        while (at < end && bytes[at] != '"' && bytes[at] != '\\') {
          at++;
        }
        text.append(new String(bytes, from, at - from, StandardCharsets.UTF_8));
      }
    }
    return text.toString();
  }

  private char escaped() {
    byte here = peek();
    at++;
    return switch (here) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' -> {
        if (end - at < 4) {
          throw bad("four hexadecimal digits");
        }
        var digits = new String(bytes, at, 4, StandardCharsets.US_ASCII);
        at += 4;
        try {
          yield (char) Integer.parseInt(digits, 16);
        } catch (NumberFormatException _) {
          throw bad("four hexadecimal digits");
        }
      }
      default -> (char) here;
    };
  }

  /// A word: everything up to a blank, a comma, a bracket or a quote.
  String word() {
    int start = at;
    while (at < end && !endsWord(bytes[at])) {
      at++;
    }
    return new String(bytes, start, at - start, StandardCharsets.UTF_8);
  }

  /// A word, most likely one of the usual ones: these make no new string.
  String word(String... usual) {
    byte first = peek();
    for (var likely : usual) {
      if (likely.charAt(0) == first && startsWith(likely)) {
        int after = at + likely.length();
        if (after == end || endsWord(bytes[after])) {
          at = after;
          return likely;
        }
      }
    }
    return word();
  }

  private static boolean endsWord(byte here) {
    return switch (here) {
      case ',', ';', '"', '(', ')', '[', ']', '{', '}' -> true;
      default -> here >= 0 && here <= ' ';
    };
  }

  /// Skips one value, whatever it is.
  void skipValue() {
    skipBlanks();
    if (atEnd()) {
      throw bad("a value");
    }
    switch (peek()) {
      case '"' -> skipString();
      case '(', '[', '{' -> skipBrackets();
      case '#' -> {
        at++;
        if (peek() != '{' && peek() != '(') {
          word();
        }
        skipValue();
      }
      default -> {
        int start = at;
        word();
        if (at == start) {
          throw bad("a value");
        }
      }
    }
  }

  private void skipString() {
    at++;
    while (at < end && bytes[at] != '"') {
      at += bytes[at] == '\\' ? 2 : 1;
    }
    expect('"');
  }

  private void skipBrackets() {
    int depth = 0;
    do {
      if (atEnd()) {
        throw bad("a closing bracket");
      }
      switch (bytes[at]) {
        case '"' -> skipString();
        case ';' -> skipLine();
        case '(', '[', '{' -> {
          depth++;
          at++;
        }
        case ')', ']', '}' -> {
          depth--;
          at++;
        }
        default -> skipPlain();
      }
    } while (depth > 0);
  }

  /// Most of a long history is skipped here first, before it is known what it is.
  private void skipPlain() {
    int to = at;
    while (to < end && PLAIN[bytes[to] & 0xff]) {
      to++;
    }
    at = to;
  }

  /// By byte: whether it neither opens nor closes anything.
  private static final boolean[] PLAIN = new boolean[256];

  static {
    Arrays.fill(PLAIN, true);
    for (int special : new int[] {'"', ';', '(', '[', '{', ')', ']', '}'}) {
      PLAIN[special] = false;
    }
  }

  BadHistory bad(String expected) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < Math.min(at, end); i++) {
      column = bytes[i] == '\n' ? 1 : column + 1;
      line += bytes[i] == '\n' ? 1 : 0;
    }
    var found = atEnd() ? "the end" : "'" + snippet() + "'";
    return new BadHistory(
        "line " + line + ", column " + column + ": expected " + expected + ", found " + found);
  }

  private String snippet() {
    int to = at;
    while (to < end && to - at < 20 && bytes[to] != '\n') {
      to++;
    }
    return new String(bytes, at, to - at, StandardCharsets.UTF_8);
  }
}
