package meridian.storage.cells;

import java.nio.ByteBuffer;
import meridian.model.ShardId;

/// The names of the log's cells.
final class LogNames {
  private static final byte GROUP = 2;
  private static final byte ENTRY = 3;

  /// The bound of the clock.
  static final byte[] CLOCK = {1};

  /// Before every entry.
  static final byte[] ENTRIES = {ENTRY};

  private LogNames() {}

  /// A shard's ballots and cut.
  static byte[] group(ShardId shard) {
    return ByteBuffer.allocate(1 + Integer.BYTES).put(GROUP).putInt(shard.number()).array();
  }

  /// An entry of some shard.
  static byte[] entry(long sequence) {
    return ByteBuffer.allocate(1 + Long.BYTES).put(ENTRY).putLong(sequence).array();
  }

  static boolean isGroup(byte[] name) {
    return name.length == 1 + Integer.BYTES && name[0] == GROUP;
  }

  static boolean isEntry(byte[] name) {
    return name.length == 1 + Long.BYTES && name[0] == ENTRY;
  }

  static ShardId shardOf(byte[] groupName) {
    return new ShardId(ByteBuffer.wrap(groupName).getInt(1));
  }

  static long sequenceOf(byte[] entryName) {
    return ByteBuffer.wrap(entryName).getLong(1);
  }
}
