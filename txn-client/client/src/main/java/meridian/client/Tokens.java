package meridian.client;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import meridian.model.Key;
import meridian.model.Outcome;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;

/// Tokens of unknown outcomes as text, to be kept and asked with later: `TXN@SHARD+SHARD@KEY`, the
/// key in hexadecimal, the shards empty where they are not known. And tokens of sessions: `sTIME`,
/// the packed timestamp in hexadecimal.
public final class Tokens {
  private static final int PARTS = 3;
  private static final String SESSION = "s";
  private static final int HEX = 16;

  private Tokens() {}

  /// The token as one word.
  public static String format(Outcome.Token token) {
    String shards =
        token.participants().stream()
            .map(shard -> Integer.toString(shard.number()))
            .collect(Collectors.joining("+"));
    return token.txn()
        + "@"
        + shards
        + "@"
        + HexFormat.of().formatHex(token.anchor().unsafeBytes());
  }

  /// A session's token: the largest timestamp that it has read or committed.
  static String format(Timestamp seen) {
    return SESSION + Long.toHexString(seen.packed());
  }

  /// Reads a session's token.
  ///
  /// @throws IllegalArgumentException if the text is none
  static Timestamp parseSession(String text) {
    try {
      if (text.startsWith(SESSION)) {
        return new Timestamp(Long.parseLong(text.substring(SESSION.length()), HEX));
      }
    } catch (NumberFormatException notANumber) {
      // Told below.
    }
    throw new IllegalArgumentException("not a session's token (want sTIME): " + text);
  }

  /// Reads what `format` wrote.
  ///
  /// @throws IllegalArgumentException if the text is no token
  public static Outcome.Token parse(String text) {
    String[] parts = text.split("@", -1);
    if (parts.length != PARTS) {
      throw new IllegalArgumentException("not a token (want TXN@SHARDS@KEY): " + text);
    }
    List<ShardId> shards =
        Arrays.stream(parts[1].split("\\+"))
            .filter(shard -> !shard.isEmpty())
            .map(shard -> new ShardId(Integer.parseInt(shard)))
            .toList();
    return new Outcome.Token(
        TxnId.parse(parts[0]), shards, Key.wrap(HexFormat.of().parseHex(parts[2])));
  }
}
