package meridian.model;

/// The number of a shard and of the group that replicates it. Shard 0 is the directory.
public record ShardId(int number) implements Comparable<ShardId> {
  /// The shard that keeps the shard map.
  public static final ShardId DIRECTORY = new ShardId(0);

  @Override
  public int compareTo(ShardId other) {
    return Integer.compare(number, other.number);
  }

  @Override
  public String toString() {
    return "s" + number;
  }
}
