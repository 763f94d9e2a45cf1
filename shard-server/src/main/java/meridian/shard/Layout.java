package meridian.shard;

import java.util.List;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.ShardMap;

/// Which shards there are when a cluster first starts, and who keeps the directory.
public record Layout(ShardMap map, List<NodeId> directory) {
  public Layout {
    directory = List.copyOf(directory);
  }

  /// The directory as a shard: it owns no user's key.
  public ShardMap.Shard directoryShard() {
    return new ShardMap.Shard(ShardId.DIRECTORY, KeyRange.of(Key.EMPTY, Key.EMPTY), 0, directory);
  }

  /// The directory and every shard of the map.
  public List<ShardMap.Shard> shards() {
    return java.util.stream.Stream.concat(
            java.util.stream.Stream.of(directoryShard()), map.shards().stream())
        .toList();
  }
}
