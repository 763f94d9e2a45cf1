package meridian.participant;

import java.util.Optional;
import meridian.model.Timestamp;
import meridian.node.Now;

/// When a leader closes the past by a TsLimit in the log (rule 2.10): every so often, in step with
/// all other groups of its node, so that one batch and one frame a peer carry the limits of all; as
/// soon as it is due where room for floors or a strong read wants it; and at once for a read that
/// waits for it.
///
/// A limit trails the clock, so that no write that is on its way is pushed above it. What a replica
/// has applied of the log is all that it needs to know of closed timestamps: a promise about time
/// that is not in the log would be one that the next leader does not know of.
final class ClosedTimestamps {
  private final Settings settings;

  /// The interval of time in which the last limit was logged.
  private long closedIn;

  ClosedTimestamps(Settings settings) {
    this.settings = settings;
  }

  /// The limit to be logged now, if one is.
  ///
  /// @param clock this node's time
  /// @param logged the largest limit in the log
  /// @param awaited the largest timestamp that a read waits for
  /// @param wanted a limit that is wanted once it trails the clock
  Optional<Timestamp> due(
      Timestamp clock, Timestamp logged, Timestamp awaited, Timestamp wanted, Now now) {
    Timestamp trailing = clock.minusMillis(settings.closedLagMillis());
    long interval = now.monotonicMicros() / settings.closeMicros();
    boolean urgent = awaited.isAfter(logged) && !awaited.isAfter(clock);
    boolean enough = wanted.isAfter(logged) && !trailing.isBefore(wanted);
    if (interval == closedIn && !urgent && !enough) {
      return Optional.empty();
    }
    closedIn = interval;
    Timestamp limit = urgent ? Timestamp.max(trailing, awaited) : trailing;
    return limit.isAfter(logged) ? Optional.of(limit) : Optional.empty();
  }
}
