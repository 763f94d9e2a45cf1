package meridian.mutants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The bank itself. Whether its mutants are caught is a matter of [MutantHuntTest].
class MutantBankTest {
  private static final int MUTANTS_MIN = 25;

  static List<Mutant> mutants() {
    return MutantBank.all();
  }

  @Test
  void thereAreAtLeastTwentyFiveMutantsAndNoTwoAreCalledTheSame() {
    var names = new TreeSet<String>();
    mutants().forEach(mutant -> assertTrue(names.add(mutant.name()), mutant.name()));
    assertTrue(names.size() >= MUTANTS_MIN, names.size() + " mutants");
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void theTextOfAMutantOccursOnceAndIsChanged(Mutant mutant) {
    assertEquals(1, MutantBank.matches(mutant), () -> mutant.type() + ": " + mutant.find());
    assertNotEquals(mutant.find(), mutant.replace());
  }
}
