package meridian.checker.certificate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import meridian.checker.History;
import meridian.checker.Level;
import meridian.checker.Outcome;

/// Evaluates an execution by the commit tests, as they are written in Crooks et al. (PODC 2017).
/// State p is the parent state of the transaction at position p.
final class HoldsProof {
  private final Proven proven;
  private final History history;
  private final int[] order;
  private final int[] position;

  /// By key: the positions of its writers; and what the first of them, the first two, ... wrote.
  private final Map<Integer, List<Integer>> writers = new HashMap<>();

  /// A read, the key, and the first and last of its read states.
  private record Read(int key, int first, int last) {}

  private final List<List<Read>> reads = new ArrayList<>();
  private final int[] sessionBefore;
  private final int[] realTimeBefore;

  private HoldsProof(Proven proven, int[] order) throws Refuted {
    this.proven = proven;
    this.history = proven.history;
    this.order = order;
    this.position = new int[history.transactions()];
    this.sessionBefore = new int[order.length];
    this.realTimeBefore = new int[order.length];
    Arrays.fill(position, -1);
    for (int at = 0; at < order.length; at++) {
      int txn = order[at];
      Refuted.unless(
          position[txn] < 0 && history.outcome(txn) != Outcome.ABORTED,
          "transaction %d is in the order twice, or aborted",
          txn);
      position[txn] = at;
      for (int op = history.firstOperation(txn); op < history.endOfOperations(txn); op++) {
        var of = writers.computeIfAbsent(history.key(op), _ -> new ArrayList<>());
        if (proven.isWrite(op) && (of.isEmpty() || of.getLast() != at)) {
          of.add(at);
        }
      }
    }
    for (int txn = 0; txn < history.transactions(); txn++) {
      Refuted.unless(
          position[txn] >= 0 || history.outcome(txn) != Outcome.COMMITTED,
          "transaction %d committed but is not in the order",
          txn);
    }
    findPredecessors();
  }

  static void check(Level level, Proven proven, int[] order, int[] snapshot) throws Refuted {
    var execution = new HoldsProof(proven, order);
    for (int at = 0; at < order.length && level != Level.READ_UNCOMMITTED; at++) {
      execution.reads.add(execution.readStates(at));
    }
    for (int at = 0; at < order.length; at++) {
      boolean passes =
          switch (level) {
            case READ_UNCOMMITTED -> true;
            case READ_COMMITTED -> execution.reads.get(at) != null; // PREREAD: see readStates
            case READ_ATOMIC -> execution.atomic(at);
            case CAUSAL -> execution.sessionBefore[at] <= at && execution.seesAll(at, true);
            case PARALLEL_SNAPSHOT -> execution.seesAll(at, false);
            case SNAPSHOT, SESSION_SNAPSHOT, STRONG_SNAPSHOT ->
                execution.isSnapshot(at, snapshot[at], level);
            case SERIALIZABLE, SESSION_SERIALIZABLE, STRICT_SERIALIZABLE ->
                execution.complete(at, at) && execution.inOrder(at, at, level);
          };
      Refuted.unless(
          passes, "transaction %d does not pass the test of %s", order[at], level.label());
    }
  }

  /// By position: how many transactions a state must hold at least for session order and real time.
  private void findPredecessors() {
    var bySession = new int[history.sessions()];
    var byTime = new ArrayList<Integer>();
    for (int txn = 0; txn < history.transactions(); txn++) {
      if (position[txn] >= 0) {
        int session = history.session(txn);
        sessionBefore[position[txn]] = bySession[session];
        if (history.outcome(txn) == Outcome.COMMITTED) {
          bySession[session] = Math.max(bySession[session], position[txn] + 1);
        }
        byTime.add(txn);
      }
    }
    var completed = new ArrayList<>(byTime);
    byTime.sort((a, b) -> Long.compare(history.invoked(a), history.invoked(b)));
    completed.sort((a, b) -> Long.compare(history.completed(a), history.completed(b)));
    int latest = 0;
    int done = 0;
    for (int txn : byTime) {
      while (history.completed(completed.get(done)) < history.invoked(txn)) {
        latest = Math.max(latest, position[completed.get(done++)] + 1);
      }
      realTimeBefore[position[txn]] = latest;
    }
  }

  private List<Read> readStates(int at) throws Refuted {
    var found = new ArrayList<Read>();
    int txn = order[at];
    for (int op = history.firstOperation(txn); op < history.endOfOperations(txn); op++) {
      if (!proven.isWrite(op) && !proven.isInternal(op)) {
        Refuted.unless(
            !proven.isInternalContradiction(op), "operation %d contradicts its transaction", op);
        found.add(readStates(at, op));
      }
    }
    return found;
  }

