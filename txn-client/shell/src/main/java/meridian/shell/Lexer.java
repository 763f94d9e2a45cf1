package meridian.shell;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Cuts text into commands, and commands into words. Commands end with a line or a semicolon. Words
/// are separated by blanks; in single or double quotes anything may stand, with `\n`, `\t`, `\\`,
/// `\"`, `\'` and `\xHH` for what cannot be typed. A word that begins with `--` or `#` starts a
/// comment.
final class Lexer {
  private static final int HEX = 16;

  private final String text;
  private final List<List<Word>> commands = new ArrayList<>();
  private List<Word> command = new ArrayList<>();
  private int at;

  private Lexer(String text) {
    this.text = text;
  }

  /// The text ends inside of quotes: more of it may follow.
  static final class OpenQuote extends RuntimeException {
    private static final long serialVersionUID = 1;

    OpenQuote(char quote) {
      super("the text ends before the closing " + quote);
    }
  }

  /// The commands of a text, none of them empty.
  ///
  /// @throws OpenQuote if it ends in the middle of a word in quotes
  /// @throws ShellError if a word is wrong
  static List<List<Word>> commands(String text) {
    return new Lexer(text).read();
  }

  private List<List<Word>> read() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ';' || c == '\n') {
        endCommand();
        at++;
      } else if (Character.isWhitespace(c)) {
        at++;
      } else if (c == '#' || text.startsWith("--", at)) {
        skipLine();
      } else if (c == '\'' || c == '"') {
        command.add(quoted(c));
      } else {
        command.add(bare());
      }
    }
    endCommand();
    return commands;
  }

  private void endCommand() {
    if (!command.isEmpty()) {
      commands.add(command);
      command = new ArrayList<>();
    }
  }

  private void skipLine() {
    while (at < text.length() && text.charAt(at) != '\n') {
      at++;
    }
  }

  private Word bare() {
    int start = at;
    while (at < text.length()
        && text.charAt(at) != ';'
        && !Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return Word.bare(text.substring(start, at));
  }

  private Word quoted(char quote) {
    var bytes = new ByteArrayOutputStream();
    at++;
    while (at < text.length() && text.charAt(at) != quote) {
      if (text.charAt(at) == '\\') {
        at++;
        bytes.write(escaped(quote));
      } else {
        int end = at + Character.charCount(text.codePointAt(at));
        bytes.writeBytes(text.substring(at, end).getBytes(StandardCharsets.UTF_8));
        at = end;
      }
    }
    if (at >= text.length()) {
      throw new OpenQuote(quote);
    }
    at++;
    return Word.quoted(bytes.toByteArray());
  }

  private int escaped(char quote) {
    if (at >= text.length()) {
      throw new OpenQuote(quote);
    }
    char c = text.charAt(at);
    at++;
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case '\\', '\'', '"' -> c;
      case 'x' -> hexByte();
      default ->
          throw ShellError.usage(
              "unknown escape \\" + c + "; want \\n, \\t, \\r, \\\\, \\\", \\' or \\xHH");
    };
  }

  private int hexByte() {
    if (at + 2 <= text.length()) {
      int high = Character.digit(text.charAt(at), HEX);
      int low = Character.digit(text.charAt(at + 1), HEX);
      if (high >= 0 && low >= 0) {
        at += 2;
        return high * HEX + low;
      }
    }
    throw ShellError.usage("\\x wants two hexadecimal digits");
  }
}
