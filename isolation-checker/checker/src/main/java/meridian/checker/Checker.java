package meridian.checker;

import java.util.EnumMap;
import java.util.Map;

/// Decides which isolation levels a history satisfies, and proves it either way.
public final class Checker {
  private Checker() {}

  /// All levels, with the usual definitions.
  public static Report check(History history) {
    return check(history, Options.all());
  }

  public static Report check(History history, Options options) {
    var verdicts = new Judgement(history, options, Map.of()).verdicts();
    var decided = new EnumMap<Level, Verdict>(verdicts);
    for (var level : options.levels()) {
      decided.putIfAbsent(level, new Verdict.Unknown("not decided"));
    }
    return new Report(history, options, decided);
  }
}
