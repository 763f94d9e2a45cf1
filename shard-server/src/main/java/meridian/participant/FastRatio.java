package meridian.participant;

/// Whether the fast path pays. Of the transactions that were committed here, coordinators say
/// whether tentative votes had proven the shard's vote before a majority had it. Where that is
/// rare, because keys are contended, a member is down, or a follower stands beside the coordinator
/// anyway, the votes cost a record and a message each and save nobody anything.
final class FastRatio {
  /// So many commits are looked at together.
  static final int WINDOW = 256;

  /// With fewer than this many of a hundred proven fast, there had better be no fast path.
  static final int PERCENT_MIN = 30;

  /// Then it is tried again after so long.
  static final long REST_MICROS = 60_000_000;

  private static final int PERCENT = 100;

  private int commits;
  private int fast;

  /// When the fast path was switched off, by the monotonic clock, and whether it was.
  private long offSinceMicros;

  private boolean off;

  /// Takes note of a commit in a ballot with a fast path.
  void committed(boolean provenFast) {
    commits++;
    fast += provenFast ? 1 : 0;
  }

  /// Whether the ballot's electorate should go.
  boolean isLoss(long nowMicros) {
    if (commits < WINDOW) {
      return false;
    }
    boolean loss = fast * PERCENT < commits * PERCENT_MIN;
    commits = 0;
    fast = 0;
    if (loss) {
      off = true;
      offSinceMicros = nowMicros;
    }
    return loss;
  }

  /// Whether a fast path that was switched off should be tried again.
  boolean isRested(long nowMicros) {
    boolean rested = off && nowMicros - offSinceMicros >= REST_MICROS;
    off &= !rested;
    return rested;
  }
}
