package meridian.runtime;

import meridian.node.Now;

/// The clocks of a machine, as a node is told them. Any thread may call.
public final class NodeClock {
  private static final long NANOS_PER_MICRO = 1_000;
  private static final long MICROS_PER_MILLI = 1_000;

  private final long startNanos = System.nanoTime();

  /// A fault: how wrong this node's wall clock is.
  private volatile long wallOffsetMicros;

  public Now now() {
    long monotonicMicros = (System.nanoTime() - startNanos) / NANOS_PER_MICRO;
    return new Now(
        monotonicMicros, System.currentTimeMillis() * MICROS_PER_MILLI + wallOffsetMicros);
  }

  /// Makes the wall clock wrong by so much from now on; it jumps.
  public void setWallOffsetMicros(long offsetMicros) {
    wallOffsetMicros = offsetMicros;
  }

  public long wallOffsetMicros() {
    return wallOffsetMicros;
  }
}
