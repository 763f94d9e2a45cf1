package meridian.sim;

import java.util.OptionalLong;
import meridian.node.Now;

/// The clocks of one machine, as wrong as the nemesis likes. They live on while the process on the
/// machine is down.
public final class SimClock {
  /// Where simulated wall clocks start: 2026-01-01, so that timestamps look like any other.
  public static final long EPOCH_MICROS = 1_767_225_600_000_000L;

  private static final long MILLION = 1_000_000;

  /// By how much the machine's oscillator is off, in parts per million; both clocks feel it.
  private final long driftPpm;

  /// How far the wall clock is off, beside drift.
  private long offsetMicros;

  /// How fast the wall clock is being slewed, in parts per million, and since when.
  private long slewPpm;

  private long slewedSinceMicros;

  /// What earlier slewing amounts to.
  private long slewedBeforeMicros;

  /// What the wall clock shows while it stands still.
  private OptionalLong frozenAtMicros = OptionalLong.empty();

  /// @param driftPpm parts per million that this clock runs fast; negative when slow
  public SimClock(long driftPpm, long offsetMicros) {
    this.driftPpm = driftPpm;
    this.offsetMicros = offsetMicros;
  }

  /// What a process reads that started at `startedMicros` of the true time.
  Now read(long trueMicros, long startedMicros) {
    return new Now(local(trueMicros) - local(startedMicros), wall(trueMicros));
  }

  /// How long a wait of the machine's own clock really takes.
  long trueWait(long localMicros) {
    return localMicros - localMicros * driftPpm / MILLION;
  }

  /// What the wall clock shows, in microseconds since 1970.
  public long wall(long trueMicros) {
    return frozenAtMicros.orElseGet(() -> running(trueMicros));
  }

  /// Puts the wall clock forward, or back.
  public void step(long byMicros) {
    offsetMicros += byMicros;
  }

  /// Stops the wall clock.
  public void freeze(long trueMicros) {
    frozenAtMicros = OptionalLong.of(wall(trueMicros));
  }

  /// Lets the wall clock go on from where it would be now.
  public void thaw() {
    frozenAtMicros = OptionalLong.empty();
  }

  /// Has the wall clock run fast, or slow, from now on.
  public void slew(long trueMicros, long ppm) {
    slewedBeforeMicros = slewed(trueMicros);
    slewPpm = ppm;
    slewedSinceMicros = trueMicros;
  }

  /// Puts the wall clock back to where it would be without slewing.
  public void unslew() {
    slewPpm = 0;
    slewedBeforeMicros = 0;
  }

  private long local(long trueMicros) {
    return trueMicros + trueMicros * driftPpm / MILLION;
  }

  private long running(long trueMicros) {
    return EPOCH_MICROS + local(trueMicros) + offsetMicros + slewed(trueMicros);
  }

  private long slewed(long trueMicros) {
    return slewedBeforeMicros + (trueMicros - slewedSinceMicros) * slewPpm / MILLION;
  }
}
