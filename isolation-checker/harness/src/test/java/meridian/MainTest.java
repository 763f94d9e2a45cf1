package meridian;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import meridian.client.Version;
import org.junit.jupiter.api.Test;

class MainTest {
  private final StringWriter out = new StringWriter();

  @Test
  void printsItsVersion() {
    assertEquals(0, run("--version"));
    assertEquals("meridian " + Version.CURRENT, out.toString().strip());
  }

  @Test
  void refusesACallThatMakesNoSense() {
    assertEquals(64, run());
    assertEquals(64, run("--no-such-option"));
    assertEquals(64, run("no-such-command"));
  }

  private int run(String... args) {
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(new StringWriter()))
        .execute(args);
  }
}
