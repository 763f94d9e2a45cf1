package meridian.mutants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Every mutant is caught: a suite that lets one live does not test the rule that it breaks.
///
/// Usually a sample is hunted; with `-Dmeridian.mutants=all` the whole bank, with
/// `-Dmeridian.mutants=NAME,...` those; each with `-Dmeridian.mutants.seeds=N` random runs at most,
/// else 500.
class MutantHuntTest {
  private static final long SEEDS_MAX = 500;
  private static final String SAMPLE = "sample";
  private static final String ALL = "all";

  /// Rules of different kinds, each broken in a way that a few seeds show: what every build can
  /// afford, beside all mutants that a test catches.
  private static final List<String> SAMPLE_NAMES =
      List.of(
          "writers of a key do not exclude each other",
          "readers of a key hold no lock",
          "a reader does not see who is about to write",
          "locks are released when somebody says how it ended");

  @Test
  void everyMutantIsCaught() throws InterruptedException, ExecutionException {
    String wanted = System.getProperty("meridian.mutants", SAMPLE);
    long seedsMax = Long.getLong("meridian.mutants.seeds", SEEDS_MAX);
    List<Mutant> mutants = chosen(wanted);
    List<Future<MutantHunt.Result>> hunts = new ArrayList<>();
    List<MutantHunt.Result> results = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(2)) {
      for (Mutant mutant : mutants) {
        Callable<MutantHunt.Result> hunt =
            () -> {
              MutantHunt.Result result = MutantHunt.hunt(mutant, seedsMax);
              System.out.println(result); // A hunt of all takes long: let it be watched.
              return result;
            };
        hunts.add(threads.submit(hunt));
      }
      for (Future<MutantHunt.Result> hunt : hunts) {
        results.add(hunt.get());
      }
    }
    System.out.println();
    System.out.println("mutant, runs until it was caught, how:");
    results.stream()
        .sorted(Comparator.comparingLong(MutantHunt.Result::runs).reversed())
        .forEach(System.out::println);
    assertTrue(results.size() >= (wanted.equals(SAMPLE) ? SAMPLE_NAMES.size() : 1));
    assertEquals(
        List.of(), results.stream().filter(result -> !result.caught()).toList(), "survivors");
  }

  private static List<Mutant> chosen(String wanted) {
    List<Mutant> all = MutantBank.all();
    var names =
        new TreeSet<>(wanted.equals(SAMPLE) ? SAMPLE_NAMES : List.of(wanted.split(",", -1)));
    return all.stream()
        .filter(
            mutant ->
                wanted.equals(ALL)
                    || names.contains(mutant.name())
                    || (wanted.equals(SAMPLE) && mutant.test().isPresent()))
        .toList();
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
