package meridian.checker;

import java.util.ArrayList;
import java.util.Arrays;

/// Cuts what a search learned down to what its last conclusion follows from.
final class Proof {
  private Proof() {}

  /// @param empty the number of the clause that forbids everything
  static Evidence of(Clauses clauses, PairTheory theory, int empty) {
    var needed = new boolean[clauses.clauses.size()];
    needed[empty] = true;
    for (int id = empty; id >= 0; id--) {
      if (needed[id]) {
        for (int origin : clauses.origins.get(id)) {
          needed[origin] = true;
        }
      }
    }
    var cycles = new ArrayList<Evidence.Conditional>();
    var number = new int[empty + 1];
    int given = 0;
    for (int id = 0; id <= empty; id++) {
      if (clauses.origins.get(id).length == 0) {
        if (needed[id]) {
          number[id] = cycles.size();
          cycles.add(theory.refusals.get(given));
        }
        given++;
      }
    }
    var steps = new ArrayList<Evidence.Step>();
    for (int id = 0; id <= empty; id++) {
      int[] origins = clauses.origins.get(id);
      if (needed[id] && origins.length > 0) {
        number[id] = cycles.size() + steps.size();
        var excluded = theory.choices(Arrays.stream(clauses.clauses.get(id)).boxed().toList());
        var premises = Arrays.stream(origins).map(origin -> number[origin]).distinct();
        steps.add(new Evidence.Step(excluded, premises.boxed().toList()));
      }
    }
    if (cycles.size() == 1 && cycles.getFirst().choices().isEmpty()) {
      return new Evidence.Cycle(cycles.getFirst().cycle());
    }
    return new Evidence.Cases(cycles, steps);
  }
}
