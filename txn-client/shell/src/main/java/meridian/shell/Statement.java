package meridian.shell;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import meridian.client.ReadOptions;
import meridian.model.Isolation;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Outcome;
import meridian.model.Value;

/// A command that was understood.
sealed interface Statement {
  /// Something to do to data: in the open transaction, or else as a transaction of its own.
  sealed interface Data extends Statement {}

  /// @param how to read; nothing for the shell's usual way
  record Get(Key key, Optional<ReadOptions> how) implements Data {}

  /// @param how to read; nothing for the shell's usual way
  record Scan(KeyRange range, int limit, boolean isReverse, Optional<ReadOptions> how)
      implements Data {}

  /// Writes that happen together. A single `put`, `delete` or `add` is a batch of one.
  record Batch(String name, List<Change> changes) implements Data {}

  /// Sets the value from one to another, where nothing is a value too.
  record Cas(Key key, Optional<Value> expected, Optional<Value> update) implements Data {}

  /// @param level nothing for the shell's usual one
  record Begin(Optional<Isolation> level) implements Statement {}

  record Commit() implements Statement {}

  record Rollback() implements Statement {}

  /// Finds out how a transaction ended.
  record Ask(Outcome.Token token) implements Statement {}

  record Help(Optional<String> topic) implements Statement {}

  record Timing(Optional<Boolean> on) implements Statement {}

  record UseFormat(Format format) implements Statement {}

  /// Shows the level of transactions, or changes it.
  record UseIsolation(Optional<Isolation> level) implements Statement {}

  /// Has all reads outside of transactions show one moment, so long ago; or the present again.
  record UseSnapshot(Optional<Duration> age) implements Statement {}

  /// Shows the session's token, or goes on from another session's.
  record UseToken(Optional<String> token) implements Statement {}

  record Quit() implements Statement {}

  /// Something that the cluster around the shell does.
  record Cluster(String name, List<String> arguments) implements Statement {}

  /// One write.
  sealed interface Change {
    record Put(Key key, Value value) implements Change {}

    record Delete(Key key) implements Change {}

    record Add(Key key, long delta) implements Change {}
  }
}
