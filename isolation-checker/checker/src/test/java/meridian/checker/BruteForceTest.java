package meridian.checker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The checker against the definitions. More with `-Dmeridian.histories.random=1000000`.
class BruteForceTest {
  private static final long SMALL = Long.getLong("meridian.histories.random", 20_000);

  @Test
  void agreesWithTheDefinitionsOnSmallHistories() {
    var held = compare(1, SMALL, 5);
    for (var level : Level.values()) {
      assertTrue(
          held.getOrDefault(level, 0L) > SMALL / 10, level + " held too rarely to mean something");
    }
    assertTrue(held.getOrDefault(Level.STRICT_SERIALIZABLE, 0L) < SMALL * 9 / 10);
  }

  @Test
  void agreesWithTheDefinitionsOnHistoriesOfSevenTransactions() {
    compare(10_000_000, SMALL / 40, 7);
  }

  private static Map<Level, Long> compare(long from, long histories, int most) {
    var held = new EnumMap<Level, Long>(Level.class);
    for (long seed = from; seed < from + histories; seed++) {
      var history = new RandomHistories(seed).next(most);
      boolean internalReads = seed % 5 != 0;
      var brute = BruteForce.judge(history, internalReads);
      var expected = new TreeSet<>(brute.levels());
      var report = Proofs.check(history, Options.all().withInternalReads(internalReads));
      var found = EnumSet.noneOf(Level.class);
      for (var level : Level.values()) {
        if (report.holds(level)) {
          found.add(level);
        }
        if (expected.contains(level)) {
          held.merge(level, 1L, Long::sum);
        }
      }
      long shown = seed;
      assertEquals(
          expected, new TreeSet<>(found), () -> "seed " + shown + "\n" + Histories.text(history));
      assertTrue(report.verdicts().values().stream().noneMatch(Verdict.Unknown.class::isInstance));
      if (history.hasAskedLevels()) {
        boolean given = report.asked().orElseThrow() instanceof Verdict.Holds;
        assertEquals(
            brute.asked(), given, () -> "asked, seed " + shown + "\n" + Histories.text(history));
      }
    }
    return held;
  }
}
