package meridian.checker;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Function;

/// Makes a proof by cases smaller: leaves transactions out while those that are left are still a
/// violation (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002).
///
/// Leaving out is safe: whoever passes the tests in an execution passes them without what it did
/// not read from, and reads of what was left out ask for nothing. So a violation by some is one by
/// all.
final class Shrinker {
  /// Cores up to this size are tried without each of their transactions in turn.
  private static final int MINIMISED_MAX = 60;

  private static final int ROUNDS_MAX = 8;
  private static final long BUDGET = 2_000;

  private final Facts facts;
  private final Function<Facts, Shape> shapes;

  Shrinker(Facts facts, Function<Facts, Shape> shapes) {
    this.facts = facts;
    this.shapes = shapes;
  }

  Evidence shrunk(Evidence evidence) {
    if (!(evidence instanceof Evidence.Cases)) {
      return evidence;
    }
    var best = evidence;
    boolean smaller = true;
    for (int round = 0; smaller && round < ROUNDS_MAX; round++) {
      var again = without(best, -1);
      smaller = core(again).size() < core(best).size();
      best = smaller ? again : best;
    }
    return core(best).size() <= MINIMISED_MAX ? minimised(best) : best;
  }

  /// Such that none of its transactions can be left out.
  private Evidence minimised(Evidence evidence) {
    var best = evidence;
    for (int txn : core(evidence)) {
      if (core(best).contains(txn)) {
        best = without(best, txn);
      }
    }
    return best;
  }

  /// Evidence of what a proof is about but for one transaction; the proof itself if it needs that.
  private Evidence without(Evidence evidence, int txn) {
    var kept = core(evidence);
    kept.remove(txn);
    var part = facts.restrictedTo(kept);
    var time = new RealTime(part);
    var search = new Search(part, time, shapes.apply(part), new Guess(part, time).first());
    return search.run(BUDGET, _ -> {}) instanceof Search.Result.Impossible(var smaller)
        ? smaller
        : evidence;
  }

  /// The transactions that a proof needs: those in its cycles, and those that they read from.
  private NavigableSet<Integer> core(Evidence evidence) {
    var core = new TreeSet<Integer>();
    for (var edge : edges(evidence)) {
      for (int txn : List.of(edge.from(), edge.to())) {
        if (txn >= 0) {
          core.add(txn);
        }
      }
      for (int op : List.of(edge.operation(), edge.other())) {
        int source = op < 0 ? -1 : facts.source(op);
        if (source >= 0) {
          core.add(source);
        }
      }
    }
    return core;
  }

  private static List<Edge> edges(Evidence evidence) {
    var edges = new ArrayList<Edge>();
    switch (evidence) {
      case Evidence.Cycle(var cycle) -> edges.addAll(cycle);
      case Evidence.Cases(var cycles, _) -> cycles.forEach(each -> edges.addAll(each.cycle()));
      case Evidence.BadRead _, Evidence.Weaker _, Evidence.AtLevel _, Evidence.Writers _ -> {}
    }
    return edges;
  }
}
