package meridian.checker.verifier;

import static meridian.checker.verifier.Verifier.require;

import module java.base;

import meridian.checker.History;
import meridian.checker.Level;
import meridian.checker.Outcome;

/// Evaluates the commit tests on one execution, as Crooks et al. (PODC 2017) write them. State p is
/// the one after p transactions: the parent state of the transaction at position p.
final class Execution {
  /// The first and the last read state of a read.
  private record Interval(int key, int first, int last) {}

  private final Reads reads;
  private final History history;
  private final int[] order;
  private final Map<Integer, Integer> position = new TreeMap<>();
  private final Map<Integer, NavigableSet<Integer>> writers = new HashMap<>();
  private final List<List<Interval>> states = new ArrayList<>();

  /// By position: the one before it in its session, or -1; the first state that holds all that its
  /// session did before, and all that completed before it was invoked.
  private final int[] previous;

  private final int[] session;
  private final int[] time;
  private boolean inOrder = true;

  Execution(Reads reads, int[] order) {
    this.reads = reads;
    this.history = reads.history();
    this.order = order;
    this.previous = new int[order.length];
    this.session = new int[order.length];
    this.time = new int[order.length];
    for (int at = 0; at < order.length; at++) {
      boolean isNew = position.put(order[at], at) == null;
      require(isNew && history.outcome(order[at]) != Outcome.ABORTED, "%d: twice, or aborted", at);
      for (int key : reads.writes(order[at]).keySet()) {
        writers.computeIfAbsent(key, _ -> new TreeSet<>()).add(at);
      }
    }
    require(reads.counts().stream().allMatch(position::containsKey), "a committed one is missing");
    position.keySet().forEach(reads.counts()::set);
    findPredecessors();
    for (int at = 0; at < order.length; at++) {
      states.add(readStates(at));
    }
  }

  private void findPredecessors() {
    var last = new HashMap<Integer, Integer>();
    var highest = new HashMap<Integer, Integer>();
    var completed = new TreeMap<Long, Integer>();
    position.forEach(
        (txn, at) -> {
          previous[at] = last.getOrDefault(history.session(txn), -1);
          inOrder &= highest.getOrDefault(history.session(txn), 0) <= at;
          session[at] = highest.getOrDefault(history.session(txn), 0);
          if (history.outcome(txn) == Outcome.COMMITTED) {
            last.put(history.session(txn), at);
            highest.merge(history.session(txn), at + 1, Math::max);
            completed.merge(history.completed(txn), at + 1, Math::max);
          }
        });
    var latest = new AtomicInteger();
    completed.replaceAll((_, state) -> latest.accumulateAndGet(state, Math::max));
    position.forEach(
        (txn, at) -> {
          var before = completed.lowerEntry(history.invoked(txn));
          time[at] = before == null ? 0 : before.getValue();
        });
  }

  void check(int[] snapshot) {
    for (int at = 0; at < order.length; at++) {
      var level = reads.asks().apply(order[at]);
      boolean passes =
          switch (level) {
            case READ_UNCOMMITTED, READ_COMMITTED -> true; // PREREAD: see `readStates`
            case READ_ATOMIC, PARALLEL_SNAPSHOT -> seesAll(at, level);
            case CAUSAL -> seesAll(at, level) && session[at] <= at;
            case SNAPSHOT, SESSION_SNAPSHOT, STRONG_SNAPSHOT -> complete(at, snapshot[at], level);
            case SERIALIZABLE, SESSION_SERIALIZABLE, STRICT_SERIALIZABLE -> complete(at, at, level);
          };
      require(passes, "transaction %d fails the test of %s", order[at], level.label());
    }
  }

  private List<Interval> readStates(int at) {
    var found = new ArrayList<Interval>();
    for (int op = history.firstOperation(order[at]);
        op < history.endOfOperations(order[at]);
        op++) {
      var sources = reads.isTested(op) ? reads.sources(op) : Optional.of(List.of(order[at]));
      require(sources.isPresent(), "operation %d has no read state", op);
      if (!sources.get().equals(List.of(order[at]))) {
        found.add(readStates(at, history.key(op), sources.get()));
      }
    }
    return found;
  }

  /// The states up to the parent state that hold what these transactions, and no others, wrote.
  private Interval readStates(int at, int key, List<Integer> sources) {
    int first = sources.isEmpty() ? 0 : position.getOrDefault(sources.getLast(), at) + 1;
    var until = writersOf(key).headSet(first).stream().map(p -> order[p]).toList();
    require(!history.isList(key) || until.equals(sources), "%s is in no state", until);
    var next = writersOf(key).ceiling(first);
    int last = next == null ? at : Math.min(at, next);
    require(first <= last, "transaction %d has a read without a read state", order[at]);
    return new Interval(key, first, last);
  }

  private NavigableSet<Integer> writersOf(int key) {
    return writers.getOrDefault(key, Collections.emptyNavigableSet());
  }

  private int lastWriter(int key, int at) {
    var before = writersOf(key).lower(at);
    return before == null ? -1 : before;
  }

  /// Whether a state up to the parent state is complete, and no key written changes in between.
  private boolean complete(int at, int state, Level level) {
    return 0 <= state
        && state <= at
        && states.get(at).stream().allMatch(read -> read.first() <= state && state <= read.last())
        && reads.writes(order[at]).keySet().stream().allMatch(key -> lastWriter(key, at) < state)
        && (!level.ordersSessions() || session[at] <= state)
        && (!level.ordersRealTime() || time[at] <= state);
  }

  /// Whether no read is from before a write of what precedes its transaction: by reads, only one
  /// for read atomic, and by sessions (causal) or overwrites (parallel snapshot).
  private boolean seesAll(int at, Level level) {
    int earliest = states.get(at).stream().mapToInt(Interval::last).min().orElse(at);
    var preceding = new TreeSet<Integer>();
    var todo = new ArrayDeque<>(List.of(at));
    while (!todo.isEmpty()) {
      for (int before : directly(todo.remove(), level)) {
        // Sessions out of order, which other levels allow, may lead to later positions.
        boolean matters = before >= earliest || (level == Level.CAUSAL && !inOrder);
        if (before >= 0 && matters && preceding.add(before) && level != Level.READ_ATOMIC) {
          todo.add(before);
        }
      }
    }
    for (var read : states.get(at)) {
      if (preceding.tailSet(read.last()).stream().anyMatch(writersOf(read.key())::contains)) {
        return false;
      }
    }
    return true;
  }

  private Set<Integer> directly(int at, Level level) {
    var before = new TreeSet<Integer>();
    states.get(at).forEach(read -> before.add(read.first() - 1));
    if (level == Level.CAUSAL) {
      before.add(previous[at]);
    }
    for (int key : reads.writes(order[at]).keySet()) {
      before.add(level == Level.PARALLEL_SNAPSHOT ? lastWriter(key, at) : -1);
    }
    return before;
  }
}
