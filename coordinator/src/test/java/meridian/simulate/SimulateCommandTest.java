package meridian.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SimulateCommandTest {
  private static final int USAGE = 64;

  private final StringWriter said = new StringWriter();
  private final CommandLine command =
      new CommandLine(new SimulateCommand())
          .setOut(new PrintWriter(said))
          .setErr(new PrintWriter(said));

  /// Whatever would end well for having run nothing.
  @ParameterizedTest
  @CsvSource({
    "--minutes=0, --minutes is 0: use 1 to",
    "--threads=0, --threads is 0: use 1 to 64",
    "--nodes=2, --nodes is 2: use 3 to 9",
    "--seeds=5..1, with A not above B: 5..1",
    "--seeds=5, with A not above B: 5",
    "--seed=x, is not a long",
    "--workload=nope, no workload is called nope: use one of",
  })
  void anOptionThatIsWrongIsNamedAndNothingIsRun(String option, String complaint) {
    assertEquals(USAGE, command.execute(option), said::toString);
    assertTrue(said.toString().contains(complaint), said::toString);
  }

  @Test
  void aSeedIsAnnouncedAndSummedUp() {
    assertEquals(0, command.execute("--seed", "3", "--workload", "bank"), said::toString);
    String text = said.toString();
    assertTrue(text.startsWith("seed 3\n"), text);
    for (String part :
        new String[] {
          " s simulated", " messages", " commits", " aborts", " unknown", " elections", "faults: "
        }) {
      assertTrue(text.contains(part), () -> part + " in " + text);
    }
    assertTrue(text.matches("(?s).*\\ntrace: [0-9a-f]+\\n"), text);
  }
}
