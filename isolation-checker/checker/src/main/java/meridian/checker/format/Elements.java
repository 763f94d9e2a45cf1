package meridian.checker.format;

import java.util.Arrays;
import meridian.checker.History;
import meridian.checker.HistoryBuilder;

/// Reads values and keys of EDN and JSON into a history's own form, lists into an array that is
/// used again and again.
final class Elements {
  private final Cursor cursor;
  private final HistoryBuilder builder;
  private long[] elements = new long[64];
  private int size;

  Elements(Cursor cursor, HistoryBuilder builder) {
    this.cursor = cursor;
    this.builder = builder;
  }

  long[] array() {
    return elements;
  }

  int size() {
    return size;
  }

  /// A key: an integer or the text of a string, keyword or symbol.
  int key() {
    cursor.skipBlanks();
    if (cursor.atInteger()) {
      return builder.key(cursor.integer());
    }
    return builder.key(text());
  }

  private String text() {
    if (cursor.peek() == '"') {
      return cursor.string();
    }
    cursor.take(':');
    var word = cursor.word();
    if (word.isEmpty()) {
      throw cursor.bad("a key or a value");
    }
    return word;
  }

  boolean atList() {
    return cursor.peek() == '[' || cursor.peek() == '(';
  }

  /// A scalar; ABSENT for nil and null.
  long value() {
    cursor.skipBlanks();
    if (cursor.atInteger()) {
      int start = cursor.at;
      long value = cursor.integer();
      if (cursor.peek() != '.' && cursor.peek() != 'e' && cursor.peek() != 'E') {
        return value;
      }
      cursor.at = start;
    }
    boolean quoted = cursor.peek() == '"';
    var text = text();
    return !quoted && (text.equals("nil") || text.equals("null"))
        ? History.ABSENT
        : builder.value(text);
  }

  /// A list of scalars, into `array`.
  void list() {
    byte closing = (byte) (cursor.peek() == '[' ? ']' : ')');
    cursor.at++;
    size = 0;
    while (true) {
      cursor.skipBlanks();
      if (cursor.take(closing)) {
        return;
      }
      if (size == elements.length) {
        elements = Arrays.copyOf(elements, 2 * size);
      }
      elements[size++] = value();
    }
  }
}
