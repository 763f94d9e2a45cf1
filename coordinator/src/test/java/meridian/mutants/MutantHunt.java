package meridian.mutants;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;

/// Looks for a run that tells a mutant from the store as it is meant to be.
final class MutantHunt {
  /// What random runs of a mutant came to.
  ///
  /// @param seeds how many were run, the one that caught it included
  /// @param how what was seen; nothing if it survived them all
  record Result(Mutant mutant, long seeds, Optional<String> how) {
    private static final int SHOWN_MAX = 110;

    boolean caught() {
      return how.isPresent();
    }

    @Override
    public String toString() {
      String text = how.orElse("survived; its test catches it").replace('\n', ' ');
      return "%-58s %s%4d  %s"
          .formatted(
              mutant.name(),
              caught() ? " " : ">",
              seeds,
              text.substring(0, Math.min(SHOWN_MAX, text.length())));
    }
  }

  private MutantHunt() {}

  /// Runs the test that is meant to catch the mutant.
  ///
  /// @return what it found wrong; nothing if the mutant survived
  static Optional<String> byTest(Mutant mutant) {
    return test(MutantLoader.of(mutant), mutant.test().orElseThrow());
  }

  /// Runs random seeds, from 1 up to a number, until one catches the mutant.
  static Result bySeeds(Mutant mutant, long seedsMax) {
    ClassLoader loader = MutantLoader.of(mutant);
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
