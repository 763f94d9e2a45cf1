package meridian.model;

/// One thing a transaction read: every key of an interval, as of a slot of its shard's log (rule
/// S1). It is still valid while no later entry of that log has written in the interval. A point
/// read is the interval of one key.
public record Observed(KeyRange range, long slot) {
  /// Nothing was read yet: the vote itself reads, as of its own slot (rule 2.11).
  public static final long AT_VOTE = Long.MAX_VALUE;

  public boolean isAtVote() {
    return slot == AT_VOTE;
  }
}
