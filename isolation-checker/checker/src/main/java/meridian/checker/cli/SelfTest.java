package meridian.checker.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import meridian.checker.Anomaly;
import meridian.checker.Checker;
import meridian.checker.Level;
import meridian.checker.Options;
import meridian.checker.certificate.Certificate;
import meridian.checker.format.Json;
import meridian.checker.format.Recording;
import meridian.checker.generate.Generator;
import meridian.checker.generate.Kind;
import meridian.checker.verifier.Verifier;

/// Injects each anomaly into a valid history and shows that exactly the right levels fall, and that
/// the verifier, who knows nothing of the search, accepts every proof.
final class SelfTest {
  private SelfTest() {}

  /// @param lines transactions of sessions that the valid history does not have
  private record Injection(String anomaly, List<Level> strongest, List<String> lines) {}

  private static final List<Injection> INJECTIONS =
      List.of(
          new Injection("nothing", List.of(Level.STRICT_SERIALIZABLE), List.of()),
          new Injection(
              "aborted read",
              List.of(Level.READ_UNCOMMITTED),
              List.of(line(91, 0, "aborted", "w x 1"), line(92, 0, "committed", "r x 1"))),
          new Injection(
              "intermediate read",
              List.of(Level.READ_UNCOMMITTED),
              List.of(line(91, 0, "committed", "w x 1 w x 2"), line(92, 0, "committed", "r x 1"))),
          new Injection(
              "circular information flow",
              List.of(Level.READ_UNCOMMITTED),
              List.of(
                  line(91, 0, "committed", "w x 1 r y 2"),
                  line(92, 0, "committed", "w y 2 r x 1"))),
          new Injection(
              "fractured read",
              List.of(Level.READ_COMMITTED),
              List.of(
                  line(91, 0, "committed", "w x 1 w y 1"),
                  line(92, 0, "committed", "r x 1 r y null"))),
          new Injection(
              "lost update",
              List.of(Level.CAUSAL),
              List.of(
                  line(91, 0, "committed", "r x null w x 1"),
                  line(92, 0, "committed", "r x null w x 2"))),
          new Injection(
              "long fork",
              List.of(Level.CAUSAL, Level.PARALLEL_SNAPSHOT),
              List.of(
                  line(91, 0, "committed", "w x 1"),
                  line(92, 0, "committed", "w y 1"),
                  line(93, 0, "committed", "r x 1 r y null"),
                  line(94, 0, "committed", "r x null r y 1"))),
          new Injection(
              "missed cause",
              List.of(Level.SERIALIZABLE),
              List.of(line(91, 0, "committed", "w x 1"), line(91, 10, "committed", "r x null"))),
          new Injection(
              "write skew",
              List.of(Level.STRONG_SNAPSHOT),
              List.of(
                  line(91, 0, "committed", "r x null r y null w x 1"),
                  line(92, 0, "committed", "r x null r y null w y 1"))),
          new Injection(
              "stale read",
              List.of(Level.SESSION_SERIALIZABLE),
              List.of(line(91, 0, "committed", "w x 1"), line(92, 10, "committed", "r x null"))));

  private static String line(int session, int time, String outcome, String operations) {
    var words = operations.split(" ", -1);
    var ops = new StringBuilder();
    for (int i = 0; i < words.length; i += 3) {
      ops.append(i == 0 ? "" : ",")
          .append("[\"")
          .append(words[i].equals("w") ? "write" : "read")
          .append("\",\"self-test ")
          .append(words[i + 1])
          .append("\",")
          .append(words[i + 2])
          .append(']');
    }
    return String.format(
        "{\"session\":%d,\"invoke\":%d,\"complete\":%d,\"outcome\":\"%s\",\"ops\":[%s]}%n",
        session, time, time + 5, outcome, ops);
  }

  static int run(PrintWriter out) throws IOException {
    var valid = new StringBuilder();
    Generator.generate(Generator.Settings.of(Kind.REGISTERS, 500, 1), valid);
    boolean all = true;
    for (var injection : INJECTIONS) {
      var text = valid + String.join("", injection.lines());
      var history = Recording.of(text.getBytes(StandardCharsets.UTF_8)).history();
      var report = Checker.check(history, Options.all());
      var proofs = Verifier.verify(history, Json.text(Certificate.of(report)));
      boolean proved = proofs.size() == 11 && proofs.values().stream().allMatch(String::isEmpty);
      boolean right = proved && report.strongest().equals(injection.strongest());
      var found =
          report.weakestViolated().stream()
              .flatMap(level -> Anomaly.of(report, level).stream())
              .distinct()
              .toList();
      out.printf(
          "%-26s %s; leaves %s; found %s%s%n",
          injection.anomaly(),
          right ? "ok" : "FAILED",
          report.strongest().stream().map(Level::label).toList(),
          found,
          proved ? "; proved" : "; NOT PROVED: " + proofs);
      all &= right;
    }
    out.flush();
    return all ? Exit.HOLDS : Exit.VIOLATED;
  }
}
