package meridian.harness.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import meridian.checker.Checker;
import meridian.checker.History;
import meridian.checker.Level;
import meridian.checker.Outcome;
import meridian.checker.format.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Jepsen's format says the same as ours.
class JepsenExportTest {
  private static final String LISTS =
      """
      {"session":0,"txn":"a","invoke":1,"complete":4,"outcome":"committed","level":"x",\
      "ops":[["append","k",1],["read","k",[1]],["write","r",7]]}
      {"session":1,"txn":"b","invoke":2,"complete":null,"outcome":"unknown","level":"x",\
      "ops":[["append","k",2]]}
      {"session":2,"txn":"c","invoke":3,"complete":5,"outcome":"aborted","level":"x",\
      "ops":[["append","k",3],["read","k",[1,3]]]}
      {"session":0,"txn":"d","invoke":4,"complete":9,"outcome":"committed","level":"x",\
      "ops":[["read","k",[1,2]],["read","other",[]],["read","r",7],["read","s",null]]}
      """;

  @TempDir private Path folder;

  private Path export(String recording) throws Exception {
    Path file = folder.resolve("history.jsonl");
    Files.writeString(file, recording);
    JepsenExport.write(file, folder);
    return folder.resolve("history.edn");
  }

  @Test
  void listsAndRegistersGoToHistoriesOfTheirOwn() throws Exception {
    List<String> lines = Files.readAllLines(export(LISTS));
    assertEquals(
        "{:index 0, :type :invoke, :process 0, :time 0, :f :txn,"
            + " :value [[:append \"k\" 1] [:r \"k\" nil]]}",
        lines.getFirst());
    assertEquals(8, lines.size());
    List<String> registers = Files.readAllLines(folder.resolve("history-registers.edn"));
    assertEquals(4, registers.size());
    assertTrue(registers.getLast().contains(":ok") && registers.getLast().contains("[:r \"r\" 7]"));
  }

  @Test
  void theSameTimeIsConcurrentAndNoProcessDoesTwoThingsAtOnce() throws Exception {
    List<String> lines = Files.readAllLines(export(LISTS));
    // d begins at the microsecond at which a, of the same session, ends.
    assertTrue(lines.get(3).contains(":invoke, :process 3"), lines.get(3));
    assertTrue(lines.get(4).contains(":ok, :process 0"), lines.get(4));
    assertTrue(lines.getLast().contains(":info, :process 1"), lines.getLast());
  }

  @Test
  void itIsReadAsItWasRecorded() throws Exception {
    Recording read = Recording.read(export(LISTS));
    assertEquals("Jepsen", read.format());
    History history = read.history();
    assertEquals(4, history.transactions());
    assertEquals(
        List.of(Outcome.ABORTED, Outcome.COMMITTED, Outcome.COMMITTED, Outcome.UNKNOWN),
        java.util.stream.IntStream.range(0, 4)
            .mapToObj(history::outcome)
            .sorted(java.util.Comparator.comparing(Enum::name))
            .toList());
    assertTrue(Checker.check(history).holds(Level.STRICT_SERIALIZABLE));
  }

  @Test
  void registersAloneAreTheHistory() throws Exception {
    Path main =
        export(
            """
            {"session":0,"txn":"a","invoke":1,"complete":2,"outcome":"committed","level":"x",\
            "ops":[["write","r","7.1"]]}
            """);
    assertTrue(Files.readString(main).contains("[:w \"r\" \"7.1\"]"));
    assertFalse(Files.exists(folder.resolve("history-registers.edn")));
  }
}
