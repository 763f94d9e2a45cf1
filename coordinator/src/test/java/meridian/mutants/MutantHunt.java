package meridian.mutants;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;

/// Looks for a run that tells a mutant from the store as it is meant to be.
final class MutantHunt {
  /// What a hunt came to.
  ///
  /// @param runs how many runs it took, the one that caught the mutant included
  /// @param how what was seen; nothing if the mutant survived
  record Result(Mutant mutant, long runs, Optional<String> how) {
    private static final int SHOWN_MAX = 110;

    boolean caught() {
      return how.isPresent();
    }

    @Override
    public String toString() {
      String text = how.orElse("SURVIVED").replace('\n', ' ');
      return "%-45s %5d %-9s %s"
          .formatted(
              mutant.name(),
              runs,
              mutant.test().isPresent() ? "test" : "seeds",
              text.substring(0, Math.min(SHOWN_MAX, text.length())));
    }
  }

  private MutantHunt() {}

  /// Runs the test that is meant to catch the mutant, or else random seeds up to a number.
  static Result hunt(Mutant mutant, long seedsMax) {
    ClassLoader loader = MutantLoader.of(mutant);
    if (mutant.test().isPresent()) {
      return new Result(mutant, 1, test(loader, mutant.test().get()));
    }
    for (long seed = 1; seed <= seedsMax; seed++) {
      Optional<String> how = call(loader, "meridian.mutants.Judge", "seed", Long.class, seed);
      if (how.isPresent()) {
        return new Result(mutant, seed, how);
      }
    }
    return new Result(mutant, seedsMax, Optional.empty());
  }

  /// What a test finds wrong with the store that a loader has loaded.
  ///
  /// @param name of the class and the method, with `#` between them
  static Optional<String> test(ClassLoader loader, String name) {
    int at = name.indexOf('#');
    try {
      Class<?> type = loader.loadClass(name.substring(0, at));
      Constructor<?> constructor = type.getDeclaredConstructor();
      Method method = type.getDeclaredMethod(name.substring(at + 1));
      constructor.setAccessible(true);
      method.setAccessible(true);
      method.invoke(constructor.newInstance());
      return Optional.empty();
    } catch (InvocationTargetException thrown) {
      return Optional.of(String.valueOf(thrown.getCause()));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> Optional<String> call(
      ClassLoader loader, String type, String method, Class<T> parameter, T argument) {
    try {
      Object result = loader.loadClass(type).getMethod(method, parameter).invoke(null, argument);
      return ((Optional<?>) result).map(String::valueOf);
    } catch (InvocationTargetException thrown) {
      // Whatever a mutant throws gives it away.
      return Optional.of(String.valueOf(thrown.getCause()));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
