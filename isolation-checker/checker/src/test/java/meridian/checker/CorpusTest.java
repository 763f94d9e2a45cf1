package meridian.checker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import meridian.checker.format.Recording;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// Histories published with other tools, and the verdicts that their sources, a literal evaluation
/// of the definitions, a real Elle and a real PolySI gave on them. They are no part of this
/// repository: `-Dmeridian.histories=DIR` says where they are.
class CorpusTest {
  /// In a column's words. `SI` and `SER` of sources that include session order are the session
  /// levels.
  private static final Map<String, Level> NAMES =
      Map.ofEntries(
          Map.entry("RU", Level.READ_UNCOMMITTED),
          Map.entry("RC", Level.READ_COMMITTED),
          Map.entry("RA", Level.READ_ATOMIC),
          Map.entry("CC", Level.CAUSAL),
          Map.entry("PSI", Level.PARALLEL_SNAPSHOT),
          Map.entry("PL-2+", Level.PARALLEL_SNAPSHOT),
          Map.entry("SI", Level.SNAPSHOT),
          Map.entry("SESS_SI", Level.SESSION_SNAPSHOT),
          Map.entry("STRONG_SI", Level.STRONG_SNAPSHOT),
          Map.entry("SER", Level.SERIALIZABLE),
          Map.entry("SESS_SER", Level.SESSION_SERIALIZABLE),
          Map.entry("SSER", Level.STRICT_SERIALIZABLE));

  private static final int STATED = 3;
  private static final int BRUTE_FORCE = 4;
  private static final int ELLE = 5;
  private static final int POLYSI = 6;

  /// Not a history of transactions in a format that is read: one with other operations, one YAML.
  private static final List<String> UNREAD =
      List.of("elle-cli/jepsen-long-fork.edn", "polysi/non_cc.yaml");

  /// Where the verdicts that differ are listed, each with its reason.
  private static final Path EXPLAINED = Path.of("CORPUS.md");

  private int compared;

  @Test
  void everyVerdictIsReproducedOrExplained() throws IOException {
    var folder =
        Path.of(System.getProperty("meridian.histories", "../../../shared/data/histories"));
    var index = folder.resolve("INDEX.tsv");
    Assumptions.assumeTrue(
        Files.exists(index), "no corpus in " + folder + ": give one by -Dmeridian.histories=DIR");
    var differences = new TreeSet<String>();
    for (var line : Files.readAllLines(index).stream().skip(1).toList()) {
      var row = line.split("\t", -1);
      if (!UNREAD.contains(row[0])) {
        var history = Recording.read(folder.resolve(row[0])).history();
        var options = Options.all().withInternalReads(false);
        // The verifier is made to be short, not fast: the largest histories go without it.
        var report =
            history.transactions() <= 20_000
                ? Proofs.check(history, options)
                : Checker.check(history, options);
        compare(row, report, differences);
      }
    }
    assertEquals(explained(), differences);
    assertTrue(compared > 1000, compared + " verdicts compared");
  }

  /// The first columns of the page's tables: a file, who says so, what.
  private static SortedSet<String> explained() throws IOException {
    var rows = new TreeSet<String>();
    for (var line : Files.readAllLines(EXPLAINED)) {
      var cells = line.split(" *\\| *", -1);
      if (line.startsWith("| `")) {
        assertTrue(cells.length == 6 && !cells[4].isBlank(), "no reason: " + line);
        rows.add(String.join(" ", List.of(cells).subList(1, 4)).replace("`", ""));
      }
    }
    return rows;
  }

  private void compare(String[] row, Report report, SortedSet<String> differences) {
    for (int column : List.of(STATED, BRUTE_FORCE, ELLE, POLYSI)) {
      for (var claim : claims(row[column], column)) {
        var parts = claim.split("=", -1);
        if (parts.length == 2 && NAMES.containsKey(parts[0])) {
          boolean sessions = row[column].contains("session order included");
          var level = level(parts[0], column == POLYSI || sessions);
          boolean differs =
              switch (parts[1]) {
                case "ok" -> !report.holds(level);
                case "fail" -> !report.violates(level);
                default -> false;
              };
          compared++;
          if (differs) {
            differences.add(row[0] + " " + WHO.get(column) + " " + claim);
          }
        }
      }
    }
  }

  private static final Map<Integer, String> WHO =
      Map.of(STATED, "source", BRUTE_FORCE, "definitions", ELLE, "Elle", POLYSI, "PolySI");

  private static Level level(String name, boolean sessions) {
    return switch (name) {
      case "SI" -> sessions ? Level.SESSION_SNAPSHOT : Level.SNAPSHOT;
      case "SER" -> sessions ? Level.SESSION_SERIALIZABLE : Level.SERIALIZABLE;
      default -> NAMES.getOrDefault(name, Level.READ_UNCOMMITTED);
    };
  }

  /// Only what is said in the words of the definitions; Elle's stated models are in its own column.
  private static List<String> claims(String cell, int column) {
    var claims = new ArrayList<String>();
    if (column != STATED || cell.startsWith("[") || cell.startsWith("by construction")) {
      var said = cell.replaceFirst("^\\[[^]]*\\]", "");
      for (var claim : said.split("[; ]+", -1)) {
        claims.add(claim);
      }
    }
    return claims;
  }
}
