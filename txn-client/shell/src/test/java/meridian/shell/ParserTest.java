package meridian.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import meridian.client.ReadOptions;
import meridian.model.Isolation;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Timestamp;
import meridian.model.Value;
import meridian.shell.Statement.Change;
import org.junit.jupiter.api.Test;

class ParserTest {
  private static final Key A = Key.utf8("a");
  private static final Key B = Key.utf8("b");
  private static final Value ONE = Value.utf8("1");

  @Test
  void understandsEveryCommand() {
    assertEquals(new Statement.Get(A, Optional.empty()), parse("get a"));
    assertEquals(new Statement.Get(A, Optional.of(ReadOptions.NEAREST)), parse("GET a nearest"));
    assertEquals(batch("put", new Change.Put(A, ONE)), parse("put a 1"));
    assertEquals(batch("delete", new Change.Delete(A)), parse("delete a"));
    assertEquals(batch("add", new Change.Add(A, -5)), parse("add a -5"));
    assertEquals(new Statement.Cas(A, Optional.empty(), Optional.of(ONE)), parse("cas a nil 1"));
    assertEquals(
        new Statement.Cas(A, Optional.of(Value.utf8("nil")), Optional.empty()),
        parse("cas a 'nil' nil"));
    assertEquals(new Statement.Begin(Optional.empty()), parse("begin"));
    assertEquals(new Statement.Commit(), parse("commit"));
    assertEquals(new Statement.Rollback(), parse("rollback"));
    assertEquals(
        new Statement.Get(A, Optional.of(ReadOptions.stale(Duration.ofSeconds(5)))),
        parse("get a stale 5s"));
    assertEquals(
        new Statement.Get(A, Optional.of(ReadOptions.at(new Timestamp((7L << 16) + 3)))),
        parse("get a at 7.3"));
    assertEquals(new Statement.Get(A, Optional.of(ReadOptions.SESSION)), parse("get a session"));
    assertEquals(
        new Statement.Begin(Optional.of(Isolation.READ_COMMITTED)), parse("begin read-committed"));
    assertEquals(
        new Statement.UseIsolation(Optional.of(Isolation.SNAPSHOT)), parse("\\isolation SNAPSHOT"));
    assertEquals(
        new Statement.UseSnapshot(Optional.of(Duration.ofMinutes(1))), parse("\\snapshot 1m"));
    assertEquals(new Statement.UseSnapshot(Optional.empty()), parse("\\snapshot off"));
    assertEquals(new Statement.UseToken(Optional.of("s12")), parse("\\token s12"));
    assertEquals(new Statement.Timing(Optional.of(false)), parse("\\timing off"));
    assertEquals(new Statement.Timing(Optional.empty()), parse("\\timing"));
    assertEquals(new Statement.UseFormat(Format.JSON), parse("\\format json"));
    assertEquals(new Statement.Help(Optional.of("scan")), parse("\\help scan"));
    assertEquals(new Statement.Quit(), parse("\\q"));
    assertInstanceOf(Statement.Ask.class, parse("outcome 1f-2-3-0@1+2@61"));
  }

  @Test
  void takesTheWordsOfAScanInAnyOrder() {
    assertEquals(new Statement.Scan(KeyRange.ALL, 0, false, Optional.empty()), parse("scan"));
    assertEquals(new Statement.Scan(KeyRange.from(A), 0, false, Optional.empty()), parse("scan a"));
    assertEquals(
        new Statement.Scan(KeyRange.of(A, B), 3, true, Optional.of(ReadOptions.NEAREST)),
        parse("scan reverse a limit 3 b nearest"));
    assertEquals(
        new Statement.Scan(KeyRange.prefix(A), 1, false, Optional.empty()),
        parse("scan prefix a limit 1"));
    assertEquals(
        new Statement.Scan(KeyRange.from(Key.utf8("limit")), 0, false, Optional.empty()),
        parse("scan 'limit'"));
  }

  @Test
  void separatesABatchByCommas() {
    assertEquals(
        batch("batch", new Change.Put(A, ONE), new Change.Delete(B), new Change.Add(A, 2)),
        parse("batch put a 1, delete b , add a 2"));
    assertEquals(
        batch("batch", new Change.Put(A, Value.utf8("1,")), new Change.Delete(B)),
        parse("batch put a '1,', delete b"));
  }

  @Test
  void handsOnWhatTheClusterUnderstands() {
    assertEquals(
        new Statement.Cluster("\\kill", List.of("us-1")),
        Parser.parse(Lexer.commands("\\KILL us-1").getFirst(), List.of("\\kill")));
  }

  @Test
  void answersWhatItDoesNotUnderstandWithHowToSayIt() {
    assertComplaint("nonsense", "\\help");
    assertComplaint("\\kill x", "\\help");
    assertComplaint("put a", "usage: put KEY VALUE");
    assertComplaint("put a 1 2", "'2' is too much");
    assertComplaint("get", "usage: get KEY");
    assertComplaint("add a x", "a whole number");
    assertComplaint("scan a b c", "usage: scan");
    assertComplaint("scan limit 0", "1 to");
    assertComplaint("scan limit -1", "1 to");
    assertComplaint("scan a prefix b", "either a prefix or bounds");
    assertComplaint("batch get a", "cannot stand in a batch");
    assertComplaint("batch put a 1,", "something is missing");
    assertComplaint("\\format xml", "usage: \\format table|json|csv");
    assertComplaint("outcome x", "not a token");
  }

  private static Statement.Batch batch(String name, Change... changes) {
    return new Statement.Batch(name, List.of(changes));
  }

  private static Statement parse(String text) {
    return Parser.parse(Lexer.commands(text).getFirst(), List.of());
  }

  private static void assertComplaint(String text, String part) {
    var error = assertThrows(ShellError.class, () -> parse(text), text);
    assertEquals(Exit.USAGE, error.exitCode());
    assertTrue(String.valueOf(error.getMessage()).contains(part), error.getMessage());
  }
}
