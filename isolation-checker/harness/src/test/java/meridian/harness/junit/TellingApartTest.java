package meridian.harness.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import meridian.checker.Checker;
import meridian.checker.Level;
import meridian.checker.format.Recording;
import org.junit.jupiter.api.Test;

class TellingApartTest {
  private final List<String> lines = new ArrayList<>();

  /// One transaction after another.
  private void committed(String ops) {
    int n = lines.size();
    line("committed", "\"complete\":%d,\"ts\":\"%x\"".formatted(10 * n + 5, n + 1), ops);
  }

  private void line(String outcome, String end, String ops) {
    int n = lines.size();
    lines.add(
        "{\"session\":0,\"txn\":\"t%d\",\"invoke\":%d,%s,\"outcome\":\"%s\",\"ops\":[%s]}"
            .formatted(n, 10 * n, end, outcome, ops));
  }

  private Optional<String> apart() throws Exception {
    return TellingApart.of(String.join("\n", lines).getBytes(StandardCharsets.UTF_8))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  private static boolean holds(String history) throws Exception {
    return Checker.check(Recording.of(history.getBytes(StandardCharsets.UTF_8)).history())
        .holds(Level.STRICT_SERIALIZABLE);
  }

  @Test
  void eachReadIsOfTheLatestWriteOfThatValue() throws Exception {
    committed("[\"write\",\"k\",1]");
    committed("[\"write\",\"k\",2]");
    committed("[\"read\",\"k\",2],[\"write\",\"k\",1],[\"read\",\"k\",1]");
    committed("[\"read\",\"k\",1],[\"read\",\"none\",null]");
    String told = apart().orElseThrow();
    assertTrue(told.contains("[[\"read\",\"k\",\"1 (write 3)\"],[\"read\",\"none\",null]]"), told);
    assertTrue(holds(told));
  }

  @Test
  void aDeletionIsAWriteToo() throws Exception {
    committed("[\"write\",\"k\",1]");
    committed("[\"write\",\"k\",null]");
    committed("[\"read\",\"k\",null]");
    assertTrue(apart().orElseThrow().contains("[\"read\",\"k\",\"nothing (write 2)\"]"));
  }

  @Test
  void whatNobodyCanHaveSeenThereIsLeftAsItIs() throws Exception {
    committed("[\"write\",\"k\",1]");
    committed("[\"write\",\"k\",2]");
    committed("[\"read\",\"k\",1]");
    assertEquals(Optional.empty(), apart());
  }

  @Test
  void anUnknownOutcomeThatWasSeenHappenedJustBefore() throws Exception {
    committed("[\"write\",\"k\",1]");
    line("unknown", "\"complete\":null", "[\"read\",\"k\",1],[\"write\",\"k\",2]");
    committed("[\"read\",\"k\",2]");
    String told = apart().orElseThrow();
    assertTrue(told.contains("[\"read\",\"k\",\"2 (write 2)\"]"), told);
    assertTrue(holds(told));
  }

  /// One whose code threw has no timestamp, and has only read.
  @Test
  void readsWithoutATimestampAreOfAMomentBeforeTheirEnd() throws Exception {
    committed("[\"write\",\"k\",1]");
    line("committed", "\"complete\":15", "[\"read\",\"k\",1]");
    committed("[\"write\",\"k\",2]");
    committed("[\"write\",\"k\",1]");
    String told = apart().orElseThrow();
    assertTrue(told.contains("[\"read\",\"k\",\"1 (write 1)\"]"), told);
    assertTrue(holds(told));
  }

  @Test
  void listsStayAsTheyAre() throws Exception {
    committed("[\"append\",\"l\",1]");
    committed("[\"read\",\"l\",[1]]");
    String told = apart().orElseThrow();
    assertFalse(told.contains("(write"), told);
    assertTrue(holds(told));
  }
}
