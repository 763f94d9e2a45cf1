package meridian.storage;

import java.util.Optional;
import meridian.model.Key;
import meridian.model.ShardId;

/// A stored record is not what was written. Never answered from; to be repaired from a peer.
public final class CorruptRecord extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient ShardId shard;
  private final transient Optional<Key> key;

  public CorruptRecord(ShardId shard, Optional<Key> key, String what) {
    super("corrupt record in " + shard + key.map(k -> " at key " + k).orElse("") + ": " + what);
    this.shard = shard;
    this.key = key;
  }

  public ShardId shard() {
    return shard;
  }

  /// The key whose version it is, where a key can be told.
  public Optional<Key> key() {
    return key;
  }
}
