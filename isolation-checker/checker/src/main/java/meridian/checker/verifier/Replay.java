package meridian.checker.verifier;

import static meridian.checker.verifier.Verifier.get;
import static meridian.checker.verifier.Verifier.has;
import static meridian.checker.verifier.Verifier.list;
import static meridian.checker.verifier.Verifier.number;
import static meridian.checker.verifier.Verifier.require;

import module java.base;

import meridian.checker.History;
import meridian.checker.Level;
import meridian.checker.Outcome;

/// Replays what excludes some choices: a read that they leave without an explanation, or a cycle of
/// transactions that would each come before the next.
record Replay(Reads reads, Set<String> assumed) {
  private record Edge(String rule, int from, int to, int op, int other) {
    static Edge of(Object edge) {
      return new Edge(
          get(edge, "rule").toString(),
          number(get(edge, "from")),
          number(get(edge, "to")),
          number(get(edge, "operation")),
          number(get(edge, "other")));
    }
  }

  void check(Object line) {
    reads.counting(line);
    if (has(line, "read")) {
      int op = number(get(line, "read"));
      require(reads.sources(op).isEmpty(), "operation %d has an explanation", op);
    } else {
      cycle(list(line, "cycle").stream().map(Edge::of).toList());
    }
  }

  private void cycle(List<Edge> edges) {
    require(!edges.isEmpty(), "no cycle");
    for (int i = 0; i < edges.size(); i++) {
      var edge = edges.get(i);
      var before = edges.get(i == 0 ? edges.size() - 1 : i - 1);
      require(before.to() == edge.from() && edge.from() != edge.to(), "%s leads elsewhere", before);
      require(reads.counts().get(edge.from()) && reads.counts().get(edge.to()), "%s", edge);
      boolean follows =
          switch (edge.rule()) {
            case "wr" -> isReader(edge.op(), edge.to()) && sources(edge.op()).contains(edge.from());
            case "ww" -> overwrites(edge.other(), edge.from(), edge.to(), edge.op());
            case "rw" -> misses(edge) && forbidsMissing(edges, edge, before);
            case "session" -> session(edge.from(), edge.to()) && ordersSessions(edges, edge.to());
            case "real-time" ->
                asks(edge.to()).ordersRealTime()
                    && history().completed(edge.from()) < history().invoked(edge.to());
            default -> false;
          };
      require(follows, "not proved: %s", edge);
    }
  }

  private History history() {
    return reads.history();
  }

  private Level asks(int txn) {
    return reads.asks().apply(txn);
  }

  private List<Integer> sources(int op) {
    return reads.sources(op).orElseThrow();
  }

  private boolean isReader(int op, int txn) {
    return history().transactionOf(op) == txn;
  }

  /// Lemma *overwrites*: both wrote the key, and the order is assumed, or a list shows it.
  private boolean overwrites(int key, int from, int to, int op) {
    boolean both = reads.writes(from).containsKey(key) && reads.writes(to).containsKey(key);
    if (op < 0) {
      return both && assumed.contains(from + "<" + to);
    }
    int place = sources(op).indexOf(from);
    boolean shown = history().key(op) == key && history().isList(key) && place >= 0;
    return both && shown && !sources(op).subList(0, place).contains(to);
  }

  /// Lemma *misses*: `from` read a version of a key that `to` overwrote, as all do the initial one;
  /// or a list without what `to` appended. `other` may be a read by `to` of the version.
  private boolean misses(Edge edge) {
    int key = history().key(edge.op());
    var sources = sources(edge.op());
    int source = sources.isEmpty() ? Reads.INITIAL : sources.getLast();
    boolean overwritten =
        source == Reads.INITIAL
            || history().isList(key)
            || assumed.contains(source + "<" + edge.to())
            || (edge.other() >= 0
                && isReader(edge.other(), edge.to())
                && history().key(edge.other()) == key
                && sources(edge.other()).contains(source));
    return isReader(edge.op(), edge.from())
        && source != edge.from()
        && !sources.contains(edge.to())
        && reads.writes(edge.to()).containsKey(key)
        && overwritten;
  }

  /// Lemma *points*: who reads a serializable parent state comes before whom it misses; who reads a
  /// snapshot, its start does, at which edges other than `rw` arrive. Lemma *precedes*: the weaker
  /// levels forbid to miss what is read from (read atomic), causes, or what was read or
  /// overwritten.
  private boolean forbidsMissing(List<Edge> edges, Edge edge, Edge before) {
    var level = asks(edge.from());
    var others = new ArrayList<>(edges);
    others.remove(edge);
    return switch (level) {
      case READ_UNCOMMITTED, READ_COMMITTED -> false;
      case READ_ATOMIC -> edges.size() == 2 && only(others, "wr");
      case CAUSAL -> only(others, "wr", "session");
      case PARALLEL_SNAPSHOT -> only(others, "wr", "ww");
      case SNAPSHOT, SESSION_SNAPSHOT, STRONG_SNAPSHOT -> !before.rule().equals("rw");
      case SERIALIZABLE, SESSION_SERIALIZABLE, STRICT_SERIALIZABLE -> true;
    };
  }

  private static boolean only(List<Edge> edges, String... rules) {
    return edges.stream().allMatch(edge -> List.of(rules).contains(edge.rule()));
  }

  private boolean session(int from, int to) {
    return from < to
        && history().session(from) == history().session(to)
        && history().outcome(from) == Outcome.COMMITTED;
  }

  /// A cause may be one by a session whose transaction itself need not see it.
  private boolean ordersSessions(List<Edge> edges, int to) {
    return asks(to).ordersSessions()
        || edges.stream().anyMatch(e -> e.rule().equals("rw") && asks(e.from()) == Level.CAUSAL);
  }
}
