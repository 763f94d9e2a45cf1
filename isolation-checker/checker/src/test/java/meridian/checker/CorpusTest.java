package meridian.checker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

  /// Verdicts that differ, and why.
  private static final Map<String, String> EXPLAINED =
      Map.of(
          "polysi-tests/testInt3.txt SI",
          "the source counts an internal read as a violation; here that is a choice, off in this test",
          "tla/sib-write-skew.edn PSI",
          "the source's own definition of PSI was wrong: snapshot isolation implies it");

  private int compared;

  @Test
  void everyVerdictIsReproducedOrExplained() throws IOException {
    var folder =
        Path.of(System.getProperty("meridian.histories", "../../../shared/data/histories"));
    var index = folder.resolve("INDEX.tsv");
    Assumptions.assumeTrue(
        Files.exists(index), "no corpus in " + folder + ": give one by -Dmeridian.histories=DIR");
    var differences = new TreeMap<String, String>();
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
    assertEquals(Map.of(), differences);
    assertTrue(compared > 1000, compared + " verdicts compared");
  }

  private void compare(String[] row, Report report, Map<String, String> differences) {
    for (int column : List.of(STATED, BRUTE_FORCE, ELLE, POLYSI)) {
      for (var claim : claims(row[column], column)) {
        var parts = claim.split("=", -1);
        if (parts.length == 2 && NAMES.containsKey(parts[0])) {
          boolean sessions = row[column].contains("session order included");
          var level = level(parts[0], column == POLYSI || sessions);
          // Biswas and Enea's are stronger: see the sources of these levels.
          boolean weaker = parts[0].matches("RC|RA") && row[column].contains("Biswas");
          boolean differs =
              switch (parts[1]) {
                case "ok" -> !report.holds(level) && !misses(row, column);
                case "fail" -> !report.violates(level) && !weaker;
                default -> false;
              };
          compared++;
          if (differs && !EXPLAINED.containsKey(row[0] + " " + parts[0])) {
            differences.put(row[0] + " " + column + " " + claim, report.verdict(level).label());
          }
        }
      }
    }
  }

  /// Elle sees only some of the dependencies between registers: it may miss violations.
  private static boolean misses(String[] row, int column) {
    return column == ELLE && row[1].contains("rw-register");
  }

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