  /// The states up to the parent state that hold what was read.
  private Read readStates(int at, int op) throws Refuted {
    int key = history.key(op);
    var of = writers.getOrDefault(key, List.of());
    var read = proven.external(op);
    int shown = history.isList(key) ? 0 : -1;
    if (history.isList(key)) {
      for (int taken = 0; taken < read.length; shown++) {
        Refuted.unless(shown < of.size(), "operation %d read what is in no state", op);
        for (long value : proven.seenOf(order[of.get(shown)], key)) {
          Refuted.unless(
              taken < read.length && read[taken++] == value,
              "operation %d read what is in no state",
              op);
        }
      }
    } else if (read.length > 0) {
      shown = registerWriter(at, op, of, read[0]);
    } else {
      shown = 0;
    }
    int first = shown == 0 ? 0 : of.get(shown - 1) + 1;
    int last = shown < of.size() ? Math.min(at, of.get(shown)) : at;
    Refuted.unless(first <= last, "operation %d has no read state", op);
    return new Read(key, first, last);
  }

  /// How many of the writers of a register had written it when the value was there.
  private int registerWriter(int at, int op, List<Integer> of, long value) throws Refuted {
    var candidates = new TreeSet<Integer>();
    for (int writer : proven.finalWriters(order[at], history.key(op), value)) {
      if (position[writer] >= 0) {
        candidates.add(writer);
      }
    }
    if (proven.assumed.containsKey(op)) {
      candidates.retainAll(List.of(history.transactionOf(proven.assumed.get(op))));
    }
    if (candidates.isEmpty() && value == history.initialValue()) {
      return 0;
    }
    Refuted.unless(candidates.size() == 1, "operation %d has %d writers", op, candidates.size());
    return 1 + java.util.Collections.binarySearch(of, position[candidates.first()]);
  }

  private boolean complete(int at, int state) {
    return reads.get(at).stream().allMatch(r -> r.first() <= state && state <= r.last());
  }

  private boolean inOrder(int at, int state, Level level) {
    return (!level.ordersSessions() || sessionBefore[at] <= state)
        && (!level.ordersRealTime() || realTimeBefore[at] <= state);
  }

  private boolean isSnapshot(int at, int state, Level level) {
    boolean conflict = state < 0 || state > at;
    int txn = order[at];
    for (int op = history.firstOperation(txn); op < history.endOfOperations(txn); op++) {
      if (proven.isWrite(op)) {
        var of = writers.getOrDefault(history.key(op), List.of());
        int own = java.util.Collections.binarySearch(of, at);
        conflict |= own > 0 && of.get(own - 1) >= state;
      }
    }
    return !conflict && complete(at, state) && inOrder(at, state, level);
  }

  private boolean atomic(int at) {
    for (var one : reads.get(at)) {
      for (var other : reads.get(at)) {
        if (one.first() > other.first()
            && !proven.seenOf(order[one.first() - 1], other.key()).isEmpty()) {
          return false;
        }
      }
    }
    return true;
  }

  /// Whether no read is from before a write of a transaction that precedes: causally or, for
  /// parallel snapshots, by reads and overwrites.
  private boolean seesAll(int at, boolean causal) {
    int earliest = at;
    for (var read : reads.get(at)) {
      earliest = Math.min(earliest, read.last());
    }
    NavigableSet<Integer> preceding =
        earliest == at ? new TreeSet<>() : preceding(at, earliest, causal);
    for (var read : reads.get(at)) {
      for (int other : preceding.tailSet(read.last())) {
        if (!proven.seenOf(order[other], read.key()).isEmpty()) {
          return false;
        }
      }
    }
    return true;
  }

  /// The positions from `earliest` on of what precedes the transaction at a position.
  private NavigableSet<Integer> preceding(int at, int earliest, boolean causal) {
    var found = new TreeSet<Integer>();
    var todo = new ArrayDeque<>(List.of(at));
    while (!todo.isEmpty()) {
      int node = todo.remove();
      var direct = new ArrayList<Integer>();
      reads.get(node).forEach(read -> direct.add(read.first() - 1));
      int txn = order[node];
      for (int other = earliest; causal && other < node; other++) {
        boolean before =
            order[other] < txn && history.session(order[other]) == history.session(txn);
        if (before && history.outcome(order[other]) == Outcome.COMMITTED) {
          direct.add(other);
        }
      }
      for (int op = history.firstOperation(txn); op < history.endOfOperations(txn); op++) {
        if (!causal && proven.isWrite(op)) {
          writers.getOrDefault(history.key(op), List.of()).stream()
              .filter(w -> w < node)
              .forEach(direct::add);
        }
      }
      direct.stream().filter(d -> d >= earliest && found.add(d)).forEach(todo::add);
    }
    return found;
  }
}
