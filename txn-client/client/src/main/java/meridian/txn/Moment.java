package meridian.txn;

import meridian.model.Timestamp;

/// As of when a transaction reads that reads a snapshot.
public sealed interface Moment {
  /// Long enough ago that the nearest replicas have it, in microseconds.
  long SETTLED_MICROS = 1_000_000;

  /// So long ago by the coordinators' clock; but not before what the session has seen, where it
  /// goes by that.
  record Recent(long agoMicros, boolean isAfterSession) implements Moment {
    public Recent {
      if (agoMicros < 0) {
        throw new InvalidRequest("a snapshot of " + -agoMicros + " us from now: use 0 or more");
      }
    }
  }

  /// At this timestamp.
  record Exactly(Timestamp at) implements Moment {
    public Exactly {
      if (at.equals(Timestamp.ZERO)) {
        throw new InvalidRequest("nothing was ever there at timestamp 0: use a later one");
      }
    }
  }

  /// Of late: what the session has seen included, and near by without waiting for anybody, unless
  /// the session has seen something newer than that.
  Moment OF_LATE = new Recent(SETTLED_MICROS, true);
}
