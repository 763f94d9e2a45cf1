package meridian.storage.cells;

import java.nio.ByteBuffer;
import java.util.Arrays;
import meridian.model.ShardId;
import meridian.model.TxnId;

/// The names of the state's cells, but for versions, see [Layer].
final class StateNames {
  static final byte SWEEP = 1;
  static final byte TABLES = 2;
  static final byte OUTCOME = 3;
  static final byte VERSION = 4;

  private static final int TXN_BYTES = 3 * Long.BYTES + Integer.BYTES;

  private StateNames() {}

  /// How far the sweep of a shard has come.
  static byte[] sweep(ShardId shard) {
    return ofShard(SWEEP, shard, 0).array();
  }

  static byte[] tables(ShardId shard) {
    return ofShard(TABLES, shard, 0).array();
  }

  /// What the names of all outcomes of a shard begin with.
  static byte[] outcomes(ShardId shard) {
    return ofShard(OUTCOME, shard, 0).array();
  }

  /// After the names of all outcomes of a shard.
  static byte[] pastOutcomes(ShardId shard) {
    byte[] past = ofShard(OUTCOME, shard, TXN_BYTES).array();
    Arrays.fill(past, past.length - TXN_BYTES, past.length, (byte) 0xff);
    return past;
  }

  /// In the order of ids: the times and the incarnation are unsigned, sequence and attempt signed.
  static byte[] outcome(ShardId shard, TxnId txn) {
    return ofShard(OUTCOME, shard, TXN_BYTES)
        .putLong(txn.begin().packed())
        .putLong(txn.incarnation())
        .putLong(txn.sequence() ^ Long.MIN_VALUE)
        .putInt(txn.attempt() ^ Integer.MIN_VALUE)
        .array();
  }

  static boolean isVersion(byte[] name) {
    return name[0] == VERSION;
  }

  private static ByteBuffer ofShard(byte kind, ShardId shard, int more) {
    return ByteBuffer.allocate(1 + Integer.BYTES + more).put(kind).putInt(shard.number());
  }
}
