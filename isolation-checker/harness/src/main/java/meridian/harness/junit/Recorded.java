package meridian.harness.junit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import meridian.checker.Checker;
import meridian.checker.Level;
import meridian.checker.Report;
import meridian.checker.Verdict;
import meridian.checker.format.Recording;
import meridian.client.Database;
import meridian.client.Meridian;
import meridian.client.Options;
import meridian.harness.cluster.LocalCluster;
import meridian.history.Recorder;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/// What one test does, written down.
final class Recorded {
  private final LocalCluster cluster;
  private final Path folder;
  private final Path history;
  private final Recorder recorder;
  private final List<Database> connections = new ArrayList<>();

  Recorded(LocalCluster cluster, String test) throws IOException {
    this.cluster = cluster;
    this.folder = Files.createTempDirectory("meridian-history-");
    this.history = folder.resolve(test + ".jsonl");
    this.recorder = Recorder.to(history);
  }

  /// A connection more.
  Database connect() {
    Database database =
        Meridian.connect(cluster.endpoints(), Options.defaults().withRecorder(recorder));
    connections.add(database);
    return database;
  }

  /// Ends the recording and judges it. It is kept where somebody will want to look at it.
  ///
  /// @param hasFailed whether the test has failed for a reason of its own
  void end(Level expected, boolean hasFailed) throws IOException {
    connections.forEach(Database::close);
    recorder.close();
    if (Files.size(history) > 0) {
      judge(expected);
    }
    if (!hasFailed) {
      Shared.delete(folder);
    }
  }

  private void judge(Level expected) throws IOException {
    Report report = report(expected);
    switch (report.verdict(expected)) {
      case Verdict.Holds holds -> {}
      case Verdict.Violated violated ->
          throw new AssertionFailedError(
              "what this test did is not %s: %s%n(%s)"
                  .formatted(expected.label(), report.explain(expected), whereItIs()));
      case Verdict.Unknown unknown ->
          throw new TestAbortedException(
              "whether what this test did is %s is unknown: %s (%s)"
                  .formatted(expected.label(), unknown.reason(), whereItIs()));
    }
  }

  /// Where an application writes a value twice, the order in which the store says that it committed
  /// may tell whose a read was; what then holds does so in fact, and what does not is judged as it
  /// was recorded.
  private Report report(Level expected) throws IOException {
    var only = meridian.checker.Options.of(expected);
    byte[] recorded = Files.readAllBytes(history);
    for (byte[] named : TellingApart.of(recorded).stream().toList()) {
      Report report = Checker.check(Recording.of(named).history(), only);
      if (report.holds(expected)) {
        return report;
      }
    }
    return Checker.check(Recording.of(recorded).history(), only);
  }

  private String whereItIs() {
    return "meridian check --report report.html " + history;
  }
}
