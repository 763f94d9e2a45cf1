package meridian.runtime;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import meridian.storage.LogStore;
import meridian.storage.StateFlush;
import meridian.storage.StateStore;

/// Brings the state store up to date in the background, one flush after the other. One that finds
/// no room is tried again until it succeeds; any other failure ends it.
final class StateThread {
  /// What becomes of flushes. Called on the state thread.
  interface Listener {
    void flushed(StateFlush flush);

    void outOfSpace(boolean full);

    void failed(Throwable why);
  }

  private final StateStore store;
  private final Listener listener;
  private final Meters meters;
  private final long retryMillis;
  private final Thread thread;
  private final LinkedBlockingQueue<StateFlush> queue = new LinkedBlockingQueue<>();
  private volatile boolean stopped;

  StateThread(String name, StateStore store, Meters meters, long retryMillis, Listener listener) {
    this.store = store;
    this.listener = listener;
    this.meters = meters;
    this.retryMillis = retryMillis;
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  void add(StateFlush flush) {
    queue.add(flush);
  }

  /// Lets a flush that is under way end, and begins no more.
  void stop() {
    stopped = true;
  }

  void join() throws InterruptedException {
    thread.join();
  }

  private void run() {
    try {
      boolean full = false;
      StateFlush flush = null;
      while (!stopped) {
        if (flush == null) {
          flush = queue.poll(retryMillis, TimeUnit.MILLISECONDS);
          continue;
        }
        try {
          store.flush(flush);
          meters.add(Meter.FLUSHES, 1);
          listener.flushed(flush);
          flush = null;
          full = report(full, false);
        } catch (LogStore.NoSpace noSpace) {
          full = report(full, true);
          Thread.sleep(retryMillis);
        }
      }
    } catch (Throwable failure) {
      listener.failed(failure);
    }
  }

  private boolean report(boolean before, boolean full) {
    if (before != full) {
      listener.outOfSpace(full);
    }
    return full;
  }
}
