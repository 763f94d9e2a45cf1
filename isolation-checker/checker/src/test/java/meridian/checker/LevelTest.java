package meridian.checker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LevelTest {
  @Test
  void namesAreTheElevenThatReportsPromise() {
    assertEquals(
        List.of(
            "read-uncommitted",
            "read-committed",
            "read-atomic",
            "causal",
            "parallel-snapshot",
            "snapshot",
            "session-snapshot",
            "strong-snapshot",
            "serializable",
            "session-serializable",
            "strict-serializable"),
        Arrays.stream(Level.values()).map(Level::label).toList());
  }

  @Test
  void namesOfOtherToolsAreUnderstood() {
    assertEquals(Optional.of(Level.PARALLEL_SNAPSHOT), Level.named("consistent-view"));
    assertEquals(
        Optional.of(Level.SESSION_SERIALIZABLE), Level.named("strong-session-serializable"));
    assertEquals(Optional.empty(), Level.named("repeatable-read"));
  }

  @Test
  void strictSerializableImpliesAllAndReadUncommittedNone() {
    for (var level : Level.values()) {
      assertTrue(Level.STRICT_SERIALIZABLE.implies(level));
      assertTrue(level.implies(Level.READ_UNCOMMITTED));
      assertEquals(level == Level.READ_UNCOMMITTED, Level.READ_UNCOMMITTED.implies(level));
    }
  }

  @Test
  void causalAndParallelSnapshotDoNotImplyEachOther() {
    assertFalse(Level.CAUSAL.implies(Level.PARALLEL_SNAPSHOT));
    assertFalse(Level.PARALLEL_SNAPSHOT.implies(Level.CAUSAL));
    assertFalse(Level.SERIALIZABLE.implies(Level.CAUSAL));
  }
}
