package meridian.checker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/// A register that was deleted reads as one that was never written: each reading is tried.
class DeletionsTest {
  private final HistoryBuilder builder = new HistoryBuilder();

  @Test
  void whatWasDeletedIsNotThere() {
    builder.begin("a", 1, 0).write("x", 1).commit(1);
    builder.begin("b", 1, 2).delete("x").commit(3);
    builder.begin("c", 1, 4).readAbsent("x").commit(5);
    assertEquals(List.of(Level.STRICT_SERIALIZABLE), Proofs.check(builder).strongest());
  }

  @Test
  void whatWasWrittenAgainIsThere() {
    builder.begin("a", 1, 0).write("x", 1).commit(1);
    builder.begin("b", 1, 2).delete("x").commit(3);
    builder.begin("c", 1, 4).write("x", 2).commit(5);
    builder.begin("d", 2, 6).readAbsent("x").commit(7);
    var report = Proofs.check(builder);
    assertEquals(List.of(Level.SESSION_SERIALIZABLE), report.strongest());
    var why = report.explain(Level.STRONG_SNAPSHOT);
    assertTrue(why.contains("if it was the initial state"), why);
  }

  @Test
  void anUncertainDeletionHappenedOnlyIfNothingElseExplainsWhatWasRead() {
    builder.begin("a", 1, 0).write("x", 1).commit(1);
    builder.begin("b", 3, 2).delete("x").unknown();
    builder.begin("c", 1, 4).readAbsent("x").commit(5);
    assertEquals(List.of(Level.STRICT_SERIALIZABLE), Proofs.check(builder).strongest());
    builder.begin("d", 1, 6).read("x", 1).commit(7);
    assertTrue(Proofs.check(builder).violates(Level.STRICT_SERIALIZABLE));
  }
}
