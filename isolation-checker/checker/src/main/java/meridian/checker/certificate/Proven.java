package meridian.checker.certificate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import meridian.checker.History;
import meridian.checker.Outcome;

/// What a history says on its own about who committed and who read from whom, found again from the
/// operations by someone in no hurry.
final class Proven {
  static final int INITIAL = -1;

  private record Version(int key, long value) {}

  final History history;
  private final boolean internalReads;

  /// The writers that a proof by cases takes for ambiguous reads, by operation.
  final Map<Integer, Integer> assumed;

  private final Map<Version, List<Integer>> writes = new HashMap<>();
  final boolean[] counts;

  Proven(History history, boolean internalReads, Map<Integer, Integer> assumed) {
    this.history = history;
    this.internalReads = internalReads;
    this.assumed = assumed;
    this.counts = new boolean[history.transactions()];
    for (int op = 0; op < history.operations(); op++) {
      if (isWrite(op)) {
        var version = new Version(history.key(op), history.value(op));
        writes.computeIfAbsent(version, _ -> new ArrayList<>(1)).add(op);
      }
    }
    var todo = new ArrayDeque<Integer>();
    for (int txn = 0; txn < counts.length; txn++) {
      counts[txn] = history.outcome(txn) == Outcome.COMMITTED;
      if (counts[txn]) {
        todo.add(txn);
      }
    }
    while (!todo.isEmpty()) {
      int txn = todo.remove();
      for (int op = history.firstOperation(txn); op < history.endOfOperations(txn); op++) {
        for (int writer : isWrite(op) ? List.<Integer>of() : observed(op)) {
          int other = history.transactionOf(writer);
          if (!counts[other] && history.outcome(other) == Outcome.UNKNOWN) {
            counts[other] = true;
            todo.add(other);
          }
        }
      }
    }
  }

  boolean isWrite(int op) {
    return history.kind(op) == History.Kind.WRITE || history.kind(op) == History.Kind.APPEND;
  }

  private List<Integer> writersOf(int key, long value) {
    return writes.getOrDefault(new Version(key, value), List.of());
  }

  private List<Integer> observed(int op) {
    if (assumed.containsKey(op)) {
      return List.of(assumed.get(op));
    }
    var all = new ArrayList<Integer>();
    for (long value : values(op)) {
      all.addAll(writersOf(history.key(op), value));
    }
    return all;
  }

  /// What a read returned: the elements of a list, or a register's one value, or nothing.
  private long[] values(int op) {
    if (history.kind(op) == History.Kind.READ_LIST) {
      return java.util.Arrays.copyOf(history.elements(op), history.length(op));
    }
    return history.value(op) == History.ABSENT ? new long[0] : new long[] {history.value(op)};
  }

  private List<Long> ownBefore(int op) {
    var own = new ArrayList<Long>();
    for (int i = history.firstOperation(history.transactionOf(op)); i < op; i++) {
      if (isWrite(i) && history.key(i) == history.key(op)) {
        own.add(history.value(i));
      }
    }
    return own;
  }

  /// Whether a read contradicts what its own transaction wrote before.
  boolean isInternalContradiction(int op) {
    var own = ownBefore(op);
    return internalReads && !own.isEmpty() && !isInternal(op) && endingWith(own, op) < 0;
  }

  /// Whether a read of a register returned an own write.
  boolean isInternal(int op) {
    var own = ownBefore(op);
    if (history.isList(history.key(op)) || own.isEmpty() || values(op).length == 0) {
      return false;
    }
    return internalReads ? own.getLast() == values(op)[0] : own.contains(values(op)[0]);
  }

  /// How many elements of a list are left without the own ones at its end; -1 if it does not end
  /// so.
  private int endingWith(List<Long> own, int op) {
    var read = values(op);
    int start = read.length - own.size();
    for (int i = 0; i < own.size(); i++) {
      if (!history.isList(history.key(op)) || start < 0 || read[start + i] != own.get(i)) {
        return -1;
      }
    }
    return start;
  }

  /// What a read returned of other transactions' writes: of a list, without the own elements.
  long[] external(int op) {
    var own = ownBefore(op);
    int length = own.isEmpty() ? -1 : endingWith(own, op);
    return length < 0 ? values(op) : java.util.Arrays.copyOf(values(op), length);
  }

  /// The values that a transaction wrote to a key, as others see it: all appends, or the last
  /// write.
  List<Long> seenOf(int txn, int key) {
    var seen = new ArrayList<Long>();
    for (int op = history.firstOperation(txn); op < history.endOfOperations(txn); op++) {
      if (isWrite(op) && history.key(op) == key) {
        if (history.kind(op) == History.Kind.WRITE) {
          seen.clear();
        }
        seen.add(history.value(op));
      }
    }
    return seen;
  }

  /// The transactions that count, other than `reader`, whose last write to the key has this value.
  Set<Integer> finalWriters(int reader, int key, long value) {
    var found = new TreeSet<Integer>();
    for (int op : writersOf(key, value)) {
      int txn = history.transactionOf(op);
      boolean seen = !history.isList(key) ? seenOf(txn, key).getLast() == value : true;
      if (counts[txn] && txn != reader && seen) {
        found.add(txn);
      }
    }
    return found;
  }

  /// The transactions whose writes a read shows, in their order; a register shows at most one.
  /// Empty for the initial state. Throws if no order of transactions explains the read.
  List<Integer> sources(int op) throws Refuted {
    int key = history.key(op);
    int reader = history.transactionOf(op);
    boolean reads = !isWrite(op) && !isInternal(op) && counts[reader];
    Refuted.unless(reads, "operation %d is not an external read that counts", op);
    Refuted.unless(!isInternalContradiction(op), "operation %d contradicts its transaction", op);
    var read = external(op);
    var sources = new ArrayList<Integer>();
    for (int at = 0; at < read.length; ) {
      var writers =
          assumed.containsKey(op)
              ? Set.of(history.transactionOf(assumed.get(op)))
              : finalWriters(reader, key, read[at]);
      if (writers.isEmpty() && !history.isList(key) && read[at] == history.initialValue()) {
        return List.of();
      }
      Refuted.unless(writers.size() == 1, "operation %d has %d writers", op, writers.size());
      int writer = writers.iterator().next();
      Refuted.unless(!sources.contains(writer), "operation %d shows a writer twice", op);
      sources.add(writer);
      for (long value : seenOf(writer, key)) {
        Refuted.unless(
            at < read.length && read[at++] == value, "operation %d shows half a writer", op);
      }
    }
    return sources;
  }

  /// The transaction whose write a read saw last, or INITIAL.
  int source(int op) throws Refuted {
    var sources = sources(op);
    return sources.isEmpty() ? INITIAL : sources.getLast();
  }
}
