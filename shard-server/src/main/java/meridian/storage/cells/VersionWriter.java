package meridian.storage.cells;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import meridian.model.Key;
import meridian.model.ShardId;
import meridian.storage.CorruptRecord;
import meridian.storage.SnapshotRow;
import meridian.storage.Version;

/// Puts versions into cells and drops those that nobody will read again.
///
/// @param horizonSlot nobody reads as of a slot before this one: of a key's versions that were made
///   at or before it only the newest stays, and not even that one if it is a deletion
record VersionWriter(Cells.Writer cells, ShardId shard, long horizonSlot) {
  private static final byte[] NO_CONTENT = {};

  /// Adds the versions of a key. One that is there and whole stays as it is; a damaged one gives
  /// way, which is how a repair comes in.
  void add(SnapshotRow row) {
    Key key = row.key();
    Layer layer = Layer.of(shard, key);
    for (Version version : row.versions()) {
      byte[] name = layer.version(key, version.ts());
      byte[] content = VersionCells.encode(name, version);
      if (!cells.putIfAbsent(name, content)
          && !VersionCells.isWhole(name, cells.get(name).orElseThrow())) {
        cells.put(name, content);
      }
    }
    for (int depth = Layer.depthOf(key) - 1; depth >= 0 && !row.versions().isEmpty(); depth--) {
      cells.put(Layer.of(shard, key, depth).link(key), NO_CONTENT);
    }
  }

  /// Drops the versions of a key that are damaged.
  void dropDamaged(Key key) {
    byte[] prefix = Layer.of(shard, key).versions(key);
    List<byte[]> dropped = new ArrayList<>();
    int kept = 0;
    boolean more = cells.seek(prefix);
    while (more && Layer.startsWith(cells.name(), prefix)) {
      if (VersionCells.isWhole(cells.name(), cells.content())) {
        kept++;
      } else {
        dropped.add(cells.name());
      }
      more = cells.next();
    }
    drop(key, dropped, kept);
  }

  private void drop(Key key, List<byte[]> dropped, int kept) {
    dropped.forEach(cells::delete);
    if (kept == 0 && !dropped.isEmpty()) {
      unlink(key);
    }
  }

  /// Drops the versions of a key that nobody will read again.
  void collect(Key key) {
    byte[] prefix = Layer.of(shard, key).versions(key);
    List<byte[]> dropped = new ArrayList<>();
    boolean shadowed = false;
    int kept = 0;
    boolean more = cells.seek(prefix);
    while (more && Layer.startsWith(cells.name(), prefix)) {
      Optional<ByteBuffer> head = headHere();
      if (head.isEmpty()) {
        return; // What cannot be read cannot be judged; a repair comes first.
      }
      boolean old = head.get().getLong() <= horizonSlot;
      boolean deletion = head.get().get() == 0;
      if (shadowed || (old && deletion)) {
        dropped.add(cells.name());
      } else {
        kept++;
      }
      shadowed |= old;
      more = cells.next();
    }
    drop(key, dropped, kept);
  }

  /// Collects so many keys from one on, and says where to go on, if there are more. What lies
  /// behind a damaged name waits for its repair: a sweep must not keep a flush from being done.
  Optional<Key> sweep(Key start, int keysMax) {
    try {
      Optional<Key> key = VersionCells.from(cells, shard, start);
      for (int swept = 0; swept < keysMax && key.isPresent(); swept++) {
        collect(key.get());
        key = VersionCells.from(cells, shard, key.get().next());
      }
      return key;
    } catch (CorruptRecord damaged) {
      return Optional.empty();
    }
  }

  /// Takes away the links that led to a key's layers and lead to nothing any more.
  private void unlink(Key key) {
    for (int depth = Layer.depthOf(key); depth > 0; depth--) {
      Layer layer = Layer.of(shard, key, depth);
      if (cells.seek(layer.start()) && layer.holds(cells.name())) {
        return;
      }
      cells.delete(Layer.of(shard, key, depth - 1).link(key));
    }
  }

  private Optional<ByteBuffer> headHere() {
    int bytes = Seal.bytesBeforeBody(VersionCells.HEAD_BYTES);
    return Seal.head(cells.name(), cells.contentStart(bytes), VersionCells.HEAD_BYTES);
  }
}
