package meridian.checker.verifier;

import static meridian.checker.verifier.Verifier.require;

import module java.base;

import meridian.checker.History;
import meridian.checker.Level;
import meridian.checker.Outcome;

/// Who wrote what reads show, `chosen` naming the writers of values that several wrote.
///
/// @param visible by transaction and key, its writes as others see them: all appends, the last
///   write
/// @param writers by key and value, the transactions in whose visible writes it is
/// @param counts the transactions that are in the execution at hand, or in all that pass
record Reads(
    History history,
    IntFunction<Level> asks,
    boolean internal,
    Map<Integer, Integer> chosen,
    Map<Integer, Map<Integer, List<Long>>> visible,
    Map<List<Long>, Set<Integer>> writers,
    BitSet counts) {
  /// In place of the transaction that wrote a value: the initial state.
  static final int INITIAL = -1;

  Reads(History history, IntFunction<Level> asks, boolean internal) {
    this(history, asks, internal, Map.of(), new HashMap<>(), new HashMap<>(), new BitSet());
    for (int txn = 0; txn < history.transactions(); txn++) {
      var own = new TreeMap<Integer, List<Long>>();
      for (int op = history.firstOperation(txn); op < history.endOfOperations(txn); op++) {
        int key = history.key(op);
        if (isWrite(op) && history.outcome(txn) != Outcome.ABORTED) {
          var all = written(txn, key, history.endOfOperations(txn));
          own.put(key, history.isList(key) ? all : List.of(all.getLast()));
        }
      }
      for (int key : own.keySet()) {
        for (long value : own.getOrDefault(key, List.of())) {
          writers.computeIfAbsent(List.of((long) key, value), _ -> new TreeSet<>()).add(txn);
        }
      }
      visible.put(txn, own);
      counts.set(txn, history.outcome(txn) == Outcome.COMMITTED);
    }
  }

  Reads choosing(Map<Integer, Integer> chosenWriters) {
    var copy = (BitSet) counts.clone();
    return new Reads(history, asks, internal, chosenWriters, visible, writers, copy);
  }

  private boolean isWrite(int op) {
    return history.kind(op) == History.Kind.WRITE || history.kind(op) == History.Kind.APPEND;
  }

  boolean isTested(int op) {
    int txn = history.transactionOf(op);
    return !isWrite(op) && counts.get(txn) && asks.apply(txn) != Level.READ_UNCOMMITTED;
  }

  private List<Long> values(int op) {
    if (history.kind(op) == History.Kind.READ_LIST) {
      return Arrays.stream(history.elements(op)).limit(history.length(op)).boxed().toList();
    }
    return history.value(op) == History.ABSENT ? List.of() : List.of(history.value(op));
  }

  private List<Long> written(int txn, int key, int until) {
    return IntStream.range(history.firstOperation(txn), until)
        .filter(op -> isWrite(op) && history.key(op) == key)
        .mapToObj(history::value)
        .toList();
  }

  Map<Integer, List<Long>> writes(int txn) {
    return visible.getOrDefault(txn, Map.of());
  }

  /// Lemma *candidates*: only these can have written a value that was read; the initial state,
  /// whose value it may be, if none of them did.
  Set<Integer> candidates(int op, long value) {
    var version = List.of((long) history.key(op), value);
    var found = new TreeSet<>(writers.getOrDefault(version, Set.of()));
    found.remove(history.transactionOf(op));
    if (found.isEmpty() && value == history.initialValue() && !history.isList(history.key(op))) {
      found.add(INITIAL);
    }
    found.removeIf(txn -> !txn.equals(chosen.getOrDefault(op, txn)));
    return found;
  }

  /// Lemma *counts*: who alone can have written a value that a tested read shows is in all
  /// executions.
  Reads counting(Object line) {
    for (var pair : Verifier.list(line, "counts")) {
      int op = Verifier.number(((List<?>) pair).getFirst());
      int txn = Verifier.number(((List<?>) pair).getLast());
      boolean alone = values(op).stream().anyMatch(v -> candidates(op, v).equals(Set.of(txn)));
      require(isTested(op) && alone, "operation %d does not show that %d counts", op, txn);
      counts.set(txn);
    }
    return this;
  }

  /// Lemma *sources*: the transactions whose writes a read shows besides its own, in order: at most
  /// one for a register, and the reader itself if that must have read its own write. Empty if
  /// nothing explains the read: each must be seen whole and once.
  Optional<List<Integer>> sources(int op) {
    int key = history.key(op);
    int reader = history.transactionOf(op);
    var seen = values(op);
    var own = written(reader, key, op);
    require(isTested(op), "operation %d proves nothing", op);
    int rest = seen.size() - own.size();
    boolean last = !own.isEmpty() && List.of(own.getLast()).equals(seen);
    if (history.isList(key) && rest >= 0 && seen.subList(rest, seen.size()).equals(own)) {
      seen = seen.subList(0, rest);
    } else if (!history.isList(key) && (last || (!internal && !Collections.disjoint(own, seen)))) {
      return Optional.of(List.of(reader));
    } else if (internal && !own.isEmpty()) {
      return Optional.empty();
    }
    var sources = new ArrayList<Integer>();
    var shown = new ArrayList<Long>();
    while (shown.size() < seen.size()) {
      var possible = candidates(op, seen.get(shown.size()));
      require(possible.size() < 2, "operation %d has several writers", op);
      if (possible.contains(INITIAL)) {
        return Optional.of(List.of());
      }
      if (possible.isEmpty()) {
        return Optional.empty();
      }
      sources.addAll(possible);
      shown.addAll(writes(sources.getLast()).getOrDefault(key, List.of()));
    }
    return shown.equals(seen) ? Optional.of(sources) : Optional.empty();
  }
}
