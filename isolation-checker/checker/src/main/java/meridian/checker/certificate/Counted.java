package meridian.checker.certificate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import meridian.checker.History;
import meridian.checker.Level;
import meridian.checker.Outcome;

/// Shows that transactions of unknown outcome committed: by a read of what only they wrote.
final class Counted {
  private final History history;
  private final IntFunction<Level> asks;
  private final Map<Integer, Integer> chosen;

  /// By transaction of unknown outcome that committed: the read that shows it.
  private final Map<Integer, Integer> shownBy = new HashMap<>();

  Counted(History history, IntFunction<Level> asks, Map<Integer, Integer> chosen) {
    this.history = history;
    this.asks = asks;
    this.chosen = new TreeMap<>(chosen);
  }

  /// Reads and the transactions that they show, in an order in which each read's own transaction is
  /// known to count.
  List<List<Integer>> show(Iterable<Integer> txns) {
    var needed = new LinkedHashSet<Integer>();
    for (int txn : txns) {
      if (txn >= 0 && history.outcome(txn) == Outcome.UNKNOWN) {
        needed.add(txn);
      }
    }
    if (!needed.isEmpty() && shownBy.isEmpty()) {
      find();
    }
    var shown = new ArrayList<List<Integer>>();
    var done = new TreeSet<Integer>();
    for (int txn : needed) {
      var chain = new ArrayDeque<Integer>();
      for (int at = txn; history.outcome(at) == Outcome.UNKNOWN && done.add(at); ) {
        chain.addFirst(at);
        at = history.transactionOf(shownBy.getOrDefault(at, history.firstOperation(at)));
      }
      chain.forEach(each -> shown.add(List.of(shownBy.getOrDefault(each, -1), each)));
    }
    return shown;
  }

  private void find() {
    var writers = writersByValue();
    var todo = new ArrayDeque<Integer>();
    for (int txn = 0; txn < history.transactions(); txn++) {
      if (history.outcome(txn) == Outcome.COMMITTED) {
        todo.add(txn);
      }
    }
    while (!todo.isEmpty()) {
      int txn = todo.remove();
      boolean tested = asks.apply(txn) != Level.READ_UNCOMMITTED;
      for (int op = history.firstOperation(txn);
          tested && op < history.endOfOperations(txn);
          op++) {
        for (int writer : onlyWriters(op, writers)) {
          if (history.outcome(writer) == Outcome.UNKNOWN && !shownBy.containsKey(writer)) {
            shownBy.put(writer, op);
            todo.add(writer);
          }
        }
      }
    }
  }

  private Map<List<Long>, Set<Integer>> writersByValue() {
    var writers = new HashMap<List<Long>, Set<Integer>>();
    for (int op = 0; op < history.operations(); op++) {
      int txn = history.transactionOf(op);
      if (isWrite(op) && history.outcome(txn) != Outcome.ABORTED && isSeen(op)) {
        var version = List.of((long) history.key(op), history.value(op));
        writers.computeIfAbsent(version, _ -> new TreeSet<>()).add(txn);
      }
    }
    return writers;
  }

  private boolean isWrite(int op) {
    return history.kind(op) == History.Kind.WRITE || history.kind(op) == History.Kind.APPEND;
  }

  private boolean isSeen(int op) {
    boolean last = true;
    for (int i = op + 1; i < history.endOfOperations(history.transactionOf(op)); i++) {
      last &= history.kind(i) != History.Kind.WRITE || history.key(i) != history.key(op);
    }
    return last;
  }

  /// Of each value that a read shows, the transaction that wrote it, if only one can have.
  private List<Integer> onlyWriters(int op, Map<List<Long>, Set<Integer>> writers) {
    var found = new ArrayList<Integer>();
    Integer choice = chosen.get(op);
    if (choice != null) {
      return List.of(history.transactionOf(choice));
    }
    boolean list = history.kind(op) == History.Kind.READ_LIST;
    int length = list ? history.length(op) : isWrite(op) ? 0 : 1;
    for (int i = 0; i < length; i++) {
      long value = list ? history.elements(op)[i] : history.value(op);
      var all = writers.getOrDefault(List.of((long) history.key(op), value), Set.of());
      var others = new TreeSet<>(all);
      others.remove(history.transactionOf(op));
      if (others.size() == 1) {
        found.add(others.first());
      }
    }
    return found;
  }
}
