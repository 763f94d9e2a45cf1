package meridian.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import meridian.client.fake.FakeServer;
import meridian.client.fake.FakeStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ShellCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void runsCommandsFromItsArgumentsAndRecordsThem(@TempDir Path folder) throws IOException {
    Path history = folder.resolve("history.jsonl");
    try (var server = new FakeServer(new FakeStore(10), "oregon", 0)) {
      String address = "127.0.0.1:" + server.port();
      assertEquals(
          Exit.OK,
          run(
              "-c",
              address,
              "-e",
              "put a 1; get a",
              "-e",
              "get b",
              "--record",
              history.toString()));
      assertTrue(out.toString().contains("(no value)"), out.toString());
      assertEquals(3, Files.readAllLines(history).size());

      assertEquals(Exit.USAGE, run("-c", address, "-e", "nonsense", "-e", "put c 1"));
      assertEquals(Exit.FAILED, run("-c", address, "-e", "put a text; add a 1"));
      assertEquals(Exit.OK, run("-c", address, "-o", "csv", "-e", "get c"));
    }
  }

  @Test
  void saysThatNobodyAnswers() {
    int port;
    try (var server = new FakeServer(new FakeStore(10), "oregon", 0)) {
      port = server.port();
    }
    assertEquals(Exit.UNAVAILABLE, run("-c", "127.0.0.1:" + port, "--timeout", "1", "-e", "get a"));
    assertTrue(err.toString().contains("no coordinator answered"), err.toString());
  }

  @Test
  void refusesACallThatMakesNoSense() {
    assertEquals(Exit.USAGE, run("--connect", "nowhere", "-e", "get a"));
    assertEquals(Exit.USAGE, run("-c", "h:1", "--format", "xml"));
    assertEquals(Exit.USAGE, run("-c", "h:1", "--no-such-option"));
    assertTrue(err.toString().contains("HOST:PORT"), err.toString());
  }

  @Test
  void documentsItsExitCodes() {
    assertEquals(Exit.OK, run("--help"));
    assertTrue(out.toString().contains("69   no coordinator could be reached"), out.toString());
    assertTrue(out.toString().contains("meridian shell --connect"), out.toString());
  }

  private int run(String... arguments) {
    return new CommandLine(new ShellCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
