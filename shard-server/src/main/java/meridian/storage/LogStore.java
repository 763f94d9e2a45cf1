package meridian.storage;

import java.util.List;
import java.util.SortedMap;
import meridian.model.ShardId;
import meridian.model.Timestamp;

/// The durable log of all groups of one node.
public interface LogStore extends AutoCloseable {
  /// What was durable when the store was opened, for each shard that ever wrote. To be asked before
  /// the first commit: after it the store no longer holds on to it.
  SortedMap<ShardId, RecoveredLog> recovered();

  /// The last ClockBound that was durable when the store was opened.
  Timestamp recoveredClockBound();

  /// Makes a batch durable, whole or not at all, before it returns. One at a time.
  ///
  /// @throws NoSpace if the disk is full: nothing was written, and the same batch may be tried
  ///   again
  /// @throws java.io.UncheckedIOException if the disk failed: the node must stop, since what is
  ///   durable is no longer known
  void commit(List<LogWrite> batch);

  @Override
  void close();

  /// The disk has no room.
  final class NoSpace extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NoSpace(String message) {
      super(message);
    }
  }
}
