package meridian.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole clusters of the production classes, under faults, in virtual time. More seeds by `meridian
/// simulate --seeds A..B`.
class SimulationTest {
  @Test
  void oneSeedIsOneRun() {
    Summary once = run(3);
    Summary again = run(3);
    assertEquals(once.trace(), again.trace());
    assertEquals(once.counts(), again.counts());
    assertNotEquals(once.trace(), run(4).trace());
  }

  /// A run judges itself and throws if anything was wrong, or if it was idle.
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void aHostileRunKeepsEveryPromise(long seed) {
    Summary summary = run(seed);
    assertTrue(summary.commits() >= 200, summary.line());
    assertTrue(summary.simulatedMicros() >= 60_000_000, summary.line());
  }

  private static Summary run(long seed) {
    return Simulation.run(Simulation.Options.of(seed), Optional.empty());
  }
}
