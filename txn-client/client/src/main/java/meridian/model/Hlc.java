package meridian.model;

import java.util.Optional;

/// A hybrid logical clock: never goes back, stays close to the wall clock, and runs ahead of every
/// reading that it has been shown (Kulkarni et al., 2014). Only what an envelope says its sender's
/// clock was is shown to it; commit timestamps lie in the future by design and never are (rule
/// 2.10).
public final class Hlc {
  /// The last reading given out or merged. Never decreases.
  private Timestamp last;

  private final long offsetMillisMax;

  /// @param floor where to go on from, so that a restart does not go back
  /// @param offsetMillisMax how far ahead of this node's wall clock another's may be
  public Hlc(Timestamp floor, long offsetMillisMax) {
    this.last = floor;
    this.offsetMillisMax = offsetMillisMax;
  }

  /// A new reading, above all before it.
  public Timestamp tick(long wallMicros) {
    last = Timestamp.max(last.next(), Timestamp.ofMicros(wallMicros));
    return last;
  }

  /// The present reading, without using one up.
  public Timestamp peek(long wallMicros) {
    return Timestamp.max(last, Timestamp.ofMicros(wallMicros));
  }

  /// Takes note of another clock, unless it is too far ahead: then nothing changes, and the
  /// complaint says so.
  public Optional<String> merge(Timestamp remote, long wallMicros) {
    Timestamp bound = Timestamp.ofMicros(wallMicros).plusMillis(offsetMillisMax);
    if (remote.isAfter(bound)) {
      return Optional.of(
          "a clock is "
              + (remote.millis() - wallMicros / 1_000)
              + " ms ahead, the limit is "
              + offsetMillisMax
              + " ms");
    }
    last = Timestamp.max(last, remote);
    return Optional.empty();
  }
}
