package meridian.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import meridian.client.Database;
import meridian.client.Meridian;
import meridian.client.Options;
import meridian.client.fake.InMemoryTransport;
import meridian.txn.ClientMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShellTest {
  private final InMemoryTransport transport = InMemoryTransport.ofTwoRegions();
  private final Database database =
      Meridian.connect(transport, Options.defaults().withTimeout(Duration.ofMillis(400)));
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Shell shell = shell(Format.TABLE, ClusterCommands.NONE);

  @AfterEach
  void close() {
    shell.close();
    database.close();
  }

  @Test
  void writesAndReads() {
    assertPrints("ok", "put a 1");
    assertPrints("1", "get a");
    assertPrints("(no value)", "get b");
    assertPrints("6", "add a 5");
    assertPrints("set", "cas b nil x");
    assertPrints("not set: it holds x", "cas b nil y");
    assertPrints("ok", "batch put c 1, add a 1, delete b");
    assertPrints("7", "get a nearest");
    assertPrints("0xff00", "put raw 0xff00; get raw");
    assertPrints("\"0xff00\"", "put raw '0xff00'; get raw");
    assertPrints("set", "cas c 1 nil");
    assertPrints("(no value)", "get c");
  }

  @Test
  void showsRowsInColumns() {
    shell.run("batch put a 1, put bb 22, put n 'two\nlines'; \\timing off", "", false);
    out.getBuffer().setLength(0);
    shell.run("scan a z", "", false);

    List<String> lines =
        out.toString().lines().map(line -> line.replaceAll("\\d+\\.\\d+$", "TS")).toList();
    assertEquals("key  value       version", lines.get(0));
    assertEquals("a    1           TS", lines.get(1));
    assertEquals("bb   22          TS", lines.get(2));
    assertEquals("n    two\\nlines  TS", lines.get(3));
    assertEquals("(3 rows)", lines.get(4));
  }

  @Test
  void saysAfterEachTransactionWhatItCost() {
    shell.run("batch put a 1, put z 1", "", false);
    assertTrue(
        out.toString()
            .matches(
                "ok\ncommitted at \\d+\\.\\d+; 1 attempt; shards s1,s2 via oregon; [\\d.]+ ms\n"),
        out.toString());
    out.getBuffer().setLength(0);
    shell.run("get a", "", false);
    assertTrue(
        out.toString().contains("read, strictly serializable; 1 attempt; shards s1"),
        out.toString());
    out.getBuffer().setLength(0);
    shell.run("get a nearest", "", false);
    assertTrue(out.toString().contains("as the nearest replica has it"), out.toString());
    out.getBuffer().setLength(0);
    shell.run("begin; get a; add z 1", "", false);
    assertFalse(out.toString().contains("committed at"), out.toString());
    shell.run("commit", "", false);
    assertTrue(out.toString().contains("committed at"), out.toString());
  }

  @Test
  void carriesOutATransactionOverSeveralCommands() {
    assertEquals(Interpreter.State.NONE, shell.state());
    assertEquals(Exit.OK, shell.run("begin; put a 1; put z 2; get a", "", false));
    assertEquals(Interpreter.State.OPEN, shell.state());
    assertTrue(database.get(meridian.model.Key.utf8("a")).isEmpty());
    assertEquals(Exit.OK, shell.run("commit", "", false));
    assertPrints("2", "get z");

    shell.run("begin; delete a; rollback", "", false);
    assertPrints("1", "get a");
    assertFails(Exit.FAILED, "no transaction is open", "commit");
    assertFails(Exit.FAILED, "open already", "begin; begin");
    assertFails(Exit.FAILED, "outside of a transaction", "get a nearest");
  }

  @Test
  void endsWithTheCodeForAConflictAndNamesTheKey() {
    shell.run("put a 1; begin; get a; put z 1", "", false);
    database.put(meridian.model.Key.utf8("a"), meridian.model.Value.utf8("2"));

    assertFails(Exit.ABORTED, "READ_CONFLICT at key a", "commit");
    assertEquals(Interpreter.State.NONE, shell.state());
    assertPrints("(no value)", "get z");
  }

  @Test
  void endsWithTheCodeForAnUnknownOutcomeAndFindsOut() {
    transport.lose(0, request -> false, reply -> reply instanceof ClientMessage.Ended);
    transport.lose(1, request -> false, reply -> reply instanceof ClientMessage.Ended);
    assertFails(Exit.UNKNOWN, "ask again with: outcome ", "put a 1");
    String message = err.toString();
    String ask = message.substring(message.indexOf("outcome "), message.length() - 1);

    transport.lose(0, request -> false, reply -> false);
    out.getBuffer().setLength(0);
    assertEquals(Exit.OK, shell.run(ask, "", false), err.toString());
    assertTrue(out.toString().contains("committed"), out.toString());
  }

  @Test
  void letsNothingMoreHappenInATransactionThatFailed() {
    shell.run("begin; put a 1", "", false);
    transport.kill(0);
    transport.kill(1);
    // A begun transaction has a minute; what it lacks here is only somebody to ask, so that it
    // stays open.
    assertEquals(Interpreter.State.OPEN, shell.state());
    assertEquals(Exit.OK, shell.run("rollback", "", false));
  }

  @Test
  void refusesWhatIsBeyondALimitAndKeepsTheTransaction() {
    shell.run("begin; put a 1", "", false);
    assertFails(Exit.FAILED, "the limit is 4096", "put " + "k".repeat(5_000) + " 1");
    assertEquals(Exit.OK, shell.run("commit", "", false));
  }

  @Test
  void stopsAtTheFirstErrorUnlessToldToGoOn() throws IOException {
    String script = "put a 1\nnonsense\nput b 1\n";
    assertEquals(Exit.USAGE, script(script, false));
    assertTrue(err.toString().contains("line 2: there is no command 'nonsense'"), err.toString());
    assertPrints("(no value)", "get b");

    assertEquals(Exit.USAGE, script(script, true));
    assertPrints("1", "get b");
  }

  @Test
  void readsAScriptWhoseQuotesSpanLines() throws IOException {
    assertEquals(Exit.OK, script("put a 'two\nlines'\n# done\n", false));
    assertPrints("two\nlines", "get a");
    assertEquals(Exit.USAGE, script("put a 'open\n", false));
  }

  @Test
  void leavesWhereItIsToldTo() throws IOException {
    assertEquals(Exit.OK, script("put a 1\n\\q\nput a 2\n", false));
    assertTrue(shell.isOver());
    assertPrintsAfterwards("1", "get a");
  }

  @Test
  void rollsBackWhatIsOpenAtTheEnd() throws IOException {
    script("begin\nput a 1\n", false);
    shell.close();
    shell = shell(Format.TABLE, ClusterCommands.NONE);
    assertPrints("(no value)", "get a");
  }

  @Test
  void printsOneObjectOfJsonForEachCommand() {
    shell = shell(Format.JSON, ClusterCommands.NONE);
    shell.run("put a '\"1\"'; get a; \\timing off; get none; scan; begin", "", false);
    shell.run("nonsense", "", false);

    List<String> lines =
        out.toString()
            .lines()
            .map(line -> line.replaceAll("\"version\":\"[\\d.]+\"", "\"version\":V"))
            .toList();
    assertTrue(
        lines
            .get(0)
            .matches(
                "\\{\"command\":\"put\",\"message\":\"ok\",\"transaction\":\\{\"id\":\"[^\"]+\","
                    + "\"committed\":\"[\\d.]+\",\"attempts\":1,\"shards\":\\[1],\"regions\":\\[\"oregon\"],"
                    + "\"millis\":[\\d.E-]+}}"),
        lines.get(0));
    String row = "{\"key\":\"a\",\"value\":\"\\\"1\\\"\",\"version\":V}";
    assertTrue(
        lines.get(1).startsWith("{\"command\":\"get\",\"rows\":[" + row + "],"), lines.get(1));
    assertEquals("{\"command\":\"get\",\"rows\":[]}", lines.get(3));
    assertEquals("{\"command\":\"scan\",\"rows\":[" + row + "]}", lines.get(4));
    assertEquals(
        "{\"error\":{\"kind\":\"usage\",\"message\":\"there is no command 'nonsense'; see"
            + " \\\\help\"}}",
        lines.getLast());
    assertEquals("", err.toString());
  }

  @Test
  void printsCsvThatAnybodyCanRead() {
    shell = shell(Format.CSV, ClusterCommands.NONE);
    shell.run("put a 'x,\"y\"'; put b ''; get a; get b", "", false);

    List<String> lines = out.toString().lines().toList();
    assertEquals("key,value,version", lines.get(0));
    assertTrue(lines.get(1).startsWith("a,\"x,\"\"y\"\"\","), lines.get(1));
    assertTrue(lines.get(3).startsWith("b,\"\","), lines.get(3));
    assertEquals(4, lines.size(), "what has no rows prints nothing");
  }

  @Test
  void helpsWithExamples() {
    assertPrints("scan [LOW [HIGH]]", "\\help");
    assertPrints("cas lock nil me", "\\help cas");
    assertPrints("cas lock nil me", "help cas");
    assertPrints("\\timing [on|off]", "\\help timing");
    assertFails(Exit.USAGE, "no command 'xyz'", "\\help xyz");
  }

  @Test
  void runsTheCommandsOfTheClusterAroundIt() {
    shell = shell(Format.TABLE, new OneNode());
    assertPrints("stopped us-1", "\\kill us-1");
    assertPrints("\\kill NODE", "\\help");
    assertPrints("stops a node", "\\help kill");
    assertFails(Exit.FAILED, "there is no node 'x'; there is: us-1", "\\kill x");

    var completer = new ShellCompleter(new OneNode());
    assertTrue(completer.choices(List.of()).toList().containsAll(List.of("put", "\\kill", "\\q")));
    assertEquals(List.of("us-1"), completer.choices(List.of("\\kill")).toList());
    assertTrue(completer.choices(List.of("scan")).toList().contains("limit"));
  }

  private static final class OneNode implements ClusterCommands {
    @Override
    public List<Command> commands() {
      return List.of(new Command("\\kill", "\\kill NODE", "stops a node at once"));
    }

    @Override
    public Table run(String name, List<String> arguments) {
      if (!arguments.equals(List.of("us-1"))) {
        throw new ShellError(
            Exit.FAILED, "there is no node '" + arguments.getFirst() + "'; there is: us-1");
      }
      return Table.line("stopped us-1");
    }

    @Override
    public List<String> choices(String name, List<String> argumentsSoFar) {
      return List.of("us-1");
    }
  }

  private Shell shell(Format format, ClusterCommands cluster) {
    return new Shell(
        database,
        cluster,
        format,
        new Style(false),
        new PrintWriter(out, true),
        new PrintWriter(err, true));
  }

  private int script(String text, boolean keepsGoing) throws IOException {
    return shell.runScript(new BufferedReader(new StringReader(text)), keepsGoing);
  }

  private void assertPrints(String expected, String commands) {
    out.getBuffer().setLength(0);
    assertEquals(Exit.OK, shell.run(commands, "", false), err.toString());
    assertTrue(out.toString().contains(expected), out.toString());
  }

  private void assertPrintsAfterwards(String expected, String commands) {
    shell = shell(Format.TABLE, ClusterCommands.NONE);
    assertPrints(expected, commands);
  }

  private void assertFails(int code, String part, String commands) {
    err.getBuffer().setLength(0);
    assertEquals(code, shell.run(commands, "", false), out.toString());
    assertTrue(err.toString().contains(part), err.toString());
  }
}
