package meridian.checker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import meridian.checker.Level;
import meridian.checker.format.Json;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CheckCommandTest {
  @TempDir private Path folder = Path.of("");

  private final StringWriter out = new StringWriter();
  private String skew = "";

  @BeforeEach
  void writeAHistoryWithWriteSkew() throws IOException {
    skew =
        write(
            "skew",
            """
            {:type :invoke, :process 0, :f :txn, :value [[:r :x nil] [:append :y 1]]}
            {:type :invoke, :process 1, :f :txn, :value [[:r :y nil] [:append :x 1]]}
            {:type :ok, :process 0, :f :txn, :value [[:r :x []] [:append :y 1]]}
            {:type :ok, :process 1, :f :txn, :value [[:r :y []] [:append :x 1]]}
            """);
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private int check(String... arguments) {
    return run(new CheckCommand(), arguments);
  }

  private int run(Object command, String... arguments) {
    return new CommandLine(command)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(out))
        .execute(arguments);
  }

  @Test
  void exitCodesTellWhatIsTheMatter() throws IOException {
    assertEquals(0, check("--level", "snapshot", skew));
    assertEquals(1, check("--level", "serializable", skew));
    assertEquals(1, check(skew));
    assertEquals(0, check("--expect", "si", skew));
    assertEquals(3, check(write("bad", "what is this")));
    assertEquals(3, check(folder.resolve("missing").toString()));
    assertEquals(64, check("--level", "nonsense", skew));
    assertEquals(64, check());
  }

  @Test
  void jsonNamesAllElevenLevels() {
    check("--format", "json", skew);
    var json = members(Json.parse(withoutSeconds()));
    var levels = members(json.getOrDefault("levels", Map.of()));
    assertEquals(
        Level.weakestFirst().stream().map(Level::label).toList(), List.copyOf(levels.keySet()));
    assertEquals("violated", levels.get("serializable"));
    assertEquals(List.of("strong-snapshot"), json.get("strongest"));
  }

  @Test
  void tellsWhetherEachTransactionGotWhatItAskedFor() throws IOException {
    var text =
        """
        {"session":1,"outcome":"committed","level":"LEVEL","ops":[["read","x",null],["read","y",null],["write","x",1]]}
        {"session":2,"outcome":"committed","level":"serializable","ops":[["read","x",null],["read","y",null],["write","y",1]]}
        """;
    var got = write("got", text.replace("LEVEL", "snapshot-isolation"));
    var denied = write("denied", text.replace("LEVEL", "serializable"));
    assertEquals(0, check("--expect", "asked", "--format", "json", got));
    assertEquals("holds", members(Json.parse(withoutSeconds())).get("asked"));
    assertEquals(1, check("--level", "asked", denied));
    assertTrue(out.toString().contains("what each transaction asked for was not given"));
    assertEquals(2, check("--expect", "asked", skew));
    assertEquals(3, check(write("none", text.replace("LEVEL", "highest"))));
    assertTrue(out.toString().contains("expected the name of a level"), out.toString());
    assertTrue(out.toString().contains("none: line 1, column "), out.toString());
    var certificate = folder.resolve("certificate").toString();
    check("--certificate", certificate, denied);
    assertEquals(0, run(new VerifyCertificateCommand(), denied, certificate));
    assertTrue(out.toString().contains("asked: proved"), out.toString());
  }

  private String withoutSeconds() {
    return out.toString().replaceAll("\"seconds\":[0-9.E-]+", "\"seconds\":1");
  }

  private static Map<String, Object> members(Object value) {
    var members = new LinkedHashMap<String, Object>();
    ((Map<?, ?>) value).forEach((name, member) -> members.put((String) name, member));
    return members;
  }

  @Test
  void itsCertificatesAreVerified() {
    var certificate = folder.resolve("certificate").toString();
    check("--certificate", certificate, skew);
    assertEquals(0, run(new VerifyCertificateCommand(), skew, certificate));
    assertTrue(out.toString().contains("serializable: proved"), out.toString());
  }

  @Test
  void aCertificateOfAnotherHistoryIsRefuted() throws IOException {
    var certificate = folder.resolve("certificate").toString();
    check("--certificate", certificate, skew);
    var other = write("other", "[{:type :ok, :process 0, :f :txn, :value [[:append :x 1]]}]");
    assertEquals(1, run(new VerifyCertificateCommand(), other, certificate));
  }

  @Test
  void theSecondOpinionAgrees() {
    assertEquals(0, check("--expect", "snapshot", "--second-opinion", skew));
    assertTrue(out.toString().contains("second opinion: agrees"), out.toString());
  }

  @Test
  void theReportIsOnePageThatNeedsNothingElse() throws IOException {
    var page = folder.resolve("page.html");
    check("--report", page.toString(), skew);
    var html = Files.readString(page);
    assertTrue(html.contains("write skew (G2-item)"), html);
    assertTrue(!html.contains("http") && !html.contains("src="), html);
  }

  @Test
  void theSelfTestFindsEveryAnomaly() {
    assertEquals(0, check("--self-test"), out::toString);
  }

  @Test
  void generatedHistoriesAreWhatTheyAreSaidToBe() throws IOException {
    for (var expected :
        Map.of(
                "list-append", "strict-serializable",
                "list-append-si", "strong-snapshot",
                "registers", "strict-serializable",
                "registers-si", "strong-snapshot",
                "shuffled", "strict-serializable",
                "shuffled-si", "session-snapshot",
                "shuffled-psi", "parallel-snapshot",
                "shuffled-lost", "causal")
            .entrySet()) {
      out.getBuffer().setLength(0);
      check("--generate", expected.getKey(), "--txns", "300", "--keys", "60");
      var file = write(expected.getKey(), out.toString());
      assertEquals(0, check("--expect", expected.getValue(), file), expected.getKey());
    }
  }
}
