package meridian.checker.certificate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import meridian.checker.Edge;
import meridian.checker.Evidence;
import meridian.checker.Execution;
import meridian.checker.Level;
import meridian.checker.Report;
import meridian.checker.Verdict;

/// A report as JSON that a verifier can check. Transactions, operations and keys are numbers, in
/// the order in which the history has them.
///
/// Executions and refutations are listed once, as several levels often share them. How a refutation
/// is written is told in `Refutation`.
public final class Certificate {
  /// In place of a level: the question whether each transaction got the level that it asked for.
  public static final String ASKED = "asked";

  private final Report report;
  private final List<Execution> executions = new ArrayList<>();
  private final List<Object> refutations = new ArrayList<>();
  private final Map<Level, Integer> refutationOf = new EnumMap<>(Level.class);

  private Certificate(Report report) {
    this.report = report;
  }

  public static Map<String, Object> of(Report report) {
    return new Certificate(report).json();
  }

  private Map<String, Object> json() {
    var levels = new LinkedHashMap<String, Object>();
    for (var entry : report.verdicts().entrySet()) {
      switch (entry.getValue()) {
        case Verdict.Holds(var execution) ->
            levels.put(entry.getKey().label(), Map.of("holds", number(execution)));
        case Verdict.Violated _ ->
            levels.put(entry.getKey().label(), Map.of("violated", refutation(entry.getKey())));
        case Verdict.Unknown _ -> {}
      }
    }
    report
        .asked()
        .ifPresent(
            verdict -> {
              switch (verdict) {
                case Verdict.Holds(var execution) ->
                    levels.put(ASKED, Map.of("holds", number(execution)));
                case Verdict.Violated(var evidence) -> {
                  levels.put(ASKED, Map.of("violated", refutations.size()));
                  refutations.add(new Refutation(report, report.history()::asked).of(evidence));
                }
                case Verdict.Unknown _ -> {}
              }
            });
    return members(
        "transactions",
        report.history().transactions(),
        "operations",
        report.history().operations(),
        "internalReads",
        report.options().internalReads(),
        "levels",
        levels,
        "executions",
        executions.stream().map(this::execution).toList(),
        "refutations",
        refutations);
  }

  private int number(Execution execution) {
    for (int i = 0; i < executions.size(); i++) {
      var known = executions.get(i);
      if (known == execution
          || (Arrays.equals(known.order(), execution.order())
              && known.writers().equals(execution.writers())
              && (execution.snapshot().length == 0
                  || Arrays.equals(known.snapshot(), execution.snapshot())))) {
        return i;
      }
    }
    executions.add(execution);
    return executions.size() - 1;
  }

  private Map<String, Object> execution(Execution execution) {
    var writers = new ArrayList<String>();
    execution
        .writers()
        .forEach((op, writer) -> writers.add(Refutation.reading(report.history(), op, writer)));
    return members(
        "order", execution.order(), "snapshot", execution.snapshot(), "writers", writers);
  }

  /// What refutes a weaker level refutes a level too: it is written once.
  private int refutation(Level level) {
    var known = refutationOf.get(level);
    if (known != null) {
      return known;
    }
    int number = refutations.size();
    if (report.verdict(level) instanceof Verdict.Violated(Evidence.Weaker(var weaker))) {
      number = refutation(weaker);
    } else if (report.verdict(level) instanceof Verdict.Violated(var evidence)) {
      refutations.add(new Refutation(report, _ -> level).of(evidence));
    }
    refutationOf.put(level, number);
    return number;
  }

  /// The evidence alone, as the JSON report shows it.
  public static Map<String, Object> evidence(Evidence evidence) {
    return switch (evidence) {
      case Evidence.BadRead(var read) ->
          members(
              "read",
              members(
                  "operation", read.operation(), "reason", read.reason(), "other", read.other()));
      case Evidence.Cycle(var edges) -> members("cycle", edges(edges));
      case Evidence.Cases(var cycles, var steps) ->
          members("cases", conditionals(cycles), "steps", steps.size());
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
      list.add(
          members(
              "choices",
              cycle.choices().stream().map(Refutation::choice).toList(),
              "cycle",
              edges(cycle.cycle())));
    }
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

  static Map<String, Object> members(Object... namesAndValues) {
    var map = new LinkedHashMap<String, Object>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }
}
