package meridian.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import meridian.client.Database;
import meridian.client.Meridian;
import meridian.client.Options;
import meridian.client.fake.InMemoryTransport;
import meridian.model.Key;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleTest {
  @Test
  void promptsWithTheStateOfTheTransactionAndKeepsLinesToItself(@TempDir Path folder)
      throws IOException {
    Path history = folder.resolve("history");
    String screen = type("put a 1\nbegin\nput b 2\ncommit\nget b\nput c 'two\nlines'\n", history);

    assertTrue(screen.contains("meridian> "), screen);
    assertTrue(screen.contains("meridian (open)> "), screen);
    assertTrue(Files.readString(history).contains("put b 2"));
    assertEquals(
        PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(history));
  }

  private static String type(String text, Path history) throws IOException {
    var screen = new ByteArrayOutputStream();
    var in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    try (Terminal terminal = new DumbTerminal("test", "dumb", in, screen, StandardCharsets.UTF_8);
        Database database =
            Meridian.connect(InMemoryTransport.ofTwoRegions(), Options.defaults())) {
      PrintWriter out = terminal.writer();
      try (var shell =
          new Shell(database, ClusterCommands.NONE, Format.TABLE, new Style(false), out, out)) {
        assertEquals(Exit.OK, new Console(shell, terminal, Optional.of(history)).run());
      }
      assertEquals("2", database.get(Key.utf8("b")).orElseThrow().toUtf8());
      assertEquals("two\nlines", database.get(Key.utf8("c")).orElseThrow().toUtf8());
      terminal.flush();
    }
    return screen.toString(StandardCharsets.UTF_8);
  }
}
