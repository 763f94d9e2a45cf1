package meridian.checker;

import java.util.ArrayList;
import java.util.List;

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
    var steps = new ArrayList<List<Choice>>();
    int given = 0;
    for (int id = 0; id <= empty; id++) {
      boolean learned = clauses.origins.get(id).length > 0;
      if (needed[id] && learned) {
        steps.add(
            theory.choices(java.util.Arrays.stream(clauses.clauses.get(id)).boxed().toList()));
      } else if (needed[id]) {
        cycles.add(theory.refusals.get(given));
      }
      given += learned ? 0 : 1;
    }
    if (cycles.size() == 1 && cycles.getFirst().choices().isEmpty()) {
      return new Evidence.Cycle(cycles.getFirst().cycle());
    }
    return new Evidence.Cases(cycles, steps);
  }
}
