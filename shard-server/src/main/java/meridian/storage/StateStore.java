package meridian.storage;

/// The durable key-value state of all shards of one node, behind the log.
public interface StateStore extends StateReader, AutoCloseable {
  /// Makes a flush durable, whole or not at all, before it returns. One at a time, from one thread
  /// of its own; readers see it when it is whole.
  ///
  /// @throws LogStore.NoSpace if the disk is full: nothing was written
  /// @throws java.io.UncheckedIOException if the disk failed: the node must stop
  void flush(StateFlush flush);

  @Override
  void close();
}
