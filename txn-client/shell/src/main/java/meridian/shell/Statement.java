package meridian.shell;

import java.util.List;
import java.util.Optional;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Outcome;
import meridian.model.Value;

/// A command that was understood.
sealed interface Statement {
  /// Something to do to data: in the open transaction, or else as a transaction of its own.
  sealed interface Data extends Statement {}

  record Get(Key key, boolean isNearest) implements Data {}

  record Scan(KeyRange range, int limit, boolean isReverse, boolean isNearest) implements Data {}

  /// Writes that happen together. A single `put`, `delete` or `add` is a batch of one.
  record Batch(String name, List<Change> changes) implements Data {}

  /// Sets the value from one to another, where nothing is a value too.
  record Cas(Key key, Optional<Value> expected, Optional<Value> update) implements Data {}

  record Begin() implements Statement {}

  record Commit() implements Statement {}

  record Rollback() implements Statement {}

  /// Finds out how a transaction ended.
  record Ask(Outcome.Token token) implements Statement {}

  record Help(Optional<String> topic) implements Statement {}

  record Timing(Optional<Boolean> on) implements Statement {}

  record UseFormat(Format format) implements Statement {}

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
