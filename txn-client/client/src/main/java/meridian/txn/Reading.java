package meridian.txn;

import java.util.List;
import java.util.Optional;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.Value;

/// Reads as they travel: what is asked for, and what came back.
public final class Reading {
  private Reading() {}

  /// Where a read is served.
  public enum Mode {
    /// Any replica near by, from what it has applied. Only good together with validation at commit.
    NEAREST,
    /// The leader, once nothing undecided is in the way; validated at commit too. For another
    /// attempt.
    LEADER,
    /// Strictly serializable by itself (rule 2.11): a majority confirms the leader after the read
    /// began. Over one shard only.
    STRONG
  }

  /// Asks for the keys of a range, up to a limit of rows (0: as many as a page holds), from its
  /// start or in reverse from its end. A point read is the range of one key.
  public record Range(KeyRange keys, int limit, boolean reverse) {
    public static Range point(Key key) {
      return new Range(KeyRange.point(key), 1, false);
    }
  }

  /// A key that has a value, and when it got it.
  public record Row(Key key, Value value, Timestamp version) {}

  /// What a range held within one shard.
  ///
  /// @param shard who answered; `generation` tells which of its lives
  /// @param slot as of this slot of the shard's log
  /// @param covered the keys that the rows speak for: up to the last row where a limit ended the
  ///   page
  /// @param rows in the order asked for
  /// @param rest what is left of the range beyond this page, if anything
  public record Page(
      ShardId shard,
      int generation,
      long slot,
      KeyRange covered,
      List<Row> rows,
      Optional<KeyRange> rest) {
    public Page {
      rows = List.copyOf(rows);
    }
  }
}
