package meridian.shell;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class LexerTest {
  @Test
  void endsCommandsWithLinesAndSemicolons() {
    assertEquals(
        List.of(List.of("put", "a", "1"), List.of("get", "a"), List.of("get", "b")),
        words("put a 1; get a;;\n\n get b ;"));
    assertEquals(List.of(), words(" ; \n"));
  }

  @Test
  void skipsComments() {
    assertEquals(
        List.of(List.of("get", "a--b"), List.of("get", "c#d")),
        words("# first\nget a--b -- the rest; get z\nget c#d # and so on"));
  }

  @Test
  void takesAnythingInQuotes() {
    assertEquals(
        List.of(List.of("put", "a key; -- here", "it's \"so\"")),
        words("put 'a key; -- here' \"it's \\\"so\\\"\""));
    assertEquals(List.of(List.of("put", "two\nlines", "")), words("put 'two\nlines' ''"));
    assertArrayEquals(
        new byte[] {0, (byte) 0xff, '\n', '\t', '\\'},
        Lexer.commands("get \"\\x00\\xFF\\n\\t\\\\\"").getFirst().getLast().bytes());
  }

  @Test
  void takesHexadecimalForBytesUnlessItIsInQuotes() {
    assertArrayEquals(new byte[] {0, (byte) 0xff}, word("0x00ff").bytes());
    assertArrayEquals(new byte[0], word("0x").bytes());
    assertEquals(
        "0x00ff", new String(word("'0x00ff'").bytes(), java.nio.charset.StandardCharsets.UTF_8));
  }

  @Test
  void saysWhatIsWrong() {
    assertThrows(Lexer.OpenQuote.class, () -> Lexer.commands("put 'a"));
    assertThrows(Lexer.OpenQuote.class, () -> Lexer.commands("put \"a\\"));
    for (String bad : List.of("get 0xabc", "get 0xzz", "get \"\\q\"", "get \"\\x1\"")) {
      var error = assertThrows(ShellError.class, () -> Lexer.commands(bad), bad);
      assertEquals(Exit.USAGE, error.exitCode());
      assertTrue(String.valueOf(error.getMessage()).contains("want"), error.getMessage());
    }
  }

  private static Word word(String text) {
    return Lexer.commands(text).getFirst().getFirst();
  }

  private static List<List<String>> words(String text) {
    return Lexer.commands(text).stream()
        .map(command -> command.stream().map(Word::text).toList())
        .toList();
  }
}
