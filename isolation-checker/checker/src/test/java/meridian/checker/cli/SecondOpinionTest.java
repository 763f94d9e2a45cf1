package meridian.checker.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;

import meridian.checker.Checker;
import meridian.checker.Options;
import meridian.checker.RandomHistories;
import org.junit.jupiter.api.Test;

/// Two methods, two languages, one verdict: by executions in Java, by cycles in Clojure.
class SecondOpinionTest {
  @Test
  void agreesOnRandomHistories() {
    for (long seed = 0; seed < 3_000; seed++) {
      var history = new RandomHistories(seed).next(6);
      var opinion = SecondOpinion.on(Checker.check(history, Options.all()));
      assertFalse(opinion.disagrees(), "seed " + seed + ": " + opinion.asText());
    }
  }
}
