package meridian.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// Runs a piece of code once for every combination of the choices that it makes, in order: small
/// cases are enumerated, not sampled. Which choices there are may depend on the choices before.
public final class Exhaustive {
  /// For each choice of the present run what was taken, and of how many. The next run repeats it
  /// but for the last choice that has something left.
  private final List<int[]> taken = new ArrayList<>();

  private int next;

  private Exhaustive() {}

  /// Runs the code for every choice there is.
  ///
  /// @return how many runs that were
  public static long forEveryChoice(Consumer<Exhaustive> code) {
    Exhaustive given = new Exhaustive();
    long runs = 0;
    do {
      given.next = 0;
      runs++;
      try {
        code.accept(given);
      } catch (RuntimeException | Error failure) {
        failure.addSuppressed(new AssertionError("in run " + runs + ", choices " + given));
        throw failure;
      }
    } while (given.advance());
    return runs;
  }

  /// One of several.
  @SafeVarargs
  public final <T> T pick(T... choices) {
    return choices[index(choices.length)];
  }

  /// One of several.
  public <T> T pick(List<T> choices) {
    return choices.get(index(choices.size()));
  }

  /// Yes or no.
  public boolean flip() {
    return index(2) == 1;
  }

  /// A number from 0, included, to a bound, excluded.
  public int index(int bound) {
    if (next == taken.size()) {
      taken.add(new int[] {0, bound});
    }
    int[] choice = taken.get(next++);
    if (choice[1] != bound) {
      throw new IllegalStateException(
          "the code under test is not deterministic: "
              + choice[1]
              + " choices before, now "
              + bound);
    }
    return choice[0];
  }

  /// The items in every order.
  public <T> List<T> anyOrderOf(List<T> items) {
    List<T> left = new ArrayList<>(items);
    List<T> order = new ArrayList<>();
    while (!left.isEmpty()) {
      order.add(left.remove(index(left.size())));
    }
    return order;
  }

  private boolean advance() {
    while (!taken.isEmpty() && taken.getLast()[0] + 1 == taken.getLast()[1]) {
      taken.removeLast();
    }
    if (taken.isEmpty()) {
      return false;
    }
    taken.getLast()[0]++;
    return true;
  }

  @Override
  public String toString() {
    return Arrays.deepToString(taken.toArray());
  }
}
