package meridian.harness.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import meridian.checker.Checker;
import meridian.checker.Level;
import meridian.checker.Options;
import meridian.checker.Report;
import meridian.harness.workload.MemoryStore.Bug;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The harness against a store whose bugs we have chosen: the workload meant for a bug finds it by
/// its own invariant, the checker finds it in the recording, and the store without a bug passes.
class SeededBugsTest {
  private static final int SEEDS = 8;
  private static final int CLIENTS = 4;
  private static final int STEPS = 120;

  static List<String> names() {
    return Workloads.names();
  }

  /// What a run has shown.
  private record Shown(Findings findings, Report report, long committed) {
    boolean finds(Level level) {
      return findings.list().stream().anyMatch(finding -> finding.breaks() == level);
    }
  }

  private static Shown run(String name, Bug bug, long seed) throws Exception {
    MemoryStore memory = new MemoryStore(bug, seed);
    Workload workload = Workloads.named(name, new Run("t")).orElseThrow();
    Store calm = memory.connect(() -> {});
    for (boolean open = false; !open; ) {
      open = workload.open(calm);
    }
    Random random = new Random(seed);
    List<Baton.Leg> legs = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Workload.Client client = workload.client(new Random(random.nextLong()));
      legs.add(
          pause -> {
            Store store = memory.connect(pause);
            for (int step = 0; step < STEPS; step++) {
              client.step(store);
            }
          });
    }
    new Baton(seed).run(legs);
    Findings findings = workload.close(calm);
    long committed =
        memory.recording().stream().filter(line -> line.contains("\"committed\"")).count();
    return new Shown(
        findings,
        Checker.check(memory.history(), Options.of(Level.STRICT_SERIALIZABLE)),
        committed);
  }

  @ParameterizedTest
  @MethodSource("names")
  void aCorrectStorePassesEveryWorkload(String name) throws Exception {
    for (long seed = 1; seed <= SEEDS; seed++) {
      Shown shown = run(name, Bug.NONE, seed);
      assertEquals(List.of(), shown.findings.list(), "seed " + seed);
      assertEquals(List.of(), shown.findings.unknowns(), "seed " + seed);
      assertTrue(
          shown.report.holds(Level.STRICT_SERIALIZABLE),
          () -> shown.report.explain(Level.STRICT_SERIALIZABLE));
      assertTrue(shown.committed > CLIENTS * STEPS / 2, "only " + shown.committed + " commits");
    }
  }

  /// Which workload is meant for which bug, and the level that it then says is broken.
  @ParameterizedTest
  @CsvSource({
    "LOST_UPDATE, monotonic, PARALLEL_SNAPSHOT",
    "LOST_UPDATE, bank, PARALLEL_SNAPSHOT",
    "STALE_READ, monotonic, STRONG_SNAPSHOT",
    "STALE_READ, sequential, CAUSAL",
    "DIRTY_READ, register, READ_COMMITTED",
    "FRACTURED_READ, bank, PARALLEL_SNAPSHOT",
    "WRITE_SKEW, write-skew, SERIALIZABLE",
    "LONG_FORK, long-fork, SNAPSHOT",
    "LOST_UPDATE, list-append, READ_COMMITTED",
    "ABORTED_WRITE, list-append, READ_COMMITTED"
  })
  void aBugIsFoundByTheWorkloadMeantForIt(Bug bug, String name, Level level) throws Exception {
    int found = 0;
    int judged = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      Shown shown = run(name, bug, seed);
      found += shown.finds(level) ? 1 : 0;
      judged += shown.report.violates(Level.STRICT_SERIALIZABLE) ? 1 : 0;
    }
    assertTrue(found > SEEDS / 2, "its invariant notices in " + found + " runs of " + SEEDS);
    assertEquals(SEEDS, judged, "the checker notices");
  }

  /// Every level says of which mistakes it is free.
  @Test
  void aStoreIsNotBlamedForWhatItsLevelAllows() throws Exception {
    for (long seed = 1; seed <= SEEDS; seed++) {
      for (String name : List.of("bank", "monotonic", "list-append", "register", "long-fork")) {
        Shown shown = run(name, Bug.WRITE_SKEW, seed);
        for (Finding finding : shown.findings.list()) {
          assertTrue(!Level.SNAPSHOT.implies(finding.breaks()), finding::toString);
        }
      }
    }
  }
}
