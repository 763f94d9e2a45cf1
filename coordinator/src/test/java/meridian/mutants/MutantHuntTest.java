package meridian.mutants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Every mutant is caught: a suite that lets one live does not test the rule that it breaks.
///
/// Every build runs the test that each mutant names, and hunts a few by random seeds; with
/// `-Dmeridian.mutants=all` the whole bank is hunted by seeds, with `-Dmeridian.mutants=NAME,...`
/// those; each with `-Dmeridian.mutants.seeds=N` runs at most, else 500.
class MutantHuntTest {
  private static final long SEEDS_MAX = 500;
  private static final String SAMPLE = "sample";
  private static final String ALL = "all";

  /// Rules of different kinds, each broken in a way that a few seeds show: what every build can
  /// afford.
  private static final List<String> SAMPLE_NAMES =
      List.of(
          "writers of a key do not exclude each other",
          "unknown is taken for aborted by the client",
          "a reader does not see who is about to write",
          "locks are released when somebody says how it ended");

  @Test
  void everyMutantIsCaughtByTheTestThatItNames() throws Exception {
    List<Mutant> mutants =
        MutantBank.all().stream().filter(mutant -> mutant.test().isPresent()).toList();
    List<Optional<String>> found = sideBySide(mutants, MutantHunt::byTest);
    List<Mutant> survivors =
        IntStream.range(0, mutants.size())
            .filter(i -> found.get(i).isEmpty())
            .mapToObj(mutants::get)
            .toList();
    assertTrue(mutants.size() >= 25, () -> "only " + mutants.size() + " name a test");
    assertEquals(List.of(), survivors, "survivors");
  }

  @Test
  void randomSeedsCatchMutants() throws Exception {
    String wanted = System.getProperty("meridian.mutants", SAMPLE);
    long seedsMax = Long.getLong("meridian.mutants.seeds", SEEDS_MAX);
    List<MutantHunt.Result> results =
        sideBySide(
            chosen(wanted),
            mutant -> {
              MutantHunt.Result result = MutantHunt.bySeeds(mutant, seedsMax);
              System.out.println(result); // A hunt of all takes long: let it be watched.
              return result;
            });
    System.out.println();
    System.out.println("mutant, random seeds until it was caught, how:");
    results.stream()
        .sorted(Comparator.comparingLong(MutantHunt.Result::seeds).reversed())
        .forEach(System.out::println);
    assertFalse(results.isEmpty(), () -> "no mutant is called " + wanted);
    assertEquals(
        List.of(),
        results.stream()
            .filter(r -> !r.caught() && (r.mutant().test().isEmpty() || wanted.equals(SAMPLE)))
            .toList(),
        "survivors");
  }

  private static List<Mutant> chosen(String wanted) {
    List<String> names = wanted.equals(SAMPLE) ? SAMPLE_NAMES : List.of(wanted.split(",", -1));
    return MutantBank.all().stream()
        .filter(mutant -> wanted.equals(ALL) || names.contains(mutant.name()))
        .toList();
  }

  /// Results in the order of the mutants.
  private static <T> List<T> sideBySide(List<Mutant> mutants, Function<Mutant, T> hunt)
      throws InterruptedException, ExecutionException {
    List<Future<T>> hunts = new ArrayList<>();
    List<T> results = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(2)) {
      mutants.forEach(mutant -> hunts.add(threads.submit(() -> hunt.apply(mutant))));
      for (Future<T> one : hunts) {
        results.add(one.get());
      }
    }
    return results;
  }

  /// What catches a mutant must not be a fault of the store as it is, nor of being loaded in this
  /// way.
  @Test
  void theStoreAsItIsPassesEveryTest() {
    ClassLoader loader = MutantLoader.ofNothing();
    var tests = new TreeSet<String>();
    MutantBank.all().forEach(mutant -> mutant.test().ifPresent(tests::add));
    for (String test : tests) {
      assertEquals(Optional.empty(), MutantHunt.test(loader, test), test);
    }
  }
}
