package meridian.harness.torture;

import java.io.PrintWriter;
import java.util.Locale;
import meridian.checker.Level;
import meridian.harness.torture.Result.Done;
import meridian.harness.torture.Result.Standing;

/// The end of a run, for people, and as a number.
final class Summary {
  private Summary() {}

  /// Prints it.
  ///
  /// @return what to end with
  static int print(Settings settings, Result result, Verdict verdict, PrintWriter out) {
    out.printf("%-14s %10s %9s %9s  %s%n", "", "committed", "aborted", "unknown", "invariant");
    for (Done done : result.workloads()) {
      out.printf(
          Locale.ROOT,
          "%-14s %,10d %,9d %,9d  %s%n",
          done.name(),
          done.tally().committed().get(),
          done.tally().aborted().get(),
          done.tally().unknown().get(),
          word(done.standing(settings)));
      done.remarks(settings).forEach(remark -> out.println("    " + remark));
    }
    out.println();
    out.printf("%d faults, seed %d%n", result.faults().size(), settings.seed());
    result.troubles().forEach(trouble -> out.println("TROUBLE: " + trouble));
    out.printf(
        Locale.ROOT,
        "the checker, of %,d transactions: strongest level that holds is %s%n",
        verdict.transactions(),
        String.join(", ", verdict.strongest()));
    for (Level level : settings.levels()) {
      out.println("  " + level.label() + ": " + verdict.standing(level));
      if (verdict.standing() == Standing.VIOLATED && !verdict.why(level).isEmpty()) {
        out.println("    " + verdict.why(level).replace("\n", "\n    "));
      }
    }
    out.println("everything is in " + settings.out());
    Standing all = result.standing(settings).and(verdict.standing());
    out.println(word(all));
    out.flush();
    return code(all);
  }

  private static String word(Standing standing) {
    return switch (standing) {
      case HOLDS -> "holds";
      case VIOLATED -> "VIOLATED";
      case UNKNOWN -> "unknown";
    };
  }

  private static int code(Standing standing) {
    return switch (standing) {
      case HOLDS -> 0;
      case VIOLATED -> 1;
      case UNKNOWN -> 2;
    };
  }
}
