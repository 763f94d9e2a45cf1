package meridian.checker;

import java.util.List;
import java.util.StringJoiner;

/// Tells verdicts in plain English.
final class Narrator {
  private final History history;

  private Narrator(History history) {
    this.history = history;
  }

  static String tell(Report report, Level level) {
    var narrator = new Narrator(report.history());
    return level.label()
        + " "
        + switch (report.verdict(level)) {
          case Verdict.Holds(var execution) ->
              "holds: " + execution.order().length + " transactions pass in one order";
          case Verdict.Violated(Evidence.Weaker(var weaker)) ->
              "is violated, because it implies what is violated here: " + tell(report, weaker);
          case Verdict.Violated(var evidence) -> "is violated: " + narrator.evidence(evidence);
          case Verdict.Unknown(var reason) -> "is unknown: " + reason;
        };
  }

  static String tellAsked(Report report) {
    var narrator = new Narrator(report.history());
    return "what each transaction asked for "
        + switch (report.asked().orElse(new Verdict.Unknown("no transaction names a level"))) {
          case Verdict.Holds(var execution) ->
              "was given: " + execution.order().length + " transactions pass in one order";
          case Verdict.Violated(var evidence) -> "was not given: " + narrator.evidence(evidence);
          case Verdict.Unknown(var reason) -> "is unknown: " + reason;
        };
  }

  static String edge(History history, Edge edge) {
    return new Narrator(history).edge(edge);
  }

  static String read(History history, Unreadable read) {
    return new Narrator(history).badRead(read);
  }

  private String evidence(Evidence evidence) {
    return switch (evidence) {
      case Evidence.BadRead(var read) -> badRead(read);
      case Evidence.Cycle(var edges) -> "these come before each other" + lines("  ", edges);
      case Evidence.Cases(var cycles, var steps) -> cases(cycles, steps);
      case Evidence.Weaker(var level) -> level.label() + " is violated";
      case Evidence.AtLevel(var level, var shown) ->
          level.label() + " is violated: " + evidence(shown);
      case Evidence.Writers(var operation, var writers, var per) -> {
        var lines = new StringJoiner("\n  ", "", "");
        lines.add(who(operation) + " has several possible writers, and none will do:");
        for (int i = 0; i < writers.size(); i++) {
          lines.add("if it was " + who(writers.get(i)) + ", " + evidence(per.get(i)));
        }
        yield lines.toString();
      }
    };
  }

  private String badRead(Unreadable read) {
    return who(read.operation())
        + ", but "
        + read.reason().text()
        + (read.other() < 0 ? "" : ": " + who(read.other()));
  }

  private String cases(List<Evidence.Conditional> cycles, List<Evidence.Step> steps) {
    var lines = new StringJoiner("\n  ", "", "");
    lines.add("whatever the order of writes, there is a cycle (" + steps.size() + " steps)");
    for (var cycle : cycles) {
      var choices = new StringJoiner(" and ", "if ", "");
      choices.setEmptyValue("in any case");
      for (var choice : cycle.choices()) {
        choices.add(
            name(choice.first())
                + " wrote "
                + history.keyName(choice.key())
                + " before "
                + name(choice.second()));
      }
      lines.add(choices + lines("    ", cycle.cycle()));
    }
    return lines.toString();
  }

  private String lines(String indent, List<Edge> edges) {
    var lines = new StringJoiner("\n" + indent, ":\n" + indent, "");
    for (var edge : edges) {
      lines.add(edge(edge));
    }
    return lines.toString();
  }

  private String edge(Edge edge) {
    var from = name(edge.from());
    var to = name(edge.to());
    var key = edge.key() < 0 ? "" : history.keyName(edge.key());
    var shown = edge.operation() < 0 ? "" : ": " + who(edge.operation());
    return switch (edge.rule()) {
      case READS_FROM -> to + " saw what " + from + " wrote to " + key + shown;
      case OVERWRITES ->
          shown.isEmpty()
              ? to + " overwrote " + key + " after " + from + ", as assumed"
              : to + " wrote " + key + " after " + from + shown;
      case ANTI_DEPENDS ->
          edge.from() < 0
              ? from + " comes before " + to
              : from + " did not see what " + to + " wrote to " + key + shown;
      case SESSION -> from + " came before " + to + " in their session";
      case REAL_TIME -> from + " completed before " + to + " was invoked";
      case ATOMIC ->
          from + " and " + to + " wrote " + key + ", and a reader of both saw the latter" + shown;
      case CAUSAL ->
          from
              + " wrote "
              + key
              + " and was known to a reader that saw "
              + to
              + shown
              + (edge.path().isEmpty() ? "" : lines("      ", edge.path()));
      case INSIDE, PASSES -> from + " before " + to;
    };
  }

  private String who(int operation) {
    return name(history.transactionOf(operation)) + " did " + history.text(operation);
  }

  private String name(int txn) {
    return txn < 0 ? "the initial state" : history.name(txn);
  }
}
