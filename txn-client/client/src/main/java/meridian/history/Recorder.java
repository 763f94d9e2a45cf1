package meridian.history;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/// Appends events to a file as they end. For any number of threads at once; each line is whole, and
/// is with the operating system before `record` returns, so that a killed process loses none.
public final class Recorder implements AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();
  private final BufferedWriter out;
  private int sessions;

  private Recorder(BufferedWriter out, int sessions) {
    this.out = out;
    this.sessions = sessions;
  }

  /// Appends to a file, which is made if it is not there.
  ///
  /// @throws UncheckedIOException if it cannot be written
  public static Recorder to(Path file) {
    return to(file, 0);
  }

  /// The same for one of several processes whose files will be put together.
  ///
  /// @param firstSession above all that the other processes use
  public static Recorder to(Path file, int firstSession) {
    try {
      var out =
          Files.newBufferedWriter(
              file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      return new Recorder(out, firstSession);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot record to " + file + ": " + e.getMessage(), e);
    }
  }

  /// A number that no other session of this recorder has.
  public int newSession() {
    lock.lock();
    try {
      return sessions++;
    } finally {
      lock.unlock();
    }
  }

  /// Writes an event down. Those of one session must come in its order.
  ///
  /// @throws UncheckedIOException if it cannot be written: what follows would be a history with
  ///   holes
  public void record(Event event) {
    String line = event.toJson();
    lock.lock();
    try {
      out.write(line);
      out.write('\n');
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot record: " + e.getMessage(), e);
    } finally {
      lock.unlock();
    }
  }

  /// What times in events are of: this machine's monotonic clock, in microseconds.
  public static long nowMicros() {
    return System.nanoTime() / 1_000;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      lock.unlock();
    }
  }
}
