package meridian.sim;

/// Where in the work of a process it dies. What a step wrote and what it sent are apart in time,
/// and whatever lies between has its own way to go wrong.
public enum CrashPoint {
  /// Between two steps.
  NOW,
  /// While the next sync is under way, which then has had no effect.
  SYNC_LOST,
  /// When the next sync has had its effect, but nothing that waited for it has left.
  SYNC_DONE,
  /// When some of the next messages have left and others have not.
  BETWEEN_SENDS
}
