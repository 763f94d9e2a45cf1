package meridian.mutants;

import java.util.Optional;
import meridian.simulate.Simulation;
import meridian.simulate.SimulationFailed;

/// Runs a simulation for the bank. Loaded together with a mutant; only what belongs to the JDK
/// crosses over to the test.
public final class Judge {
  private Judge() {}

  /// What a seed finds wrong; nothing if all is well.
  public static Optional<String> seed(Long seed) {
    try {
      Simulation.run(Simulation.Options.of(seed), Optional.empty());
      return Optional.empty();
    } catch (SimulationFailed failed) {
      return Optional.of(String.valueOf(failed.getMessage()));
    }
  }
}
