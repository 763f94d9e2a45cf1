package meridian.history;

import java.util.Optional;

/// JSON in the making.
final class JsonText {
  private static final int DIGITS_MAX = 18;

  private final StringBuilder out;

  JsonText(int capacity) {
    out = new StringBuilder(capacity);
  }

  JsonText raw(String json) {
    out.append(json);
    return this;
  }

  JsonText raw(long number) {
    out.append(number);
    return this;
  }

  /// A string with its quotes.
  JsonText text(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        default -> {
          if (c < ' ' || Character.isSurrogate(c)) {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
    return this;
  }

  /// A number where the text is one, in its only spelling; a string otherwise; null for nothing.
  JsonText value(Optional<String> value) {
    if (value.isEmpty()) {
      return raw("null");
    }
    return isNumber(value.get()) ? raw(value.get()) : text(value.get());
  }

  private static boolean isNumber(String text) {
    int digits = text.startsWith("-") ? 1 : 0;
    if (text.length() == digits || text.length() > DIGITS_MAX) {
      return false;
    }
    boolean isSpelledOtherwise =
        text.charAt(digits) == '0' && (text.length() > digits + 1 || digits == 1);
    return !isSpelledOtherwise && text.chars().skip(digits).allMatch(c -> c >= '0' && c <= '9');
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
