package meridian.checker.cli;

import clojure.java.api.Clojure;
import clojure.lang.IFn;
import clojure.lang.Keyword;
import clojure.lang.PersistentVector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import meridian.checker.History;
import meridian.checker.Level;
import meridian.checker.Outcome;
import meridian.checker.Report;

/// What the dependency-graph checker in Clojure says of the same history.
///
/// It must agree on lists. Where it may not, its silence means nothing, but a violation that it
/// finds is one: on registers, whose order it does not search for; and where two appends to a list
/// were never read, as it leaves them unordered.
final class SecondOpinion {
  private final Map<String, String> verdicts = new TreeMap<>();
  private final Map<String, String> disagreements = new TreeMap<>();

  private SecondOpinion() {}

  static SecondOpinion on(Report report) {
    Clojure.var("clojure.core", "require").invoke(Clojure.read("meridian.elle"));
    IFn check = Clojure.var("meridian.elle", "check");
    var history = report.history();
    var answer = (Map<?, ?>) check.invoke(transactions(history), lists(history));
    var opinion = new SecondOpinion();
    boolean complete = isComplete(history);
    for (var entry : answer.entrySet()) {
      var label = (String) entry.getKey();
      var valid = ((Map<?, ?>) entry.getValue()).get(Keyword.intern("valid?"));
      var verdict =
          Boolean.TRUE.equals(valid)
              ? "holds"
              : Boolean.FALSE.equals(valid) ? "violated" : "unknown";
      opinion.verdicts.put(label, verdict);
      var level = Level.named(label).orElseThrow();
      boolean differs =
          (verdict.equals("violated") && report.holds(level))
              || (complete && verdict.equals("holds") && report.violates(level));
      if (differs && report.options().internalReads()) {
        var evidence = ((Map<?, ?>) entry.getValue()).get(Keyword.intern("evidence"));
        opinion.disagreements.put(label, String.valueOf(evidence));
      }
    }
    return opinion;
  }

  boolean disagrees() {
    return !disagreements.isEmpty();
  }

  Map<String, Object> asJson() {
    var json = new LinkedHashMap<String, Object>();
    json.put("levels", verdicts);
    json.put("disagreements", disagreements);
    return json;
  }

  String asText() {
    return "second opinion: "
        + (disagrees() ? "DISAGREES on " + disagreements : "agrees, " + verdicts);
  }

  private static boolean isComplete(History history) {
    var unread = new HashMap<Integer, Integer>();
    var longest = new HashMap<Integer, Integer>();
    for (int op = 0; op < history.operations(); op++) {
      int key = history.key(op);
      if (!history.isList(key)) {
        return false;
      }
      // What transactions read that did not commit shows nothing.
      boolean counts = history.outcome(history.transactionOf(op)) == Outcome.COMMITTED;
      switch (history.kind(op)) {
        case APPEND -> unread.merge(key, 1, Integer::sum);
        case READ_LIST ->
            longest.merge(key, counts ? history.length(op) - own(history, op) : 0, Math::max);
        case READ, WRITE -> {}
      }
    }
    return unread.entrySet().stream()
        .allMatch(key -> key.getValue() - longest.getOrDefault(key.getKey(), 0) < 2);
  }

  /// How many elements of a list that a transaction read may be its own.
  private static int own(History history, int read) {
    int own = 0;
    for (int op = history.firstOperation(history.transactionOf(read)); op < read; op++) {
      boolean append = history.kind(op) == History.Kind.APPEND;
      own += append && history.key(op) == history.key(read) ? 1 : 0;
    }
    return own;
  }

  private static List<Object> lists(History history) {
    var lists = new ArrayList<>();
    for (int key = 0; key < history.keys(); key++) {
      if (history.isList(key)) {
        lists.add((long) key);
      }
    }
    return lists;
  }

  private static PersistentVector transactions(History history) {
    var transactions = new ArrayList<Object>();
    var writes = writes(history);
    for (int txn = 0; txn < history.transactions(); txn++) {
      var operations = new ArrayList<Object>();
      for (int op = history.firstOperation(txn); op < history.endOfOperations(txn); op++) {
        operations.add(
            vector(keyword(history.kind(op)), (long) history.key(op), value(history, op, writes)));
      }
      var outcome =
          switch (history.outcome(txn)) {
            case COMMITTED -> "committed";
            case ABORTED -> "aborted";
            case UNKNOWN -> "unknown";
          };
      transactions.add(
          vector(
              (long) txn,
              (long) history.session(txn),
              history.invoked(txn),
              history.completed(txn),
              Keyword.intern(outcome),
              PersistentVector.create(operations)));
    }
    return PersistentVector.create(transactions);
  }

  private static Keyword keyword(History.Kind kind) {
    return Keyword.intern(
        switch (kind) {
          case APPEND -> "append";
          case WRITE -> "write";
          case READ, READ_LIST -> "r";
        });
  }

  private static Object value(History history, int op, Set<List<Long>> writes) {
    if (history.kind(op) == History.Kind.READ_LIST) {
      var elements = new ArrayList<Object>();
      for (int i = 0; i < history.length(op); i++) {
        elements.add(history.elements(op)[i]);
      }
      return PersistentVector.create(elements);
    }
    long value = history.value(op);
    boolean nothing =
        value == History.ABSENT
            || (value == history.initialValue()
                && !writes.contains(List.of((long) history.key(op), value)));
    boolean read = history.kind(op) == History.Kind.READ;
    return read && nothing ? PersistentVector.EMPTY : (Object) value;
  }

  /// Keys and values that were written, where that tells whether a read was of the initial state.
  private static Set<List<Long>> writes(History history) {
    var writes = new HashSet<List<Long>>();
    for (int op = 0; op < history.operations(); op++) {
      if (history.kind(op) == History.Kind.WRITE && history.value(op) == history.initialValue()) {
        writes.add(List.of((long) history.key(op), history.value(op)));
      }
    }
    return writes;
  }

  private static PersistentVector vector(Object... elements) {
    return PersistentVector.create(elements);
  }
}
