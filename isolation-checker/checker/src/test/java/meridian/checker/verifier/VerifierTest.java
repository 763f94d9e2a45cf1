package meridian.checker.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import meridian.checker.Checker;
import meridian.checker.History;
import meridian.checker.HistoryBuilder;
import meridian.checker.certificate.Certificate;
import meridian.checker.format.Json;
import org.junit.jupiter.api.Test;

/// A verifier that accepts everything would pass all other tests: here are the lies it must refuse.
class VerifierTest {
  private static final String SKEW =
      "{'rule':'rw','from':0,'to':1,'operation':1,'other':-1},"
          + "{'rule':'rw','from':1,'to':0,'operation':3,'other':-1}";

  /// Operations 0 to 2 by transaction 0, 3 to 5 by 1, 6 and 7 by 2.
  private static History writeSkew() {
    return new HistoryBuilder()
        .begin("t1", 1, 0)
        .readAbsent("x")
        .readAbsent("y")
        .write("x", 1)
        .commit(9)
        .begin("t2", 2, 0)
        .readAbsent("x")
        .readAbsent("y")
        .write("y", 1)
        .commit(9)
        .begin("t3", 1, 10)
        .read("x", 1)
        .read("y", 1)
        .commit(19)
        .build();
  }

  private static String verdict(String level, String claim, String members) {
    var certificate =
        "{'internalReads':true,'levels':{'" + level + "':{" + claim + "}}," + members + "}";
    var verified = Verifier.verify(writeSkew(), certificate.replace('\'', '"'));
    return verified.getOrDefault(level, "not there");
  }

  private static String executed(String level, String order, String snapshot) {
    var execution = "{'order':" + order + ",'snapshot':" + snapshot + ",'writers':[]}";
    return verdict(level, "'holds':0", "'executions':[" + execution + "]");
  }

  private static String refuted(String level, String... lines) {
    return verdict(level, "'violated':0", "'refutations':[[" + String.join(",", lines) + "]]");
  }

  private static String cycle(String not, String edges) {
    return "{'not':[" + not + "],'counts':[],'cycle':[" + edges + "]}";
  }

  @Test
  void acceptsWhatTheCheckerSays() {
    var certificate = Json.text(Certificate.of(Checker.check(writeSkew())));
    var verified = Verifier.verify(writeSkew(), certificate);
    assertEquals(11, verified.size());
    assertEquals(Set.of(""), Set.copyOf(verified.values()));
  }

  @Test
  void refusesAnExecutionThatFailsTheTest() {
    assertEquals("", executed("snapshot", "[0,1,2]", "[0,0,2]"));
    assertNotEquals("", executed("serializable", "[0,1,2]", "[0,0,2]"));
    assertNotEquals("", executed("snapshot", "[0,1,2]", "[0,1,2]"));
    assertNotEquals("", executed("strong-snapshot", "[0,2,1]", "[0,0,0]"));
  }

  @Test
  void refusesAnExecutionThatLeavesACommittedTransactionOutOrTakesItTwice() {
    assertNotEquals("", executed("snapshot", "[0,1]", "[0,0]"));
    assertNotEquals("", executed("snapshot", "[0,0,1,2]", "[0,0,0,2]"));
  }

  @Test
  void refusesACycleThatTheLevelAllows() {
    assertEquals("", refuted("serializable", cycle("", SKEW)));
    for (var level :
        Set.of("strong-snapshot", "parallel-snapshot", "causal", "read-atomic", "read-committed")) {
      assertNotEquals("", refuted(level, cycle("", SKEW)), level);
    }
  }

  @Test
  void refusesEdgesThatTheHistoryDoesNotShow() {
    var forward = "{'rule':'wr','from':0,'to':2,'operation':6,'other':-1}";
    var back = "{'rule':'wr','from':2,'to':0,'operation':0,'other':-1}";
    assertNotEquals("", refuted("read-committed", cycle("", forward + "," + back)));
    assertNotEquals("", refuted("read-committed", cycle("", forward)));
    assertNotEquals("", refuted("read-committed", cycle("", "")));
    var later = "{'rule':'session','from':2,'to':0,'operation':-1,'other':-1}";
    assertNotEquals("", refuted("strict-serializable", cycle("", forward + "," + later)));
    var time = "{'rule':'real-time','from':2,'to':0,'operation':-1,'other':-1}";
    assertNotEquals("", refuted("strict-serializable", cycle("", forward + "," + time)));
  }

  @Test
  void refusesAnOrderThatIsNeitherAssumedNorShown() {
    var assumed = "{'rule':'ww','from':0,'to':1,'operation':-1,'other':0}";
    var back = "{'rule':'rw','from':1,'to':0,'operation':3,'other':-1}";
    assertNotEquals("", refuted("serializable", cycle("'0<1'", assumed + "," + back)));
  }

  @Test
  void refusesAProofThatLeavesSomethingOpen() {
    assertNotEquals("", refuted("serializable", cycle("'0<1'", SKEW)));
    var step = "{'not':[],'counts':[],'premises':[0]}";
    assertNotEquals("", refuted("serializable", cycle("'0<1'", SKEW), step));
    assertEquals("", refuted("serializable", cycle("'0<1'", SKEW), cycle("'1<0'", SKEW), both()));
    assertNotEquals("", refuted("serializable", "{'not':[],'counts':[],'premises':[]}"));
    assertNotEquals("", refuted("serializable"));
  }

  private static String both() {
    return "{'not':[],'counts':[],'premises':[0,1]}";
  }

  @Test
  void refusesAReadThatHasAnExplanation() {
    assertNotEquals("", refuted("read-committed", "{'not':[],'counts':[],'read':6}"));
    assertNotEquals("", refuted("read-committed", "{'not':['r6=1'],'counts':[],'read':6}"));
  }

  @Test
  void refusesToCountWhoNeverCommitted() {
    var history =
        new HistoryBuilder()
            .begin("t1", 1, 0)
            .write("x", 1)
            .unknown()
            .begin("t2", 2, 0)
            .read("x", 2)
            .commit(9)
            .build();
    var counts = "{'not':[],'counts':[[1,0]],'read':1}";
    var certificate =
        "{'internalReads':true,'levels':{'read-committed':{'violated':0}},'refutations':[["
            + counts
            + "]]}";
    assertNotEquals(
        "", Verifier.verify(history, certificate.replace('\'', '"')).get("read-committed"));
    var honest = certificate.replace("[1,0]", "").replace('\'', '"');
    assertEquals("", Verifier.verify(history, honest).get("read-committed"));
  }

  /// Small enough to be read by who has to trust it.
  @Test
  void isShort() throws IOException {
    var folder = Path.of("src/main/java/meridian/checker/verifier");
    long lines = 0;
    try (var files = Files.list(folder)) {
      for (var file : files.toList()) {
        lines +=
            Files.readAllLines(file).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("//"))
                .filter(line -> !line.startsWith("import") && !line.startsWith("package"))
                .count();
      }
    }
    assertTrue(lines <= 500, lines + " lines");
  }
}
