package meridian.storage.cells;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// An ordered map from names to contents, both strings of bytes, that changes in atomic steps.
/// Names are ordered as unsigned bytes, the shorter first where one begins the other, and have 1 to
/// 511 bytes. Arrays that were handed over or received are never written to.
public interface Cells extends AutoCloseable {
  /// Longest name, in bytes; it is LMDB's limit.
  int NAME_BYTES_MAX = 511;

  /// Makes all changes of a step, or none if it throws. They are as durable as the map promises
  /// when this returns. The step may be run again from its start, and so must change nothing else.
  ///
  /// @throws meridian.storage.LogStore.NoSpace if there is no room: nothing has changed
  void update(Consumer<Writer> step);

  /// Asks something of the map as of the last step that finished.
  <R> R read(Function<Reader, R> query);

  /// Where the map is, for messages to people.
  String place();

  @Override
  void close();

  /// Looks at cells, one at a time.
  interface Reader {
    /// Goes to the first cell at or after a name; false if there is none.
    boolean seek(byte[] name);

    /// Goes to the last cell before a name; false if there is none.
    boolean seekBelow(byte[] name);

    /// Goes to the next cell; false if there is none. Only after a seek that found something, and
    /// before any change.
    boolean next();

    /// The name of the cell gone to.
    byte[] name();

    /// The content of the cell gone to.
    byte[] content();

    /// The first bytes of that content, or all where it is shorter.
    byte[] contentStart(int bytesMax);

    /// The content of a cell, if it is there.
    Optional<byte[]> get(byte[] name);

    /// How many cells there are, as the map counts them; a walk that meets another number has met
    /// damage.
    long count();
  }

  /// Changes cells, and sees its own changes.
  interface Writer extends Reader {
    void put(byte[] name, byte[] content);

    /// Puts a cell unless there is one of this name; whether it did.
    boolean putIfAbsent(byte[] name, byte[] content);

    /// Puts a cell after all others.
    void append(byte[] name, byte[] content);

    /// Takes a cell away, if it is there.
    void delete(byte[] name);
  }
}
