package meridian.checker.certificate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import meridian.checker.Choice;
import meridian.checker.Edge;
import meridian.checker.Evidence;
import meridian.checker.Execution;
import meridian.checker.Level;
import meridian.checker.Report;
import meridian.checker.Verdict;

/// A report as JSON that a verifier can check. Transactions, operations and keys are numbers, in
/// the order in which the history has them.
public final class Certificate {
  private Certificate() {}

  public static Map<String, Object> of(Report report) {
    var levels = new LinkedHashMap<String, Object>();
    report
        .verdicts()
        .forEach(
            (level, verdict) -> {
              switch (verdict) {
                case Verdict.Holds(var execution) ->
                    levels.put(level.label(), Map.of("holds", execution(execution)));
                case Verdict.Violated(var evidence) ->
                    levels.put(level.label(), Map.of("violated", evidence(evidence)));
                case Verdict.Unknown _ -> {}
              }
            });
    var certificate = new LinkedHashMap<String, Object>();
    certificate.put("transactions", report.history().transactions());
    certificate.put("operations", report.history().operations());
    certificate.put("internalReads", report.options().internalReads());
    certificate.put("levels", levels);
    return certificate;
  }

  private static Map<String, Object> execution(Execution execution) {
    var map = new LinkedHashMap<String, Object>();
    map.put("order", execution.order());
    map.put("snapshot", execution.snapshot());
    map.put("writers", execution.writers());
    return map;
  }

  /// The evidence alone, as the JSON report shows it too.
  public static Map<String, Object> evidence(Evidence evidence) {
    return switch (evidence) {
      case Evidence.BadRead(var read) ->
          members(
              "read",
              members(
                  "operation", read.operation(), "reason", read.reason(), "other", read.other()));
      case Evidence.Cycle(var edges) -> members("cycle", edges(edges));
      case Evidence.Cases(var cycles, var steps) ->
          members("cases", conditionals(cycles), "steps", steps(steps));
      case Evidence.Weaker(var level) -> members("weaker", level.label());
      case Evidence.AtLevel(var level, var shown) ->
          members("level", level.label(), "shown", evidence(shown));
      case Evidence.Writers(var operation, var writers, var each) ->
          members(
              "operation",
              operation,
              "writers",
              writers,
              "each",
              each.stream().map(Certificate::evidence).toList());
    };
  }

  private static List<Object> conditionals(List<Evidence.Conditional> cycles) {
    var list = new ArrayList<>();
    for (var cycle : cycles) {
      list.add(members("choices", choices(cycle.choices()), "cycle", edges(cycle.cycle())));
    }
    return list;
  }

  private static List<Object> steps(List<List<Choice>> steps) {
    var list = new ArrayList<>();
    steps.forEach(step -> list.add(choices(step)));
    return list;
  }

  private static List<Object> choices(List<Choice> choices) {
    var list = new ArrayList<>();
    choices.forEach(choice -> list.add(List.of(choice.key(), choice.first(), choice.second())));
    return list;
  }

  private static List<Object> edges(List<Edge> edges) {
    var list = new ArrayList<>();
    for (var edge : edges) {
      list.add(
          members(
              "rule",
              edge.rule().label(),
              "from",
              edge.from(),
              "to",
              edge.to(),
              "key",
              edge.key(),
              "operation",
              edge.operation(),
              "path",
              edges(edge.path())));
    }
    return list;
  }

  private static Map<String, Object> members(Object... namesAndValues) {
    var map = new LinkedHashMap<String, Object>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }

  /// The level with a label, for readers of certificates.
  static Level level(String label) {
    return Level.named(label)
        .orElseThrow(() -> new IllegalArgumentException("no level is called " + label));
  }
}
