package meridian.model;

import java.util.List;
import java.util.Optional;

/// Which shard owns which keys and which nodes replicate it. Shards are in key order and cover
/// every key without a gap or an overlap; each epoch of the map replaces the one before.
public record ShardMap(long epoch, List<Shard> shards) {
  /// One range of keys and its group.
  ///
  /// @param generation raised whenever the range changes hands, so that old reads are not mistaken
  /// @param replicas the group's members; the first leads the first ballot (rule B4)
  public record Shard(ShardId id, KeyRange range, int generation, List<NodeId> replicas) {
    public Shard {
      replicas = List.copyOf(replicas);
    }

    /// How many replicas make a majority.
    public int majority() {
      return replicas.size() / 2 + 1;
    }
  }

  public ShardMap {
    shards = List.copyOf(shards);
    Optional<Key> expected = Optional.of(Key.EMPTY);
    for (Shard shard : shards) {
      if (expected.isEmpty()
          || !shard.range().start().equals(expected.get())
          || shard.range().isEmpty()) {
        throw new IllegalArgumentException(
            "shards must cover all keys in order: " + shard + " starts after " + expected);
      }
      expected = shard.range().end();
    }
    if (expected.isPresent()) {
      throw new IllegalArgumentException("no shard owns the keys from " + expected.get());
    }
  }

  /// The shard that owns a key.
  public Shard owner(Key key) {
    int low = 0;
    int high = shards.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (shards.get(middle).range().start().compareTo(key) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return shards.get(low);
  }

  /// The shard with this number, if the map has it.
  public Optional<Shard> find(ShardId id) {
    for (Shard shard : shards) {
      if (shard.id().equals(id)) {
        return Optional.of(shard);
      }
    }
    return Optional.empty();
  }

  /// The shards that share a key with a range, in key order.
  public List<Shard> overlapping(KeyRange range) {
    if (range.isPoint()) {
      return List.of(owner(range.start()));
    }
    return shards.stream().filter(shard -> shard.range().overlaps(range)).toList();
  }
}
