package meridian.checker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Crooks et al.'s definitions, word by word: all orders of all transactions that may have
/// committed, every state of each as a map, read states as sets of states. Slow on purpose: nothing
/// here is clever enough to be wrong in the same way as what it is compared with.
///
/// Two things the paper leaves open are decided as the checker decides them: what an own write
/// means for a later read (see `Options`), and that such a read of a register takes no part in read
/// atomic, as by the letter it would make serializable executions fail.
final class BruteForce {
  private final History history;
  private final boolean internalReads;
  private final EnumSet<Level> holds = EnumSet.noneOf(Level.class);
  private boolean askedHolds;

  /// What the definitions say of a history.
  ///
  /// @param asked whether some execution has each transaction pass the test that it asked for. What
  ///   one that asked for read uncommitted read says nothing of what precedes.
  record Verdict(Set<Level> levels, boolean asked) {}

  private BruteForce(History history, boolean internalReads) {
    this.history = history;
    this.internalReads = internalReads;
  }

  static Verdict judge(History history, boolean internalReads) {
    var brute = new BruteForce(history, internalReads);
    brute.choose(0, new ArrayList<>());
    return new Verdict(brute.holds, brute.askedHolds);
  }

  /// Each transaction of unknown outcome may have committed or not.
  private void choose(int txn, List<Integer> chosen) {
    if (txn == history.transactions()) {
      permute(chosen, 0);
      return;
    }
    if (history.outcome(txn) != Outcome.ABORTED) {
      chosen.add(txn);
      choose(txn + 1, chosen);
      chosen.removeLast();
    }
    if (history.outcome(txn) != Outcome.COMMITTED) {
      choose(txn + 1, chosen);
    }
  }

  private void permute(List<Integer> order, int fixed) {
    if (holds.size() == Level.values().length && askedHolds) {
      return;
    }
    if (fixed >= order.size() - 1) {
      new OneExecution(order).evaluate();
      return;
    }
    for (int i = fixed; i < order.size(); i++) {
      Collections.swap(order, fixed, i);
      permute(order, fixed + 1);
      Collections.swap(order, fixed, i);
    }
  }

  private record ReadStates(int key, NavigableSet<Integer> states, boolean ofOwnWrite) {
    int first() {
      return states.first();
    }

    int last() {
      return states.last();
    }
  }

  private final class OneExecution {
    private final List<Integer> order;
    private final List<Map<Integer, List<Long>>> states = new ArrayList<>();
    private final List<Set<Integer>> writes = new ArrayList<>();
    private final List<List<ReadStates>> reads = new ArrayList<>();
    private boolean asked;

    OneExecution(List<Integer> order) {
      this.order = List.copyOf(order);
      var state = new TreeMap<Integer, List<Long>>();
      states.add(Map.copyOf(state));
      for (int txn : order) {
        var written = new TreeSet<Integer>();
        for (int op = history.firstOperation(txn); op < history.endOfOperations(txn); op++) {
          int key = history.key(op);
          if (history.kind(op) == History.Kind.WRITE) {
            state.put(key, List.of(history.value(op)));
            written.add(key);
          } else if (history.kind(op) == History.Kind.APPEND) {
            var list = new ArrayList<>(state.getOrDefault(key, List.of()));
            list.add(history.value(op));
            state.put(key, List.copyOf(list));
            written.add(key);
          }
        }
        states.add(Map.copyOf(state));
        writes.add(written);
      }
      for (int at = 0; at < order.size(); at++) {
        reads.add(readStates(at));
      }
    }

    private List<ReadStates> readStates(int at) {
      var result = new ArrayList<ReadStates>();
      int txn = order.get(at);
      for (int op = history.firstOperation(txn); op < history.endOfOperations(txn); op++) {
        if (history.kind(op) == History.Kind.READ || history.kind(op) == History.Kind.READ_LIST) {
          result.add(readStates(at, txn, op));
        }
      }
      return result;
    }

    private ReadStates readStates(int at, int txn, int op) {
      int key = history.key(op);
      var own = new ArrayList<Long>();
      for (int before = history.firstOperation(txn); before < op; before++) {
        if (history.key(before) == key
            && (history.kind(before) == History.Kind.WRITE
                || history.kind(before) == History.Kind.APPEND)) {
          own.add(history.value(before));
        }
      }
      var read = valueRead(op);
      if (history.isList(key)) {
        int external = read.size() - own.size();
        boolean seesOwn = external >= 0 && read.subList(external, read.size()).equals(own);
        if (!seesOwn && internalReads) {
          return new ReadStates(key, new TreeSet<>(), false);
        }
        return new ReadStates(
            key, statesWith(at, key, seesOwn ? read.subList(0, external) : read), false);
      }
      boolean own1 =
          internalReads
              ? !own.isEmpty() && read.equals(List.of(own.getLast()))
              : read.size() == 1 && own.contains(read.getFirst());
      if (own1) {
        var all = new TreeSet<Integer>();
        for (int state = 0; state <= at; state++) {
          all.add(state);
        }
        return new ReadStates(key, all, true);
      }
      boolean contradicts = internalReads && !own.isEmpty();
      return new ReadStates(key, contradicts ? new TreeSet<>() : statesWith(at, key, read), false);
    }

