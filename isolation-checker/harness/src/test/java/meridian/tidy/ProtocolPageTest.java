package meridian.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A rule whose test was renamed away is a rule without a test.
class ProtocolPageTest {
  private static final Path ROOT = Path.of("..", "..");
  private static final Path PAGE = ROOT.resolve("shard-server/PROTOCOL.md");
  private static final int NAMES_LEAST = 60;

  @Test
  void everyTestThatThePageNamesIsThere() throws IOException {
    ProtocolPage.Names names = ProtocolPage.check(Files.readString(PAGE), sources());
    assertEquals(List.of(), names.missing());
    assertTrue(names.found() >= NAMES_LEAST, () -> "only " + names.found() + " names were read");
  }

  @Test
  void aNameIsLookedForInItsOwnClassAndAnEllipsisStandsForItsRest() {
    Map<String, String> sources =
        Map.of("ATest", "void itHolds() {} void itIsLong() {}", "BTest", "void other() {}");
    String good = "**P1 rule.** Text `code`. *`ATest.itHolds`, `itIs…`, `x.y.BTest`, `sim/ATest`.*";
    assertEquals(new ProtocolPage.Names(4, List.of()), ProtocolPage.check(good, sources));
    String bad = "Text. *`ATest.itIs`, `other…`, `CTest`, `BTest.itHolds`; seen by hand.*";
    assertEquals(
        new ProtocolPage.Names(4, List.of("ATest.itIs", "other…", "CTest", "BTest.itHolds")),
        ProtocolPage.check(bad, sources));
  }

  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new TreeMap<>();
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path file :
          files
              .filter(f -> f.toString().contains("/src/") && f.toString().endsWith(".java"))
              .toList()) {
        String name = file.getFileName().toString();
        sources.merge(name.substring(0, name.length() - 5), Files.readString(file), String::concat);
      }
    }
    return sources;
  }
}
