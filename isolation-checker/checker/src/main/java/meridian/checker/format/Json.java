package meridian.checker.format;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// JSON as values: maps, lists, strings, longs and booleans; null is an empty map. For certificates
/// and reports, which are small; histories have readers of their own.
public final class Json {
  private final Cursor cursor;

  private Json(Cursor cursor) {
    this.cursor = cursor;
  }

  public static Object parse(String text) {
    var json = new Json(new Cursor(text.getBytes(StandardCharsets.UTF_8)));
    var value = json.value();
    json.cursor.skipBlanks();
    if (!json.cursor.atEnd()) {
      throw json.cursor.bad("the end");
    }
    return value;
  }

  private Object value() {
    cursor.skipBlanks();
    return switch (cursor.peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> cursor.string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", Map.of());
      default -> cursor.integer();
    };
  }

  private Object word(String expected, Object meaning) {
    if (!cursor.take(expected)) {
      throw cursor.bad(expected);
    }
    return meaning;
  }

  private Map<String, Object> object() {
    var members = new LinkedHashMap<String, Object>();
    cursor.expect('{');
    cursor.skipBlanks();
    while (!cursor.take('}')) {
      var name = cursor.string();
      cursor.skipBlanks();
      cursor.expect(':');
      members.put(name, value());
      cursor.skipBlanks();
    }
    return members;
  }

  private List<Object> array() {
    var elements = new ArrayList<>();
    cursor.expect('[');
    cursor.skipBlanks();
    while (!cursor.take(']')) {
      elements.add(value());
      cursor.skipBlanks();
    }
    return elements;
  }

  /// The text of a value made of maps, lists, int arrays, strings, numbers and booleans.
  public static String text(Object value) {
    var text = new StringBuilder();
    write(value, text);
    return text.toString();
  }

  private static void write(Object value, StringBuilder text) {
    switch (value) {
      case Map<?, ?> map -> {
        var separator = '{';
        for (var entry : map.entrySet()) {
          text.append(separator);
          quote(entry.getKey().toString(), text);
          text.append(':');
          write(entry.getValue(), text);
          separator = ',';
        }
        text.append(map.isEmpty() ? "{}" : "}");
      }
      case Iterable<?> list -> {
        var separator = "[";
        boolean empty = true;
        for (var element : list) {
          text.append(separator);
          write(element, text);
          separator = ",";
          empty = false;
        }
        text.append(empty ? "[]" : "]");
      }
      case int[] numbers -> {
        text.append('[');
        for (int i = 0; i < numbers.length; i++) {
          text.append(i == 0 ? "" : ",").append(numbers[i]);
        }
        text.append(']');
      }
      case Number number -> text.append(number);
      case Boolean truth -> text.append(truth);
      default -> quote(value.toString(), text);
    }
  }

  private static void quote(String string, StringBuilder text) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\t' -> text.append("\\t");
        case '\r' -> text.append("\\r");
        default -> {
          if (c < ' ') {
            text.append(String.format("\\u%04x", (int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
