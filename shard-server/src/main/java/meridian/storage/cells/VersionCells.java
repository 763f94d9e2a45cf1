package meridian.storage.cells;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.Value;
import meridian.storage.CorruptRecord;
import meridian.storage.SnapshotRow;
import meridian.storage.Version;

/// Reads versions out of cells. See [Layer] for where they lie.
final class VersionCells {
  /// Slot, and whether there is a value.
  static final int HEAD_BYTES = Long.BYTES + 1;

  private VersionCells() {}

  /// The newest version at or before a timestamp.
  static Optional<Version> newest(Cells.Reader cells, ShardId shard, Key key, Timestamp atMost) {
    Layer layer = Layer.of(shard, key);
    return cells.seek(layer.version(key, atMost))
            && Layer.startsWith(cells.name(), layer.versions(key))
        ? Optional.of(read(cells, shard, key))
        : Optional.empty();
  }

  /// All versions, newest first.
  static List<Version> all(Cells.Reader cells, ShardId shard, Key key) {
    byte[] prefix = Layer.of(shard, key).versions(key);
    List<Version> versions = new ArrayList<>();
    boolean more = cells.seek(prefix);
    while (more && Layer.startsWith(cells.name(), prefix)) {
      versions.add(read(cells, shard, key));
      more = cells.next();
    }
    return versions;
  }

  /// The keys of a range with all their versions.
  static List<SnapshotRow> rows(
      Cells.Reader cells, ShardId shard, KeyRange range, boolean reverse, int keysMax) {
    List<SnapshotRow> rows = new ArrayList<>();
    Optional<Key> key =
        reverse ? below(cells, shard, range.end()) : from(cells, shard, range.start());
    while (rows.size() < keysMax && key.filter(range::contains).isPresent()) {
      Key found = key.get();
      rows.add(new SnapshotRow(found, all(cells, shard, found)));
      key = reverse ? below(cells, shard, key) : from(cells, shard, found.next());
    }
    return rows;
  }

  /// The first key at or after one.
  static Optional<Key> from(Cells.Reader cells, ShardId shard, Key start) {
    int deepest = Layer.depthOf(start);
    for (int depth = deepest; depth >= 0; depth--) {
      Layer layer = Layer.of(shard, start, depth);
      byte[] name = depth == deepest ? layer.versions(start) : layer.pastLink(start);
      if (cells.seek(name) && layer.holds(cells.name())) {
        return Optional.of(firstBehind(cells, layer));
      }
    }
    return Optional.empty();
  }

  /// The last key before one, or the last of all.
  static Optional<Key> below(Cells.Reader cells, ShardId shard, Optional<Key> end) {
    if (end.isEmpty()) {
      Layer layer = Layer.of(shard, Key.EMPTY);
      return cells.seekBelow(layer.end()) && layer.holds(cells.name())
          ? Optional.of(lastBehind(cells, layer))
          : Optional.empty();
    }
    int deepest = Layer.depthOf(end.get());
    for (int depth = deepest; depth >= 0; depth--) {
      Layer layer = Layer.of(shard, end.get(), depth);
      byte[] name = depth == deepest ? layer.versions(end.get()) : layer.link(end.get());
      if (cells.seekBelow(name) && layer.holds(cells.name())) {
        return Optional.of(lastBehind(cells, layer));
      }
    }
    return Optional.empty();
  }

  /// The content of a version's cell.
  static byte[] encode(byte[] name, Version version) {
    byte[] head =
        ByteBuffer.allocate(HEAD_BYTES)
            .putLong(version.slot())
            .put((byte) (version.value().isPresent() ? 1 : 0))
            .array();
    return Seal.seal(name, head, version.value().map(Value::unsafeBytes).orElse(new byte[0]));
  }

  static boolean isWhole(byte[] name, byte[] content) {
    return Seal.body(name, content, HEAD_BYTES).isPresent();
  }

  private static Key firstBehind(Cells.Reader cells, Layer start) {
    Layer layer = start;
    while (layer.isLink(cells.name())) {
      byte[] link = cells.name();
      Layer behind = layer.behind(link);
      if (!cells.seek(behind.start()) || !behind.holds(cells.name())) {
        throw leadsNowhere(layer, link);
      }
      layer = behind;
    }
    return layer.keyOf(cells.name());
  }

  private static Key lastBehind(Cells.Reader cells, Layer start) {
    Layer layer = start;
    while (layer.isLink(cells.name())) {
      byte[] link = cells.name();
      Layer behind = layer.behind(link);
      if (!cells.seekBelow(behind.end()) || !behind.holds(cells.name())) {
        throw leadsNowhere(layer, link);
      }
      layer = behind;
    }
    return layer.keyOf(cells.name());
  }

  /// The last key of a layer takes its links along, so one that is left over tells of a loss.
  private static CorruptRecord leadsNowhere(Layer layer, byte[] link) {
    return new CorruptRecord(
        layer.shard(), Optional.of(layer.keyOf(link)), "no key is left of those that begin so");
  }

  private static Version read(Cells.Reader cells, ShardId shard, Key key) {
    byte[] name = cells.name();
    byte[] content = cells.content();
    Optional<ByteBuffer> head = Seal.head(name, content, HEAD_BYTES);
    Optional<byte[]> body = Seal.body(name, content, HEAD_BYTES);
    if (head.isEmpty() || body.isEmpty()) {
      throw new CorruptRecord(shard, Optional.of(key), "a version is damaged");
    }
    Timestamp ts = Layer.timestampOf(name);
    long slot = head.get().getLong();
    boolean present = head.get().get() != 0;
    return new Version(ts, slot, present ? body.map(Value::wrap) : Optional.empty());
  }
}
