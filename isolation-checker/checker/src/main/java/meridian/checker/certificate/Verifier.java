package meridian.checker.certificate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import meridian.checker.History;
import meridian.checker.Level;
import meridian.checker.Outcome;

/// Checks a certificate against the raw history. An execution is evaluated; a violation is
/// replayed, edge by edge, each by the rule that it names:
///
/// - `wr`: the second read the first. `session`, `real-time`: as recorded.
/// - `ww`: a list shows the order, or the second read the first's register before it wrote, or the
///   order is a choice that the cycle rests on.
/// - `rw`: the first read a version that the second overwrote.
/// - `atomic`, `causal`: see `meridian.checker.Rule`; they follow from the levels of these names.
///
/// A cycle refutes a level if the level orders transactions by all of its rules. For parallel
/// snapshot isolation one `rw` may be in it; for the other snapshot levels no two in a row, as an
/// `rw` orders the start of one with the commit of the next.
public final class Verifier {
  private final History history;
  private final Parsed levels;
  private final boolean internalReads;

  private Verifier(History history, Parsed certificate) throws Refuted {
    this.history = history;
    this.levels = certificate.get("levels");
    this.internalReads = certificate.get("internalReads").is(true);
  }

  /// By level of the certificate: empty if it is proved, else what is wrong with the proof.
  public static Map<String, String> verify(History history, String certificate) {
    var result = new LinkedHashMap<String, String>();
    try {
      var verifier = new Verifier(history, Parsed.of(certificate));
      for (var label : verifier.levels.names()) {
        result.put(label, verifier.level(label));
      }
    } catch (Refuted e) {
      result.put("certificate", e.reason());
    }
    return result;
  }

  private String level(String label) {
    try {
      level(Certificate.level(label));
      return "";
    } catch (Refuted e) {
      return e.reason();
    } catch (RuntimeException e) {
      // Numbers of what is not there: whatever is wrong with a certificate, it proves nothing.
      return e.toString();
    }
  }

  private void level(Level level) throws Refuted {
    var claim = levels.get(level.label());
    if (claim.has("holds")) {
      var holds = claim.get("holds");
      var writers = new TreeMap<Integer, Integer>();
      for (var op : holds.get("writers").names()) {
        writers.put(Integer.valueOf(op), holds.get("writers").get(op).number());
      }
      var order = holds.get("order").numbers();
      var snapshot = holds.get("snapshot").numbers();
      HoldsProof.check(level, new Proven(history, internalReads, writers), order, snapshot);
    } else {
      violated(level, claim.get("violated"), new Proven(history, internalReads, Map.of()));
    }
  }

  private void violated(Level level, Parsed evidence, Proven proven) throws Refuted {
    Refuted.unless(level != Level.READ_UNCOMMITTED, "read uncommitted always holds");
    if (evidence.has("weaker") || evidence.has("level")) {
      boolean elsewhere = evidence.has("weaker");
      var weaker = Certificate.level(evidence.get(elsewhere ? "weaker" : "level").text());
      Refuted.unless(level != weaker && level.implies(weaker), "%s is not weaker", weaker);
      var shown = elsewhere ? levels.get(weaker.label()).get("violated") : evidence.get("shown");
      violated(weaker, shown, proven);
    } else if (evidence.has("read")) {
      var read = evidence.get("read");
      unreadable(read.get("operation").number(), read.get("other").number(), proven);
    } else if (evidence.has("cycle")) {
      cycle(level, evidence.get("cycle").elements(), Set.of(), proven);
    } else if (evidence.has("cases")) {
      cases(level, evidence.get("cases"), evidence.get("steps"), proven);
    } else {
      writers(level, evidence, proven);
    }
  }

  /// A read that nothing explains, or two of one list that contradict each other.
  private void unreadable(int op, int other, Proven proven) throws Refuted {
    Refuted.unless(
        proven.counts[history.transactionOf(op)] && !proven.isInternal(op), "%d is no read", op);
    for (long value : proven.isWrite(op) ? new long[0] : proven.external(op)) {
      int writers = proven.finalWriters(history.transactionOf(op), history.key(op), value).size();
      Refuted.unless(writers <= 1 || proven.assumed.containsKey(op), "%d is ambiguous", op);
    }
    List<Integer> sources;
    try {
      sources = proven.sources(op);
    } catch (Refuted _) {
      return;
    }
    Refuted.unless(
        other >= 0 && history.isList(history.key(op)) && history.key(op) == history.key(other),
        "operation %d has an explanation",
        op);
    try {
      var others = proven.sources(other);
      int shared = Math.min(sources.size(), others.size());
      Refuted.unless(
          !sources.subList(0, shared).equals(others.subList(0, shared)),
          "operations %d and %d agree",
          op,
          other);
    } catch (Refuted e) {
      throw new Refuted("operations " + op + " and " + other + ": " + e.reason());
    }
  }

