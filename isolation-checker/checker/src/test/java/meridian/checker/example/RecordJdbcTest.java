package meridian.checker.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import meridian.checker.History;
import meridian.checker.Level;
import meridian.checker.Outcome;
import meridian.checker.format.Recording;
import org.junit.jupiter.api.Test;

/// What the example records is what the checker reads. (Against a database it is run by hand.)
class RecordJdbcTest {
  private static History read(String... lines) throws IOException {
    var text = String.join("\n", lines);
    return Recording.of(text.getBytes(StandardCharsets.UTF_8)).history();
  }

  @Test
  void itsLinesAreRead() throws IOException {
    var ops = List.of("[\"append\",1,7]", "[\"read\",1,[7]]");
    var history =
        read(
            RecordJdbc.line(3, "snapshot", 10, 20, "committed", ops),
            RecordJdbc.line(4, "serializable", 15, 30, "unknown", ops.subList(0, 1)));
    assertEquals(2, history.transactions());
    assertEquals(3, history.operations());
    assertEquals(Level.SNAPSHOT, history.asked(0));
    assertEquals(20, history.completed(0));
    assertEquals(Outcome.UNKNOWN, history.outcome(1));
    assertEquals(History.NEVER_AFTER, history.completed(1));
  }

  @Test
  void thePageShowsALineThatIsRead() throws IOException {
    var page = Files.readAllLines(Path.of("CHECK-YOUR-OWN.md"));
    var examples = page.stream().filter(line -> line.startsWith("{")).toList();
    assertEquals(1, examples.size());
    assertEquals(4, read(examples.getFirst()).operations());
    var source = Path.of("src/test/java/meridian/checker/example/RecordJdbc.java");
    assertTrue(Files.exists(source) && page.stream().anyMatch(l -> l.contains(source.toString())));
  }
}
