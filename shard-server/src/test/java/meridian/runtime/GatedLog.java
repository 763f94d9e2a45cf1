package meridian.runtime;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.storage.LogStore;
import meridian.storage.LogWrite;
import meridian.storage.RecoveredLog;

/// A log whose commits end when the test says so, and how it says so.
final class GatedLog implements LogStore {
  private final Semaphore mayEnd = new Semaphore(0);
  private final BlockingQueue<List<LogWrite>> begun = new LinkedBlockingQueue<>();
  private final List<List<LogWrite>> done = new CopyOnWriteArrayList<>();
  private volatile Optional<RuntimeException> failure = Optional.empty();

  /// Lets so many commits end, those to come included.
  void letEnd(int commits) {
    mayEnd.release(commits);
  }

  /// From now on commits end with a failure.
  void failWith(RuntimeException why) {
    failure = Optional.of(why);
  }

  void recover() {
    failure = Optional.empty();
  }

  /// Waits for the next commit to begin, and gives what it is about to write.
  List<LogWrite> awaitBegun() throws InterruptedException {
    List<LogWrite> batch = begun.poll(10, TimeUnit.SECONDS);
    assertTrue(batch != null, "no commit has begun");
    return batch == null ? List.of() : batch;
  }

  /// What was made durable, commit by commit.
  List<List<LogWrite>> done() {
    return done;
  }

  @Override
  public void commit(List<LogWrite> batch) {
    begun.add(List.copyOf(batch));
    try {
      mayEnd.acquire();
    } catch (InterruptedException e) {
      throw new UncheckedIOException(new java.io.InterruptedIOException());
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
    done.add(List.copyOf(batch));
  }

  @Override
  public SortedMap<ShardId, RecoveredLog> recovered() {
    return new TreeMap<>();
  }

  @Override
  public Timestamp recoveredClockBound() {
    return Timestamp.ZERO;
  }

  @Override
  public void close() {}
}
