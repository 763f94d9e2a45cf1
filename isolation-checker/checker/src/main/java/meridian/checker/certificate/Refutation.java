package meridian.checker.certificate;

import static meridian.checker.certificate.Certificate.members;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import meridian.checker.Choice;
import meridian.checker.Edge;
import meridian.checker.Evidence;
import meridian.checker.History;
import meridian.checker.Level;
import meridian.checker.Report;
import meridian.checker.Rule;
import meridian.checker.Unreadable;

/// Evidence as a proof of lines. Each line names choices that no execution makes together, and why:
///
/// - `"cycle"`: they make transactions come before each other;
/// - `"read"`: they leave a read without an explanation;
/// - `"premises"`: with them, earlier lines leave no choice; with a `"read"` too, as each of the
///   transactions that may have written what it shows is excluded by a line.
///
/// The last line names none. A choice is `3<5`, transaction 3 comes before 5, or `r17=4`, operation
/// 17 read what 4 wrote. `"counts"` are reads that show that a transaction of unknown outcome is in
/// every execution.
final class Refutation {
  private final History history;
  private final IntFunction<Level> asks;
  private final List<Object> lines = new ArrayList<>();

  Refutation(Report report, IntFunction<Level> asks) {
    this.history = report.history();
    this.asks = asks;
    this.counted = new Counted(history, asks, writers);
  }

  static String choice(Choice choice) {
    return choice.first() + "<" + choice.second();
  }

  static String reading(History history, int operation, int writer) {
    return "r" + operation + "=" + history.transactionOf(writer);
  }

  /// The writers that evidence is about, where several wrote what a read shows.
  private final NavigableMap<Integer, Integer> writers = new TreeMap<>();

  private Counted counted;

  List<Object> of(Evidence evidence) {
    refute(evidence);
    return lines;
  }

  private int refute(Evidence evidence) {
    return switch (evidence) {
      case Evidence.BadRead(var read) -> badRead(read);
      case Evidence.Cycle(var edges) -> cycle(List.of(), edges);
      case Evidence.Cases(var cycles, var steps) -> cases(cycles, steps);
      case Evidence.AtLevel(_, var shown) -> refute(shown);
      case Evidence.Writers each -> writers(each);
      case Evidence.Weaker _ -> throw new IllegalStateException("evidence that is elsewhere");
    };
  }

  private int badRead(Unreadable read) {
    if (read.reason() == Unreadable.Reason.INCOMPATIBLE) {
      int one = read.operation();
      int other = read.other();
      int at = 0;
      while (history.elements(one)[at] == history.elements(other)[at]) {
        at++;
      }
      int first = appender(history.key(one), history.elements(one)[at]);
      int second = appender(history.key(one), history.elements(other)[at]);
      boolean torn =
          at > 0 && second == appender(history.key(one), history.elements(other)[at - 1]);
      if (!torn && first != second) {
        return cycle(
            List.of(), List.of(overwrites(first, second, one), overwrites(second, first, other)));
      }
      // It shows a transaction only by half, which is enough.
    }
    return unexplained(read.operation());
  }

  private int unexplained(int operation) {
    return add(List.of(), List.of(history.transactionOf(operation)), "read", operation);
  }

  private Edge overwrites(int from, int to, int read) {
    return new Edge(Rule.OVERWRITES, from, to, history.key(read), read, -1, List.of());
  }

  private int appender(int key, long value) {
    int op = 0;
    while (history.kind(op) != History.Kind.APPEND
        || history.key(op) != key
        || history.value(op) != value
        || history.outcome(history.transactionOf(op)) == meridian.checker.Outcome.ABORTED) {
      op++;
    }
    return history.transactionOf(op);
  }

  private int cases(List<Evidence.Conditional> cycles, List<Evidence.Step> steps) {
    var numbers = new ArrayList<Integer>();
    for (var each : cycles) {
      numbers.add(cycle(each.choices().stream().map(Refutation::choice).toList(), each.cycle()));
    }
    for (var step : steps) {
      var premises = step.premises().stream().map(numbers::get).toList();
      var not = step.choices().stream().map(Refutation::choice).toList();
      numbers.add(add(not, List.of(), "premises", premises));
    }
    return numbers.getLast();
  }

  /// That something was missed by halves, or a cause of it, says which of two writes came first:
  /// the other order is a cycle of its own, and excluded first.
  private int cycle(List<String> not, List<Edge> edges) {
    var choices = new ArrayList<>(not);
    var premises = new ArrayList<Integer>();
    var simple = new ArrayList<Edge>();
    for (var edge : edges) {
      if (edge.rule() == Rule.ATOMIC || edge.rule() == Rule.CAUSAL) {
        int reader = history.transactionOf(edge.operation());
        var missed = new ArrayList<Edge>();
        missed.add(
            new Edge(
                Rule.ANTI_DEPENDS,
                reader,
                edge.from(),
                edge.key(),
                edge.operation(),
                -1,
                List.of()));
        missed.addAll(edge.path());
        if (edge.to() == Edge.INITIAL_STATE) {
          return line(not, missed);
        }
        var otherwise = new ArrayList<>(not);
        otherwise.add(edge.to() + "<" + edge.from());
        premises.add(line(otherwise, missed));
        choices.add(edge.from() + "<" + edge.to());
        simple.add(
            new Edge(Rule.OVERWRITES, edge.from(), edge.to(), edge.key(), -1, -1, List.of()));
      } else {
        simple.add(edge);
      }
    }
    int last = line(choices, simple);
    if (premises.isEmpty()) {
      return last;
    }
    premises.add(last);
    return add(not, List.of(), "premises", premises);
  }

  private int line(List<String> not, List<Edge> edges) {
    var txns = new TreeSet<Integer>();
    var cycle = new ArrayList<>();
    for (var edge : edges) {
      txns.add(edge.from());
      txns.add(edge.to());
      for (int op : List.of(edge.operation(), edge.other())) {
        if (op >= 0) {
          txns.add(history.transactionOf(op));
        }
      }
      cycle.add(
          members(
              "rule",
              edge.rule().label(),
              "from",
              edge.from(),
              "to",
              edge.to(),
              "operation",
              edge.operation(),
              "other",
              edge.rule() == Rule.OVERWRITES ? edge.key() : edge.other()));
    }
    return add(not, txns, "cycle", cycle);
  }

  private int writers(Evidence.Writers evidence) {
    var premises = new ArrayList<Integer>();
    for (int i = 0; i < evidence.writers().size(); i++) {
      writers.put(evidence.operation(), evidence.writers().get(i));
      counted = new Counted(history, asks, writers);
      premises.add(refute(evidence.perWriter().get(i)));
    }
    writers.remove(evidence.operation());
    counted = new Counted(history, asks, writers);
    int reader = history.transactionOf(evidence.operation());
    return add(List.of(), List.of(reader), "read", evidence.operation(), "premises", premises);
  }

  /// Adds a line, with the readings that all lines at hand are about.
  ///
  /// @param txns whose unknown outcome matters
  private int add(List<String> not, Iterable<Integer> txns, Object... why) {
    var all = new ArrayList<>(not);
    writers.forEach((op, writer) -> all.add(reading(history, op, writer)));
    var line = members("not", all);
    line.put("counts", counted.show(txns));
    line.putAll(members(why));
    lines.add(line);
    return lines.size() - 1;
  }
}
