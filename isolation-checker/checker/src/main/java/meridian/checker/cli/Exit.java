package meridian.checker.cli;

import java.util.List;

/// Exit codes, the same for all commands of the checker.
final class Exit {
  static final int HOLDS = 0;
  static final int VIOLATED = 1;
  static final int UNKNOWN = 2;
  static final int BAD_INPUT = 3;
  static final int DISAGREEMENT = 4;
  static final int USAGE = 64;

  private Exit() {}

  /// What to end with if several histories were checked.
  static int worstOf(List<Integer> codes) {
    return WORST_FIRST.stream().filter(codes::contains).findFirst().orElse(HOLDS);
  }

  private static final List<Integer> WORST_FIRST =
      List.of(USAGE, BAD_INPUT, DISAGREEMENT, VIOLATED, UNKNOWN);
}
