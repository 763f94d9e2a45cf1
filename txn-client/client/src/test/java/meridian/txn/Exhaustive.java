package meridian.txn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Runs a test once for every combination of the choices that it makes.
final class Exhaustive {
  /// One path through the choices.
  static final class Given {
    private final List<Integer> picks = new ArrayList<>();
    private final List<Integer> widths = new ArrayList<>();
    private int depth;

    @SafeVarargs
    final <T> T pick(T... options) {
      return options[pickBelow(options.length)];
    }

    boolean pickFlag() {
      return pickBelow(2) == 1;
    }

    int pickBelow(int width) {
      if (depth == picks.size()) {
        picks.add(0);
        widths.add(width);
      }
      depth++;
      return picks.get(depth - 1);
    }

    private boolean next() {
      depth = 0;
      while (!picks.isEmpty() && picks.getLast() + 1 == widths.getLast()) {
        picks.removeLast();
        widths.removeLast();
      }
      if (picks.isEmpty()) {
        return false;
      }
      picks.set(picks.size() - 1, picks.getLast() + 1);
      return true;
    }

    @Override
    public String toString() {
      return "choices " + picks;
    }
  }

  private Exhaustive() {}

  /// Runs the test for all of them, and counts them.
  static int forEveryChoice(Consumer<Given> test) {
    var given = new Given();
    int runs = 0;
    do {
      runs++;
      try {
        test.accept(given);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("with " + given, e);
      }
    } while (given.next());
    return runs;
  }
}