  private record Choice(int key, int first, int second) {
    Choice opposite() {
      return new Choice(key, second, first);
    }
  }

  private Set<Choice> choices(Parsed list, Proven proven) throws Refuted {
    var choices = new LinkedHashSet<Choice>();
    for (var each : list.elements()) {
      var parts = each.numbers();
      var choice = new Choice(parts[0], parts[1], parts[2]);
      Refuted.unless(
          choice.first() != choice.second()
              && writes(choice.first(), choice.key(), proven)
              && writes(choice.second(), choice.key(), proven),
          "%s is not about two writes of a key",
          choice);
      choices.add(choice);
    }
    return choices;
  }

  /// Every cycle forbids its choices together; each step forbids some because assuming them leaves,
  /// by choices without an alternative, something forbidden; the last step assumes nothing.
  private void cases(Level level, Parsed cycles, Parsed steps, Proven proven) throws Refuted {
    var forbidden = new ArrayList<Set<Choice>>();
    for (var each : cycles.elements()) {
      var choices = choices(each.get("choices"), proven);
      cycle(level, each.get("cycle").elements(), choices, proven);
      forbidden.add(choices);
    }
    for (var step : steps.elements()) {
      var assumed = choices(step, proven);
      Refuted.unless(isImpossible(assumed, forbidden), "step %s does not follow", assumed);
      forbidden.add(assumed);
    }
    Refuted.unless(forbidden.getLast().isEmpty(), "the last step assumes something");
  }

  private static boolean isImpossible(Set<Choice> assumed, List<Set<Choice>> forbidden) {
    var made = new LinkedHashSet<>(assumed);
    boolean changed = true;
    while (changed) {
      changed = false;
      for (var together : forbidden) {
        var left = new LinkedHashSet<>(together);
        left.removeAll(made);
        if (left.isEmpty()) {
          return true;
        }
        changed |= left.size() == 1 && made.add(left.iterator().next().opposite());
      }
    }
    return false;
  }

  private void writers(Level level, Parsed evidence, Proven proven) throws Refuted {
    int op = evidence.get("operation").number();
    var candidates = evidence.get("writers").numbers();
    var possible = new TreeSet<Integer>();
    for (int write = 0; write < history.operations(); write++) {
      boolean same =
          history.key(write) == history.key(op) && history.value(write) == history.value(op);
      if (same
          && proven.isWrite(write)
          && history.transactionOf(write) != history.transactionOf(op)) {
        possible.add(write);
      }
    }
    var each = evidence.get("each").elements();
    for (int i = 0; i < candidates.length; i++) {
      possible.remove(candidates[i]);
      var assumed = new TreeMap<>(proven.assumed);
      assumed.put(op, candidates[i]);
      violated(level, each.get(i), new Proven(history, internalReads, assumed));
    }
    for (int left : possible) {
      int txn = history.transactionOf(left);
      boolean last = proven.seenOf(txn, history.key(op)).getLast() == history.value(left);
      Refuted.unless(
          history.outcome(txn) == Outcome.ABORTED || !last, "operation %d is no candidate", left);
    }
    boolean counts = proven.counts[history.transactionOf(op)];
    Refuted.unless(counts && !history.isList(history.key(op)), "operation %d is no read", op);
  }

  // Cycles.

  private void cycle(Level level, List<Parsed> edges, Set<Choice> choices, Proven proven)
      throws Refuted {
    boolean serial = level.implies(Level.SERIALIZABLE);
    boolean snapshot = level.implies(Level.SNAPSHOT);
    int anti = 0;
    for (int i = 0; i < edges.size(); i++) {
      var edge = edges.get(i);
      var next = edges.get((i + 1) % edges.size());
      Refuted.unless(
          edge.get("to").number() == next.get("from").number(), "edge %d leads elsewhere", i);
      edge(level, edge, choices, proven);
      boolean isAnti = edge.get("rule").is("rw") && edge.get("from").number() >= 0;
      anti += isAnti ? 1 : 0;
      boolean twice = isAnti && next.get("rule").is("rw");
      Refuted.unless(serial || !snapshot || !twice, "two rw in a row at edge %d", i);
    }
    int allowed = snapshot ? edges.size() : level == Level.PARALLEL_SNAPSHOT ? 1 : 0;
    Refuted.unless(!edges.isEmpty() && anti <= allowed, "%d rw edges", anti);
  }

