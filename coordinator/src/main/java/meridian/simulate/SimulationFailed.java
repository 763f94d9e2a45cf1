package meridian.simulate;

/// A run that found something wrong, or that was idle and so proves nothing. The message says what.
public final class SimulationFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final long seed;
  private final String replay;

  SimulationFailed(long seed, String what, String replay, Throwable cause) {
    super("seed " + seed + ": " + what, cause);
    this.seed = seed;
    this.replay = replay;
  }

  public long seed() {
    return seed;
  }

  /// The one command that runs this again.
  public String replay() {
    return replay;
  }
}
