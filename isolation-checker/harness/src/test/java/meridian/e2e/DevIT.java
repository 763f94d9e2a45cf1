package meridian.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import meridian.harness.cluster.Processes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// The cluster that `meridian dev` starts, as a newcomer uses it.
@Timeout(120)
class DevIT {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  /// A transaction over all shards outlives each node in turn, and a restart of everything.
  @Test
  void whatCommittedSurvivesTheLossOfAnyNodeAndARestartOfAll() throws Exception {
    List<String> script = new ArrayList<>();
    script.add("\\timing off; begin; put a 1; put j 2; put p 3; put z 4; commit");
    for (String node : List.of("n1", "n2", "n3")) {
      script.add("\\kill " + node);
      script.add("batch add a 1, add j 1, add p 1, add z 1");
      script.add("\\restart " + node);
    }
    script.add("scan");
    String expected = "a,4\nj,5\np,6\nz,7\n";
    try (Processes processes = new Processes(folder)) {
      processes.startWithInput("first", script, "dev", "--data", "data", "--format", "csv");
      assertEquals(0, processes.exitCode("first"), processes.said("first"));
      assertTrue(rows(processes.said("first")).contains(expected), processes.said("first"));

      processes.start(
          "again", "dev", "--data", "data", "--format", "csv", "-e", "\\timing off; scan");
      assertEquals(0, processes.exitCode("again"), processes.said("again"));
      assertTrue(rows(processes.said("again")).contains(expected), processes.said("again"));
    }
  }

  /// Without the versions.
  private static String rows(String said) {
    return said.replaceAll("(?m)^(\\w,\\d+),[0-9.]+$", "$1");
  }

  @Test
  void aPartitionedLeaderIsReplacedAndTheShellSaysWhoLeads() throws Exception {
    List<String> script =
        List.of(
            "put a 1",
            "\\partition oregon belgium",
            "\\partition oregon taiwan",
            "add a 1",
            "\\heal",
            "add a 1",
            "\\shards",
            "\\regions",
            "\\nodes",
            "get a");
    try (Processes processes = new Processes(folder)) {
      processes.startWithInput("dev", script, "dev", "--ephemeral", "--format", "csv");
      assertEquals(0, processes.exitCode("dev"), processes.said("dev"));
      String said = processes.said("dev");
      assertTrue(said.contains("a,2\n") && said.contains("a,3\n"), said);
      String leader = said.lines().filter(line -> line.startsWith("s1,")).toList().getFirst();
      assertFalse(leader.matches(".*,n1,[0-9]+\\.n1,.*"), leader);
      // A busy machine adds to what is measured.
      assertTrue(said.matches("(?s).*oregon,belgium,136\\.0 ms,1[3-9]\\d\\.\\d ms.*"), said);
    }
  }
}
