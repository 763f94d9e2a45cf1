package meridian.checker.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import meridian.checker.Level;
import meridian.checker.Report;
import meridian.checker.Verdict;
import meridian.checker.certificate.Certificate;

/// A report for programs.
final class JsonReport {
  private JsonReport() {}

  static Map<String, Object> of(
      Path file, Report report, double seconds, Optional<SecondOpinion> opinion) {
    var json = new LinkedHashMap<String, Object>();
    json.put("history", file.toString());
    json.put("transactions", report.history().transactions());
    json.put("operations", report.history().operations());
    json.put("definitions", definitions(report));
    var levels = new LinkedHashMap<String, Object>();
    var evidence = new LinkedHashMap<String, Object>();
    for (var level : Level.weakestFirst()) {
      var verdict = report.verdict(level);
      levels.put(level.label(), verdict.label());
      if (verdict instanceof Verdict.Violated(var shown)) {
        var proof = new LinkedHashMap<>(Certificate.evidence(shown));
        proof.put("text", report.explain(level));
        evidence.put(level.label(), proof);
      }
    }
    json.put("levels", levels);
    report
        .asked()
        .ifPresent(
            verdict -> {
              json.put(Certificate.ASKED, verdict.label());
              if (verdict instanceof Verdict.Violated(var shown)) {
                var proof = new LinkedHashMap<>(Certificate.evidence(shown));
                proof.put("text", report.explainAsked());
                evidence.put(Certificate.ASKED, proof);
              }
            });
    json.put("strongest", report.strongest().stream().map(Level::label).toList());
    json.put("evidence", evidence);
    opinion.ifPresent(second -> json.put("secondOpinion", second.asJson()));
    json.put("seconds", seconds);
    return json;
  }

  /// The choices that the definitions leave, as they were made.
  static Map<String, Object> definitions(Report report) {
    var choices = new LinkedHashMap<String, Object>();
    choices.put("model", "Crooks et al., PODC 2017, on the committed transactions");
    choices.put("internalReads", report.options().internalReads());
    long initial = report.history().initialValue();
    choices.put(
        "initialValue",
        initial == meridian.checker.History.ABSENT
            ? "nothing"
            : report.history().valueText(initial) + " or nothing");
    choices.put("sessionOrder", "in causal, session-* and str* levels");
    if (report.asked().isPresent()) {
      choices.put(
          "asked",
          "one execution in which each transaction passes the test of the level that it named;"
              + " one that named none, or read-uncommitted, is asked nothing, and its reads tell"
              + " nothing");
    }
    return choices;
  }
}
