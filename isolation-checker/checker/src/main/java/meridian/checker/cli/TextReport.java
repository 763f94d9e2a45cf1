package meridian.checker.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import meridian.checker.Anomaly;
import meridian.checker.Level;
import meridian.checker.Report;
import meridian.checker.Verdict;
import meridian.checker.format.Recording;

/// A report for people.
final class TextReport {
  private TextReport() {}

  static void print(
      Path file,
      Recording recording,
      Report report,
      double seconds,
      Optional<SecondOpinion> opinion,
      PrintWriter out) {
    var history = report.history();
    out.printf(
        Locale.ROOT,
        "%s: %s, %d transactions, %d operations, %.2f s%n",
        file,
        recording.format(),
        history.transactions(),
        history.operations(),
        seconds);
    var choices = JsonReport.definitions(report);
    out.printf(
        "  internal reads %s; unwritten registers hold %s%n",
        report.options().internalReads() ? "checked" : "not checked", choices.get("initialValue"));
    for (var level : Level.weakestFirst().reversed()) {
      if (report.verdicts().containsKey(level)) {
        out.printf("  %-22s %s%n", level.label(), inShort(report.verdict(level)));
      }
    }
    report
        .asked()
        .ifPresent(verdict -> out.printf("  %-22s %s%n", "as each asked", inShort(verdict)));
    for (var level : report.weakestViolated()) {
      out.println();
      out.println(
          Anomaly.of(report, level).map(name -> name + ": ").orElse("") + report.explain(level));
    }
    if (report.asked().orElse(new Verdict.Unknown("")) instanceof Verdict.Violated) {
      out.println();
      out.println(
          Anomaly.ofAsked(report).map(name -> name + ": ").orElse("") + report.explainAsked());
    }
    out.println();
    out.println("strongest that holds: " + labels(report.strongest()));
    opinion.ifPresent(second -> out.println(second.asText()));
  }

  private static String inShort(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Holds _ -> "holds";
      case Verdict.Violated(meridian.checker.Evidence.Weaker(var weaker)) ->
          "violated, as " + weaker.label() + " is";
      case Verdict.Violated _ -> "violated";
      case Verdict.Unknown(var reason) -> "unknown: " + reason;
    };
  }

  private static String labels(java.util.List<Level> levels) {
    return String.join(", ", levels.stream().map(Level::label).toList());
  }
}
