package meridian.harness.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import meridian.checker.format.Recording;
import meridian.harness.cluster.Processes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// `meridian torture` as a user runs it.
@Timeout(180)
class TortureIT {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private String torture(int code, String... more) throws Exception {
    List<String> arguments = new java.util.ArrayList<>(List.of("torture", "--out", "out"));
    arguments.addAll(List.of(more));
    try (Processes processes = new Processes(folder)) {
      processes.start("torture", arguments.toArray(String[]::new));
      int ended = processes.exitCode("torture", 120);
      String said = processes.said("torture");
      assertEquals(code, ended, said);
      return said;
    }
  }

  @Test
  void serverProcessesThatAreKilledAndPausedKeepTheirPromise() throws Exception {
    String said = torture(0, "--seconds", "12", "--nemesis", "kill,pause,kill-all,partition");
    assertTrue(said.contains("strict-serializable: holds"), said);
    assertTrue(said.lines().anyMatch(line -> line.matches("[1-9]\\d* faults, .*")), said);
    Path out = folder.resolve("out");
    for (String file : List.of("verdict.json", "report.html", "workloads.json")) {
      assertTrue(Files.size(out.resolve(file)) > 0, file);
    }
    int recorded = Recording.read(out.resolve("history.jsonl")).history().transactions();
    assertTrue(recorded > 300, "only " + recorded + " transactions");
    int lists = Recording.read(out.resolve("history.edn")).history().transactions();
    int registers = Recording.read(out.resolve("history-registers.edn")).history().transactions();
    long empty;
    try (Stream<String> lines = Files.lines(out.resolve("history.jsonl"))) {
      empty = lines.filter(line -> line.contains("\"ops\":[]")).count();
    }
    assertEquals(recorded - empty, lists + registers);
  }

  @Test
  void nodesThatAreCutOffWithWrongClocksKeepTheirPromise() throws Exception {
    torture(
        0,
        "--in-process",
        "3",
        "--seconds",
        "6",
        "--nemesis",
        "partition,clock",
        "--workload",
        "list-append,bank");
  }

  @Test
  void whatMakesNoSenseIsRefusedAndWhatIsNotThereIsNamed() throws Exception {
    assertTrue(torture(64, "--workload", "chess").contains("there is no chess"));
    assertTrue(
        torture(64, "--nemesis", "clock").contains("it takes kill, kill-all, pause, partition"));
    assertTrue(torture(64, "--processes", "3", "--connect", "a:1").contains("one of"));
    assertTrue(torture(69, "--connect", "127.0.0.1:1").contains("127.0.0.1:1"));
  }
}
