package meridian.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import meridian.codec.RecordCodec;
import meridian.model.TxnPart;
import meridian.model.Write;
import meridian.paxos.Command;
import meridian.storage.LogStore;
import meridian.storage.LogWrite;

/// Makes writes durable, off the event loop: all batches that have gathered during one commit are
/// the next one. After a large commit more is on its way, and a little patience makes one sync of
/// what would have been two. A commit that finds no room is tried again until it succeeds; any
/// other failure ends it.
final class LogThread {
  /// What becomes of writes. Called on the log thread.
  interface Listener {
    /// Everything added up to a number is durable.
    void durable(long through);

    /// The log has run out of room, or has room again.
    void outOfSpace(boolean full);

    /// Nothing more will be written: what is durable is not known any more.
    void failed(Throwable why);
  }

  private static final int WAITING_MAX = 20_000;
  private static final long WAITING_BYTES_MAX = 64L * 1024 * 1024;

  /// About what a write takes besides keys and values.
  private static final int OVERHEAD_BYTES = 64;

  private static final int EXACT_BYTES_MAX = 2 * 1024;

  /// After a commit of so many writes, others are waited for, and for how long.
  private static final int MANY_WRITES = 16;

  private static final long GATHER_NANOS = 2_000_000;

  private final LogStore store;
  private final Listener listener;
  private final Meters meters;
  private final long retryMillis;
  private final Thread thread;

  // Guarded by this object's monitor.

  private List<LogWrite> gathered = new ArrayList<>();

  /// The number of the last batch in `gathered`.
  private long gatheredThrough;

  /// Writes that were added and are not durable yet, those under way among them, and about how many
  /// bytes they are.
  private int waiting;

  private long waitingBytes;

  /// How many bytes of these are in `gathered`.
  private long gatheredBytes;

  private boolean stopped;

  LogThread(String name, LogStore store, Meters meters, long retryMillis, Listener listener) {
    this.store = store;
    this.listener = listener;
    this.meters = meters;
    this.retryMillis = retryMillis;
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /// Adds a batch under a number, above all before it.
  synchronized void add(List<LogWrite> batch, long number) {
    long bytes = sizeEstimate(batch);
    gathered.addAll(batch);
    gatheredThrough = number;
    gatheredBytes += bytes;
    waiting += batch.size();
    waitingBytes += bytes;
    notifyAll();
  }

  /// Whether so much waits to become durable that it had better not become more.
  synchronized boolean isBehind() {
    return waiting > WAITING_MAX || waitingBytes > WAITING_BYTES_MAX;
  }

  /// Lets a commit that is under way end, and begins no more. What was gathered is lost, like in a
  /// crash.
  synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  void join() throws InterruptedException {
    thread.join();
  }

  private record Batch(List<LogWrite> writes, long bytes, long through) {}

  private void run() {
    try {
      for (Batch batch = take(); !batch.writes.isEmpty(); batch = take()) {
        if (!commit(batch.writes)) {
          return;
        }
        count(batch.writes);
        done(batch);
        listener.durable(batch.through);
        if (batch.writes.size() >= MANY_WRITES) {
          LockSupport.parkNanos(GATHER_NANOS);
        }
      }
    } catch (Throwable failure) {
      listener.failed(failure);
    }
  }

  /// The next batch, or an empty one when it is time to end.
  private synchronized Batch take() throws InterruptedException {
    while (gathered.isEmpty() && !stopped) {
      wait();
    }
    if (stopped) {
      return new Batch(List.of(), 0, gatheredThrough);
    }
    Batch batch = new Batch(gathered, gatheredBytes, gatheredThrough);
    gathered = new ArrayList<>();
    gatheredBytes = 0;
    return batch;
  }

  private synchronized void done(Batch batch) {
    waiting -= batch.writes.size();
    waitingBytes -= batch.bytes;
  }

  /// Whether the batch is durable; it is not if it was time to end before there was room for it.
  private boolean commit(List<LogWrite> batch) throws InterruptedException {
    boolean full = false;
    while (true) {
      try {
        store.commit(batch);
        if (full) {
          listener.outOfSpace(false);
        }
        return true;
      } catch (LogStore.NoSpace noSpace) {
        meters.add(Meter.SYNCS_WITHOUT_SPACE, 1);
        if (!full) {
          full = true;
          listener.outOfSpace(true);
        }
        if (!pauseBeforeRetry()) {
          return false;
        }
      }
    }
  }

  private synchronized boolean pauseBeforeRetry() throws InterruptedException {
    long end = System.nanoTime() + retryMillis * 1_000_000;
    for (long left = retryMillis;
        left > 0 && !stopped;
        left = (end - System.nanoTime()) / 1_000_000) {
      wait(left);
    }
    return !stopped;
  }

  private void count(List<LogWrite> batch) {
    long bytes = 0;
    for (LogWrite write : batch) {
      bytes +=
          switch (write) {
            case LogWrite.Append append -> sizeOf(append);
            case LogWrite.Vote vote -> OVERHEAD_BYTES + sizeEstimate(vote.tentative().part());
            default -> OVERHEAD_BYTES;
          };
    }
    meters.add(Meter.SYNCS, 1);
    meters.add(Meter.LOG_WRITES, batch.size());
    meters.add(Meter.LOG_BYTES, bytes);
  }

  /// Exact where the encoding of the entry is still at hand, as that of a small one is.
  private static long sizeOf(LogWrite.Append append) {
    long estimate = sizeEstimate(List.of(append));
    return estimate > EXACT_BYTES_MAX ? estimate : RecordCodec.encode(append.entry()).length;
  }

  /// Good enough to bound memory, without encoding anything.
  private static long sizeEstimate(List<LogWrite> batch) {
    long bytes = (long) OVERHEAD_BYTES * batch.size();
    for (LogWrite write : batch) {
      if (write instanceof LogWrite.Vote vote) {
        bytes += sizeEstimate(vote.tentative().part());
      } else if (write instanceof LogWrite.Append append) {
        bytes +=
            switch (append.entry().command()) {
              case Command.Prepare prepare -> sizeEstimate(prepare.part());
              case Command.OnePhase onePhase -> sizeEstimate(onePhase.part());
              case Command.Barrier barrier -> 0;
              case Command.Fence fence -> 0;
              case Command.Decide decide -> 0;
              case Command.TsLimit limit -> 0;
              case Command.Collect collect -> 0;
            };
      }
    }
    return bytes;
  }

  private static long sizeEstimate(TxnPart part) {
    long bytes = (long) OVERHEAD_BYTES * part.reads().size();
    for (Write write : part.writes()) {
      bytes += write.sizeBytes();
    }
    return bytes;
  }
}
