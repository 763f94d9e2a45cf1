package meridian.sim;

import java.util.Optional;
import meridian.model.Invariant;
import meridian.storage.LogStore;
import meridian.storage.StateStore;

/// The disk of one machine: what keeps its bytes, and how long that takes.
public final class SimDisk {
  /// Stores that outlive the processes that open them. What is open when a process dies is never
  /// used again.
  public interface Stores {
    LogStore openLog();

    StateStore openState();
  }

  private static final long SYNC_MICROS_MIN = 150;
  private static final long SYNC_MICROS_MAX = 1_200;
  private static final long FLUSH_MICROS_MIN = 2_000;
  private static final long FLUSH_MICROS_MAX = 80_000;

  private final Stores stores;
  private Optional<LogStore> log = Optional.empty();
  private Optional<StateStore> state = Optional.empty();
  private long slowness = 1;

  public SimDisk(Stores stores) {
    this.stores = stores;
  }

  /// What keeps the bytes, for faults that reach below the process.
  public Stores stores() {
    return stores;
  }

  /// Makes syncs and flushes take so many times longer; 1 is the usual.
  public void slow(long factor) {
    Invariant.check(factor >= 1, "slower by a factor of %s", factor);
    slowness = factor;
  }

  void open() {
    log = Optional.of(stores.openLog());
    state = Optional.of(stores.openState());
  }

  void crash() {
    log = Optional.empty();
    state = Optional.empty();
  }

  LogStore log() {
    return log.orElseThrow();
  }

  StateStore state() {
    return state.orElseThrow();
  }

  long syncMicros(Chance chance) {
    return slowness * (SYNC_MICROS_MIN + chance.skewed(SYNC_MICROS_MAX));
  }

  long flushMicros(Chance chance) {
    return slowness * chance.between(FLUSH_MICROS_MIN, FLUSH_MICROS_MAX);
  }
}
