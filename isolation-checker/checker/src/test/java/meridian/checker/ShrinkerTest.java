package meridian.checker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Proofs by cases are about what is needed, and nothing else.
class ShrinkerTest {
  /// One session read 1, 2 and 1 again, so that whichever was written first is read too late; and
  /// many others wrote the same key and read it.
  @Test
  void leavesOutWhatHasNoPartInAViolation() {
    var builder = new HistoryBuilder();
    for (int i = 1; i <= 40; i++) {
      builder.begin("w" + i, i, History.NEVER_BEFORE).write("x", i).write("y" + i % 5, i).commit(i);
      builder.begin("r" + i, i, History.NEVER_BEFORE).read("x", i).commit(i);
    }
    for (int value : new int[] {7, 31, 7}) {
      builder.begin("s" + value, 99, History.NEVER_BEFORE).read("x", value).commit(99);
    }
    var report = Proofs.check(builder.build(), Options.of(Level.SESSION_SERIALIZABLE));
    var violated =
        assertInstanceOf(Verdict.Violated.class, report.verdict(Level.SESSION_SERIALIZABLE));
    var cases = assertInstanceOf(Evidence.Cases.class, violated.evidence());
    var names = new TreeSet<String>();
    for (var each : cases.cycles()) {
      each.cycle().forEach(edge -> names.add(report.history().name(edge.from())));
    }
    assertEquals(new TreeSet<>(List.of("s31", "s7", "w31", "w7")), names);
  }
}
