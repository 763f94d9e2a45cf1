package meridian.storage.cells;

import java.nio.ByteBuffer;
import meridian.model.ShardId;

/// The names of the log's cells.
final class LogNames {
  private static final byte GROUP = 2;
  private static final byte ENTRY = 3;

  private static final int ENTRY_NAME_BYTES = 1 + Long.BYTES;
  private static final int VOTE_NAME_BYTES = ENTRY_NAME_BYTES + 1;

  /// The bound of the clock.
  static final byte[] CLOCK = {1};

  /// Before every entry.
  static final byte[] ENTRIES = {ENTRY};

  private LogNames() {}

  /// A shard's ballots and cut.
  static byte[] group(ShardId shard) {
    return ByteBuffer.allocate(1 + Integer.BYTES).put(GROUP).putInt(shard.number()).array();
  }

  /// A number that stands for an entry's cell, or for a vote's. They are ordered as their names
  /// are.
  static long cell(long sequence, boolean isVote) {
    return sequence << 1 | (isVote ? 1 : 0);
  }

  /// The place of a cell among all entries and votes, in the order in which they were written.
  static long sequenceOf(long cell) {
    return cell >>> 1;
  }

  /// An entry or a vote of some shard. That it is a vote can be told from the name alone, however
  /// damaged it is.
  static byte[] name(long cell) {
    boolean isVote = (cell & 1) != 0;
    return ByteBuffer.allocate(isVote ? VOTE_NAME_BYTES : ENTRY_NAME_BYTES)
        .put(ENTRY)
        .putLong(sequenceOf(cell))
        .array();
  }

  static boolean isGroup(byte[] name) {
    return name.length == 1 + Integer.BYTES && name[0] == GROUP;
  }

  static boolean isEntry(byte[] name) {
    return name.length == ENTRY_NAME_BYTES && name[0] == ENTRY;
  }

  static boolean isVote(byte[] name) {
    return name.length == VOTE_NAME_BYTES && name[0] == ENTRY;
  }

  static ShardId shardOf(byte[] groupName) {
    return new ShardId(ByteBuffer.wrap(groupName).getInt(1));
  }

  /// The cell of an entry's or a vote's name.
  static long cellOf(byte[] name) {
    return cell(ByteBuffer.wrap(name).getLong(1), isVote(name));
  }
}
