package meridian.checker.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import meridian.checker.Checker;
import meridian.checker.History;
import meridian.checker.HistoryBuilder;
import meridian.checker.format.Json;
import org.junit.jupiter.api.Test;

/// A verifier that accepts everything would pass all other tests: here are the lies it must refuse.
class VerifierTest {
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

  private static String certificate() {
    return Json.text(Certificate.of(Checker.check(writeSkew())));
  }

  private static void refuses(String level, String certificate) {
    assertNotEquals("", Verifier.verify(writeSkew(), certificate).get(level));
  }

  private static String claim(String level, String claim) {
    return "{\"internalReads\":true,\"levels\":{\"" + level + "\":" + claim + "}}";
  }

  @Test
  void acceptsWhatTheCheckerSays() {
    var verified = Verifier.verify(writeSkew(), certificate());
    assertEquals(11, verified.size());
    assertEquals(java.util.Set.of(""), java.util.Set.copyOf(verified.values()));
  }

  @Test
  void refusesAnExecutionThatFailsTheTest() {
    refuses(
        "serializable",
        claim("serializable", "{\"holds\":{\"order\":[0,1,2],\"snapshot\":[],\"writers\":{}}}"));
    refuses(
        "snapshot",
        claim("snapshot", "{\"holds\":{\"order\":[0,1,2],\"snapshot\":[0,1,2],\"writers\":{}}}"));
  }

  @Test
  void refusesAnExecutionThatLeavesACommittedTransactionOut() {
    refuses(
        "snapshot",
        claim("snapshot", "{\"holds\":{\"order\":[0,1],\"snapshot\":[0,0],\"writers\":{}}}"));
    refuses(
        "snapshot",
        claim(
            "snapshot", "{\"holds\":{\"order\":[0,0,1,2],\"snapshot\":[0,0,0,2],\"writers\":{}}}"));
  }

  @Test
  void refusesACycleThatTheLevelAllows() {
    var cycle = certificate();
    int from = cycle.indexOf("\"serializable\":") + "\"serializable\":".length();
    var skew = cycle.substring(from, cycle.indexOf(",\"session-serializable\""));
    assertEquals("", Verifier.verify(writeSkew(), claim("serializable", skew)).get("serializable"));
    refuses("snapshot", claim("snapshot", skew));
    refuses("parallel-snapshot", claim("parallel-snapshot", skew));
    refuses("read-committed", claim("read-committed", skew));
  }

  @Test
  void refusesEdgesThatTheHistoryDoesNotShow() {
    var forward = "{\"rule\":\"wr\",\"from\":0,\"to\":2,\"key\":0,\"operation\":6,\"path\":[]}";
    var back = "{\"rule\":\"wr\",\"from\":2,\"to\":0,\"key\":0,\"operation\":0,\"path\":[]}";
    refuses(
        "read-committed",
        claim("read-committed", "{\"violated\":{\"cycle\":[" + forward + "," + back + "]}}"));
    refuses(
        "read-committed", claim("read-committed", "{\"violated\":{\"cycle\":[" + forward + "]}}"));
    refuses("read-committed", claim("read-committed", "{\"violated\":{\"cycle\":[]}}"));
  }

  @Test
  void refusesAReadThatHasAnExplanation() {
    refuses(
        "read-committed",
        claim("read-committed", "{\"violated\":{\"read\":{\"operation\":6,\"other\":-1}}}"));
  }

  @Test
  void refusesCasesThatAreNotAllThereAre() {
    refuses("snapshot", claim("snapshot", "{\"violated\":{\"cases\":[],\"steps\":[[]]}}"));
  }

  @Test
  void refusesALevelThatIsNotWeaker() {
    var skew = "{\"violated\":{\"weaker\":\"serializable\"}}";
    refuses(
        "snapshot",
        certificate().replaceFirst("\"snapshot\":\\{", "\"snapshot\":" + skew + ",\"x\":{"));
    var strict = claim("strict-serializable", "{\"violated\":{\"weaker\":\"causal\"}}");
    refuses("strict-serializable", strict);
  }
}
