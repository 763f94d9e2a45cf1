package meridian.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ExhaustiveTest {
  @Test
  void everyCombinationComesOnceAndInOrder() {
    List<String> seen = new ArrayList<>();
    long runs = Exhaustive.forEveryChoice(given -> seen.add(given.pick("a", "b") + given.index(3)));
    assertEquals(6, runs);
    assertEquals(List.of("a0", "a1", "a2", "b0", "b1", "b2"), seen);
  }

  @Test
  void whatMayBeChosenCanDependOnWhatWasChosen() {
    List<String> seen = new ArrayList<>();
    Exhaustive.forEveryChoice(
        given -> seen.add(given.flip() ? "yes" : "no" + given.pick(List.of(1, 2))));
    assertEquals(List.of("no1", "no2", "yes"), seen);
  }

  @Test
  void shufflingGivesEveryOrder() {
    var orders = new TreeSet<String>();
    long runs =
        Exhaustive.forEveryChoice(
            given -> orders.add(given.anyOrderOf(List.of(1, 2, 3)).toString()));
    assertEquals(6, runs);
    assertEquals(6, orders.size());
  }

  @Test
  void codeWithoutChoicesRunsOnce() {
    assertEquals(1, Exhaustive.forEveryChoice(given -> {}));
  }

  @Test
  void aFailureTellsItsChoices() {
    var failure =
        assertThrows(
            IllegalStateException.class,
            () ->
                Exhaustive.forEveryChoice(
                    given -> {
                      if (given.index(4) == 2) {
                        throw new IllegalStateException("two");
                      }
                    }));
    assertEquals("in run 3, choices [[2, 4]]", failure.getSuppressed()[0].getMessage());
  }
}
