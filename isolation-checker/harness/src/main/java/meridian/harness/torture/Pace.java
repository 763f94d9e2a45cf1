package meridian.harness.torture;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Keeps a long run from recording more than a checker wants to read: so many steps in each second,
/// and those as fast as the store allows, since it is in bursts that clients get in each other's
/// way.
final class Pace {
  private final int rate;
  private final CountDownLatch over;
  private final long begun = System.nanoTime();
  private final AtomicLong steps = new AtomicLong();

  /// @param rate steps a second; 0 for no limit
  /// @param over comes to zero when nobody need wait any more
  Pace(int rate, CountDownLatch over) {
    this.rate = rate;
    this.over = over;
  }

  /// Waits for one's turn.
  ///
  /// @return whether it has come; otherwise all is over
  boolean await() throws InterruptedException {
    boolean isOver = over.getCount() == 0;
    if (rate == 0 || isOver) {
      return !isOver;
    }
    long second = steps.getAndIncrement() / rate;
    long wait = begun + TimeUnit.SECONDS.toNanos(second) - System.nanoTime();
    if (wait > 0) {
      isOver = over.await(wait, TimeUnit.NANOSECONDS);
    }
    return !isOver;
  }
}
