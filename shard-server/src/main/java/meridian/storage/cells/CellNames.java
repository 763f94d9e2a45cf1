package meridian.storage.cells;

import java.util.Arrays;
import meridian.model.Key;
import meridian.model.ShardId;

/// Tells cells apart by their names, for whoever injects damage.
public final class CellNames {
  private CellNames() {}

  /// Whether the cell holds a version of some key; links of long keys have no content to damage.
  public static boolean isVersion(byte[] name) {
    return StateNames.isVersion(name);
  }

  public static boolean isVersionOf(byte[] name, ShardId shard, Key key) {
    return Layer.startsWith(name, Layer.of(shard, key).versions(key));
  }

  public static boolean isLogEntry(byte[] name) {
    return LogNames.isEntry(name);
  }

  public static boolean isVote(byte[] name) {
    return LogNames.isVote(name);
  }

  public static boolean isBallots(byte[] name, ShardId shard) {
    return Arrays.equals(name, LogNames.group(shard));
  }
}