    private List<Long> valueRead(int op) {
      if (history.kind(op) == History.Kind.READ) {
        return history.value(op) == History.ABSENT ? List.of() : List.of(history.value(op));
      }
      var list = new ArrayList<Long>();
      for (int i = 0; i < history.length(op); i++) {
        list.add(history.elements(op)[i]);
      }
      return list;
    }

    private NavigableSet<Integer> statesWith(int at, int key, List<Long> value) {
      var found = new TreeSet<Integer>();
      for (int state = 0; state <= at; state++) {
        if (states.get(state).getOrDefault(key, List.of()).equals(value)) {
          found.add(state);
        }
      }
      return found;
    }

    void evaluate() {
      for (var level : Level.values()) {
        if (!holds.contains(level)) {
          boolean all = true;
          for (int at = 0; all && at < order.size(); at++) {
            all = passes(level, at);
          }
          if (all) {
            holds.add(level);
          }
        }
      }
      asked = true;
      boolean all = true;
      for (int at = 0; all && at < order.size(); at++) {
        all = passes(history.asked(order.get(at)), at);
      }
      askedHolds |= all;
    }

    private boolean tellsNothing(int at) {
      return asked && history.asked(order.get(at)) == Level.READ_UNCOMMITTED;
    }

    private boolean passes(Level level, int at) {
      return switch (level) {
        case READ_UNCOMMITTED -> true;
        case READ_COMMITTED -> preread(at);
        case READ_ATOMIC -> preread(at) && atomic(at);
        case CAUSAL -> preread(at) && sessionsBefore(at, at) && seesAll(at, causes(at));
        case PARALLEL_SNAPSHOT -> preread(at) && seesAll(at, precedes(at));
        case SNAPSHOT -> hasSnapshot(at, false, false);
        case SESSION_SNAPSHOT -> hasSnapshot(at, true, false);
        case STRONG_SNAPSHOT -> hasSnapshot(at, true, true);
        case SERIALIZABLE -> complete(at, at);
        case SESSION_SERIALIZABLE -> complete(at, at) && sessionsBefore(at, at);
        case STRICT_SERIALIZABLE ->
            complete(at, at) && sessionsBefore(at, at) && realTimeBefore(at, at);
      };
    }

    private boolean preread(int at) {
      return reads.get(at).stream().noneMatch(read -> read.states().isEmpty());
    }

    private boolean complete(int at, int state) {
      return reads.get(at).stream().allMatch(read -> read.states().contains(state));
    }

    private boolean atomic(int at) {
      for (var one : reads.get(at)) {
        for (var other : reads.get(at)) {
          if (one.first() > 0
              && !other.ofOwnWrite()
              && writes.get(one.first() - 1).contains(other.key())
              && one.first() > other.first()) {
            return false;
          }
        }
      }
      return true;
    }

    private boolean hasSnapshot(int at, boolean sessions, boolean realTime) {
      for (int state = 0; state <= at; state++) {
        boolean conflict = false;
        for (int between = state; between < at; between++) {
          conflict |= !Collections.disjoint(writes.get(between), writes.get(at));
        }
        if (!conflict
            && complete(at, state)
            && (!sessions || sessionsBefore(at, state))
            && (!realTime || realTimeBefore(at, state))) {
          return true;
        }
      }
      return false;
    }

    /// Whether all that came before in the session is in a state.
    private boolean sessionsBefore(int at, int state) {
      for (int other = 0; other < order.size(); other++) {
        if (inSession(other, at) && other + 1 > state) {
          return false;
        }
      }
      return true;
    }

    private boolean inSession(int before, int after) {
      int one = order.get(before);
      int other = order.get(after);
      return one < other
          && history.session(one) == history.session(other)
          && history.outcome(one) == Outcome.COMMITTED;
    }

    private boolean realTimeBefore(int at, int state) {
      for (int other = 0; other < order.size(); other++) {
        if (history.completed(order.get(other)) < history.invoked(order.get(at))
            && other + 1 > state) {
          return false;
        }
      }
      return true;
    }

    private boolean seesAll(int at, Set<Integer> preceding) {
      for (int other : preceding) {
        for (var read : reads.get(at)) {
          if (writes.get(other).contains(read.key()) && other + 1 > read.last()) {
            return false;
          }
        }
      }
      return true;
    }

    private Set<Integer> causes(int at) {
      return closure(at, new TreeSet<>(), true);
    }

    private Set<Integer> precedes(int at) {
      return closure(at, new TreeSet<>(), false);
    }

    private Set<Integer> closure(int at, Set<Integer> found, boolean causal) {
      for (int other = 0; other < order.size(); other++) {
        int made = other + 1;
        boolean direct =
            !tellsNothing(at)
                && reads.get(at).stream()
                    .anyMatch(read -> !read.states().isEmpty() && read.first() == made);
        direct |=
            causal
                ? inSession(other, at)
                : other < at && !Collections.disjoint(writes.get(other), writes.get(at));
        if (direct && found.add(other)) {
          closure(other, found, causal);
        }
      }
      return found;
    }
  }
}
