package meridian.checker;

import java.util.List;

/// Why no execution passes a level's tests.
public sealed interface Evidence {
  /// One read is enough: nothing explains it.
  record BadRead(Unreadable read) implements Evidence {}

  /// Transactions that all come before themselves.
  record Cycle(List<Edge> edges) implements Evidence {
    public Cycle {
      edges = List.copyOf(edges);
    }
  }

  /// Whatever order is chosen for writes that the reads do not order, there is a cycle.
  ///
  /// @param cycles each with the choices that it rests on; not all of them can be made together
  /// @param steps what follows from the cycles; the last excludes the empty set
  record Cases(List<Conditional> cycles, List<Step> steps) implements Evidence {
    public Cases {
      cycles = List.copyOf(cycles);
      steps = List.copyOf(steps);
    }
  }

  /// Choices that cannot be made together, because trying to leads, by choices that have no
  /// alternative left, to ones already excluded.
  ///
  /// @param premises by what: numbers of cycles and then, counting on, of steps
  record Step(List<Choice> choices, List<Integer> premises) {
    public Step {
      choices = List.copyOf(choices);
      premises = List.copyOf(premises);
    }
  }

  /// A cycle that exists if certain choices are made.
  record Conditional(List<Choice> choices, List<Edge> cycle) {
    public Conditional {
      choices = List.copyOf(choices);
      cycle = List.copyOf(cycle);
    }
  }

  /// A weaker level is violated already.
  record Weaker(Level level) implements Evidence {}

  /// A weaker level is violated, and this shows it.
  record AtLevel(Level level, Evidence shown) implements Evidence {}

  /// Several transactions wrote what was read, and whichever one takes as the writer, it fails.
  record Writers(int operation, List<Integer> writers, List<Evidence> perWriter)
      implements Evidence {
    public Writers {
      writers = List.copyOf(writers);
      perWriter = List.copyOf(perWriter);
    }
  }
}
