package meridian.shell;

import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import meridian.model.Key;
import meridian.model.Timestamp;
import meridian.model.Value;

/// One word of a command.
///
/// @param text as it was written, without its quotes and with its escapes resolved
/// @param isQuoted whether it stood in quotes, and so is data and nothing else
record Word(String text, byte[] bytes, boolean isQuoted) {
  private static final String HEX = "0x";
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m)");
  private static final Pattern TIMESTAMP = Pattern.compile("([0-9]{1,14})\\.([0-9]{1,5})");

  /// A word without quotes; one that begins with 0x names the bytes themselves.
  static Word bare(String text) {
    if (!text.startsWith(HEX)) {
      return new Word(text, text.getBytes(java.nio.charset.StandardCharsets.UTF_8), false);
    }
    try {
      return new Word(text, HexFormat.of().parseHex(text.substring(HEX.length())), false);
    } catch (IllegalArgumentException notHex) {
      throw ShellError.usage(
          "not hexadecimal: "
              + text
              + "; want 0x and pairs of digits, or put it in quotes if it is a text");
    }
  }

  static Word quoted(byte[] bytes) {
    return new Word(
        new String(bytes, java.nio.charset.StandardCharsets.UTF_8), bytes.clone(), true);
  }

  /// Whether this is a keyword, in any case of letters.
  boolean is(String keyword) {
    return !isQuoted && text.equalsIgnoreCase(keyword);
  }

  Key key() {
    return Key.of(bytes);
  }

  Value value() {
    return Value.of(bytes);
  }

  /// The value, or nothing where the word is `nil`.
  Optional<Value> valueOrNil() {
    return is("nil") ? Optional.empty() : Optional.of(value());
  }

  /// The number that this is.
  ///
  /// @param what it is wanted for
  long number(String what) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException notANumber) {
      throw ShellError.usage(what + " is a whole number of 64 bits, not '" + text + "'");
    }
  }

  /// The length of time that this is, such as `5s`.
  Duration duration() {
    Matcher parts = DURATION.matcher(text);
    if (!parts.matches()) {
      throw ShellError.usage("'" + text + "' is no length of time: want 500ms, 5s or 2m");
    }
    long number = Long.parseLong(parts.group(1));
    return switch (parts.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      default -> Duration.ofMinutes(number);
    };
  }

  /// The timestamp that this is, as results show them: `MILLISECONDS.COUNTER`.
  Timestamp timestamp() {
    Matcher parts = TIMESTAMP.matcher(text);
    if (!parts.matches()) {
      throw ShellError.usage("'" + text + "' is no timestamp: want one as results show them");
    }
    Timestamp start = Timestamp.ofMillis(Long.parseLong(parts.group(1)));
    return new Timestamp(start.packed() + Long.parseLong(parts.group(2)));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Word word
        && isQuoted == word.isQuoted
        && text.equals(word.text)
        && Arrays.equals(bytes, word.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return text;
  }
}
