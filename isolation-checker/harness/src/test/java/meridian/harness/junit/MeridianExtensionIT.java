package meridian.harness.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import meridian.client.Database;
import meridian.history.Op;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Value;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// The extension with tests whose histories are good, bad, and impossible to judge. The store is a
/// good one; the bad tests lie about what they have read.
class MeridianExtensionIT {
  private static final Key KEY = Key.utf8("key");

  /// Not found by whoever looks for tests: this class runs its methods.
  @MeridianTest(nodes = 1)
  static class Honesty {
    @Test
    void honest(Database db) {
      assertEquals(0, db.scan(KeyRange.ALL).list().size(), "left by an earlier test");
      db.put(KEY, Value.utf8("1"));
      db.put(KEY, Value.utf8("2"));
      db.put(KEY, Value.utf8("1"));
      assertEquals("1", db.get(KEY).orElseThrow().toUtf8());
    }

    @Test
    void lying(Database db) {
      db.put(KEY, Value.utf8("1"));
      db.transact(
          tx -> {
            tx.record(new Op.Read("key", Optional.of("never written")));
            return true;
          });
    }

    /// Twelve reads, each of a value that two have written, and none as the store has them.
    @Test
    void undecidable(Database db) {
      for (int i = 0; i < 12; i++) {
        Key key = Key.utf8("key" + i);
        db.put(key, Value.utf8("1"));
        db.put(key, Value.utf8("1"));
        db.put(key, Value.utf8("2"));
      }
      db.transact(
          tx -> {
            for (int i = 0; i < 12; i++) {
              tx.record(new Op.Read("key" + i, Optional.of("1")));
            }
            return true;
          });
    }
  }

  private static Map<String, TestExecutionResult> run(String... methods) {
    var request = LauncherDiscoveryRequestBuilder.request();
    for (String method : methods) {
      request.selectors(selectMethod(Honesty.class, method, Database.class.getName()));
    }
    Map<String, TestExecutionResult> results = new TreeMap<>();
    LauncherFactory.create()
        .execute(
            request.build(),
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                results.put(test.getDisplayName().replaceAll("\\(.*", ""), result);
              }
            });
    return results;
  }

  @Test
  void aTestEndsAsItsHistoryDoes() throws IOException {
    var results = run("honest", "lying", "undecidable");
    assertEquals(Status.SUCCESSFUL, results.get("honest").getStatus(), results::toString);
    assertEquals(Status.FAILED, results.get("lying").getStatus(), results::toString);
    assertEquals(Status.ABORTED, results.get("undecidable").getStatus(), results::toString);

    String why = results.get("lying").getThrowable().orElseThrow().getMessage();
    assertTrue(why.contains("never written") && why.contains("strict-serializable"), why);
    Path kept = Path.of(why.replaceAll("(?s).* (/\\S+\\.jsonl).*", "$1"));
    assertTrue(Files.readString(kept).contains("never written"), why);
    Shared.delete(kept.getParent());
  }
}
