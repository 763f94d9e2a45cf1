package meridian.checker;

/// What the checker knows about one level, with the proof.
public sealed interface Verdict {
  /// There is an execution in which all transactions pass the level's test: this one.
  record Holds(Execution execution) implements Verdict {}

  /// There is none, and this shows it.
  record Violated(Evidence evidence) implements Verdict {}

  /// The search gave up, for the reason given. Never counted as either of the others.
  record Unknown(String reason) implements Verdict {}

  /// `holds`, `violated` or `unknown`.
  default String label() {
    return switch (this) {
      case Holds _ -> "holds";
      case Violated _ -> "violated";
      case Unknown _ -> "unknown";
    };
  }
}
