package meridian.model;

/// One thing a transaction read: every key of an interval, as of a slot of its shard's log (rule
/// S1). It is still valid while no later entry of that log has written in the interval. A point
/// read is the interval of one key.
public record Observed(KeyRange range, long slot) {}
