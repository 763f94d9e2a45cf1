package meridian.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SimClockTest {
  private static final long SECOND = 1_000_000;
  private final SimClock clock = new SimClock(0, 0);

  @Test
  void aStepMovesTheWallClockOnly() {
    clock.step(-3 * SECOND);
    var now = clock.read(10 * SECOND, 4 * SECOND);
    assertEquals(SimClock.EPOCH_MICROS + 7 * SECOND, now.wallMicros());
    assertEquals(6 * SECOND, now.monotonicMicros());
  }

  @Test
  void aFrozenClockStandsStillAndCatchesUp() {
    clock.freeze(2 * SECOND);
    assertEquals(SimClock.EPOCH_MICROS + 2 * SECOND, clock.wall(9 * SECOND));
    clock.thaw();
    assertEquals(SimClock.EPOCH_MICROS + 9 * SECOND, clock.wall(9 * SECOND));
  }

  @Test
  void aSlewedClockGainsWithTimeAndIsPutBack() {
    clock.slew(2 * SECOND, 100_000);
    assertEquals(SimClock.EPOCH_MICROS + 12 * SECOND + SECOND, clock.wall(12 * SECOND));
    clock.unslew();
    assertEquals(SimClock.EPOCH_MICROS + 12 * SECOND, clock.wall(12 * SECOND));
  }

  @Test
  void driftIsFeltByBothClocksAndByWaits() {
    var fast = new SimClock(1_000, 0);
    var now = fast.read(10 * SECOND, 0);
    assertEquals(10_010_000, now.monotonicMicros());
    assertEquals(SimClock.EPOCH_MICROS + 10_010_000, now.wallMicros());
    assertEquals(999_000, fast.trueWait(SECOND));
  }
}