  private void edge(Level level, Parsed edge, Set<Choice> choices, Proven proven) throws Refuted {
    int from = edge.get("from").number();
    int to = edge.get("to").number();
    int key = edge.get("key").number();
    int op = edge.get("operation").number();
    var rule = edge.get("rule").text();
    boolean initial = from == Proven.INITIAL && rule.equals("rw");
    boolean counts = (initial || proven.counts[from]) && (to < 0 || proven.counts[to]);
    boolean shown = op < 0 || history.key(op) == key;
    boolean follows =
        switch (rule) {
          case "wr" -> history.transactionOf(op) == to && proven.sources(op).contains(from);
          case "ww" -> overwrites(key, from, to, op, choices, proven);
          case "rw" -> initial || missed(key, from, to, op, choices, proven);
          case "session" -> level.ordersSessions() && sessionBefore(from, to);
          case "real-time" ->
              level.ordersRealTime() && history.completed(from) < history.invoked(to);
          case "atomic" ->
              level.implies(Level.READ_ATOMIC)
                  && from != to
                  && proven.source(op) == to
                  && writes(from, key, proven)
                  && readsFrom(history.transactionOf(op), from, -1, proven);
          case "causal" ->
              level.implies(Level.CAUSAL)
                  && from != to
                  && proven.source(op) == to
                  && writes(from, key, proven)
                  && leads(edge.get("path").elements(), from, history.transactionOf(op), proven);
          default -> false;
        };
    Refuted.unless(counts && shown && follows, "not proved: %s", edge);
  }

  private boolean overwrites(int key, int from, int to, int op, Set<Choice> choices, Proven proven)
      throws Refuted {
    if (!writes(from, key, proven) || !writes(to, key, proven) || from == to) {
      return false;
    }
    if (choices.contains(new Choice(key, from, to)) || readsFrom(to, from, key, proven)) {
      return true;
    }
    var sources = proven.sources(op);
    int place = sources.indexOf(from);
    return history.isList(key) && place >= 0 && !sources.subList(0, place).contains(to);
  }

  /// Whether `from` read a version of the key that `to` overwrote.
  private boolean missed(int key, int from, int to, int op, Set<Choice> choices, Proven proven)
      throws Refuted {
    int source = proven.source(op);
    return history.transactionOf(op) == from
        && from != to
        && writes(to, key, proven)
        && (history.isList(key)
            ? !proven.sources(op).contains(to)
            : source != to
                && (source == Proven.INITIAL
                    || choices.contains(new Choice(key, source, to))
                    || readsFrom(to, source, key, proven)));
  }

  /// Whether a transaction has an external read, of the key if one is given, whose writer is
  /// `from`.
  private boolean readsFrom(int txn, int from, int key, Proven proven) throws Refuted {
    for (int op = history.firstOperation(txn); op < history.endOfOperations(txn); op++) {
      boolean asked = key < 0 || history.key(op) == key;
      if (asked && !proven.isWrite(op) && !proven.isInternal(op) && proven.source(op) == from) {
        return true;
      }
    }
    return false;
  }

  private boolean leads(List<Parsed> path, int from, int to, Proven proven) throws Refuted {
    int at = from;
    for (var edge : path) {
      boolean simple = edge.get("rule").is("session") || edge.get("rule").is("wr");
      Refuted.unless(simple && edge.get("from").number() == at, "a path that breaks at %s", edge);
      edge(Level.CAUSAL, edge, Set.of(), proven);
      at = edge.get("to").number();
    }
    return at == to && !path.isEmpty();
  }

  private boolean sessionBefore(int from, int to) {
    return from < to
        && history.session(from) == history.session(to)
        && history.outcome(from) == Outcome.COMMITTED;
  }

  private boolean writes(int txn, int key, Proven proven) {
    return txn >= 0 && proven.counts[txn] && !proven.seenOf(txn, key).isEmpty();
  }
}
