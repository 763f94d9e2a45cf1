package meridian.checker.cli;

/// Exit codes, the same for all commands of the checker.
final class Exit {
  static final int HOLDS = 0;
  static final int VIOLATED = 1;
  static final int UNKNOWN = 2;
  static final int BAD_INPUT = 3;
  static final int DISAGREEMENT = 4;
  static final int USAGE = 64;

  private Exit() {}
}
