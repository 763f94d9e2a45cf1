package meridian.tidy;

import java.util.regex.Pattern;

/// What a Java source says once its comments and the contents of its literals are blanked out, so
/// that a rule about code never trips over prose. Every character keeps its place, hence its line.
record Code(String text) {
  /// Whatever starts first wins, as it does in the language: a quote inside a comment opens
  /// nothing.
  private static final Pattern COMMENT_OR_LITERAL =
      Pattern.compile(
          """
          //[^\\n]*\
          |/\\*(?s:.*?)\\*/\
          |\"""(?s:(?:\\\\.|[^\\\\])*?)\"""\
          |"(?:\\\\.|[^"\\\\\\n])*"\
          |'(?:\\\\.|[^'\\\\\\n])*'\
          """);

  static Code of(String source) {
    return new Code(
        COMMENT_OR_LITERAL
            .matcher(source)
            .replaceAll(found -> found.group().replaceAll("[^\\n]", " ")));
  }

  /// The line, counted from 1, of the character at `offset`.
  int lineOf(int offset) {
    return 1 + (int) text.substring(0, offset).chars().filter(c -> c == '\n').count();
  }

  /// What stands between the parenthesis at or after `offset` and the one that closes it.
  String argumentsAfter(int offset) {
    int open = text.indexOf('(', offset);
    int depth = 0;
    for (int i = open; i >= 0 && i < text.length(); i++) {
      if (text.charAt(i) == '(') {
        depth++;
      } else if (text.charAt(i) == ')' && --depth == 0) {
        return text.substring(open + 1, i);
      }
    }
    return "";
  }
}
