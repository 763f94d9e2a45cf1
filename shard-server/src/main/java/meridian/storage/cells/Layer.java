package meridian.storage.cells;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import meridian.model.Key;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.storage.CorruptRecord;

/// Where the versions of keys lie. A cell's name is too short for every key, so keys are cut into
/// chunks, and each chunk but the last leads into a layer of its own, as in a trie of ordered trees
/// (Mao, Kohler, Morris, "Cache Craftiness for Fast Multicore Key-Value Storage", 2012). A key of
/// one chunk, which is nearly every key, lies in its shard's first layer. The name of a deeper
/// layer is a hash of the chunks that lead there: a link carries no content that could be lost, and
/// the cells of a key are found without following any.
///
/// In a name, a zero byte of the chunk is written 00 ff; 00 00 ends a chunk that ends its key, and
/// 00 01 one that is a link. So a key comes before the longer keys that begin with it, and they
/// before the next chunk.
final class Layer {
  /// Bytes of a key in one layer; at most twice as many in a name.
  static final int CHUNK_BYTES = 240;

  private static final byte FIRST = 0;
  private static final byte DEEPER = 1;
  private static final byte ENDS = 0;
  private static final byte LEADS_ON = 1;
  private static final byte ESCAPED_ZERO = (byte) 0xff;
  private static final int HASH_BYTES = 16;

  private final ShardId shard;

  /// The first bytes of every key that comes by here.
  private final byte[] path;

  /// What the name of every cell of the layer begins with.
  private final byte[] prefix;

  private Layer(ShardId shard, byte[] path) {
    this.shard = shard;
    this.path = path;
    this.prefix = path.length == 0 ? first(shard) : deeper(shard, path);
  }

  /// How many links lead to a key.
  static int depthOf(Key key) {
    return key.isEmpty() ? 0 : (key.size() - 1) / CHUNK_BYTES;
  }

  /// The layer that a key comes by after so many links.
  static Layer of(ShardId shard, Key key, int depth) {
    return new Layer(shard, Arrays.copyOf(key.unsafeBytes(), depth * CHUNK_BYTES));
  }

  /// The layer in which a key ends.
  static Layer of(ShardId shard, Key key) {
    return of(shard, key, depthOf(key));
  }

  /// What the names of all versions of a key that ends here begin with; before every one of them.
  byte[] versions(Key key) {
    return name(chunkOf(key), ENDS, 0);
  }

  /// The name of a version; newer ones come first.
  byte[] version(Key key, Timestamp ts) {
    byte[] name = name(chunkOf(key), ENDS, Long.BYTES);
    ByteBuffer.wrap(name).putLong(name.length - Long.BYTES, ~ts.packed());
    return name;
  }

  /// The name of the link by which a key leaves this layer.
  byte[] link(Key key) {
    return name(chunkOf(key), LEADS_ON, 0);
  }

  /// After that link, and before the next chunk.
  byte[] pastLink(Key key) {
    return name(chunkOf(key), (byte) (LEADS_ON + 1), 0);
  }

  /// Before every cell of the layer.
  byte[] start() {
    return prefix;
  }

  /// After every cell of the layer.
  byte[] end() {
    byte[] end = prefix.clone();
    for (int i = end.length - 1; ++end[i] == 0; i--) {
      // Carries; the first byte, a kind of cell, never overflows.
    }
    return end;
  }

  /// Whether a cell lies in this layer.
  boolean holds(byte[] name) {
    return startsWith(name, prefix);
  }

  /// The key that a cell of this layer belongs to; of a link, the bytes that all keys behind it
  /// share.
  Key keyOf(byte[] name) {
    byte[] key = Arrays.copyOf(path, path.length + name.length);
    int size = path.length;
    int end = markAt(name);
    for (int i = prefix.length; i < end; i++) {
      key[size++] = name[i];
      if (name[i] == 0) {
        i++;
      }
    }
    return Key.wrap(Arrays.copyOf(key, size));
  }

  boolean isLink(byte[] name) {
    return name[markAt(name) + 1] == LEADS_ON;
  }

  /// The layer behind a link.
  Layer behind(byte[] link) {
    return new Layer(shard, keyOf(link).unsafeBytes());
  }

  ShardId shard() {
    return shard;
  }

  /// The timestamp of the version of this name.
  static Timestamp timestampOf(byte[] versionName) {
    return new Timestamp(~ByteBuffer.wrap(versionName).getLong(versionName.length - Long.BYTES));
  }

  static boolean startsWith(byte[] name, byte[] prefix) {
    return name.length >= prefix.length
        && Arrays.equals(name, 0, prefix.length, prefix, 0, prefix.length);
  }

  /// Where the zero stands that ends the chunk. Names are read before their seal is, so a damaged
  /// one may come by.
  private int markAt(byte[] name) {
    for (int i = prefix.length; i + 1 < name.length; i++) {
      if (name[i] == 0 && name[i + 1] != ESCAPED_ZERO) {
        return i;
      }
      i += name[i] == 0 ? 1 : 0;
    }
    throw new CorruptRecord(shard, Optional.empty(), "the name of a cell is damaged");
  }

  private byte[] chunkOf(Key key) {
    int end = Math.min(key.size(), path.length + CHUNK_BYTES);
    return Arrays.copyOfRange(key.unsafeBytes(), path.length, end);
  }

  private byte[] name(byte[] chunk, byte mark, int more) {
    int zeros = 0;
    for (byte b : chunk) {
      zeros += b == 0 ? 1 : 0;
    }
    ByteBuffer name =
        ByteBuffer.allocate(prefix.length + chunk.length + zeros + 2 + more).put(prefix);
    for (byte b : chunk) {
      name.put(b);
      if (b == 0) {
        name.put(ESCAPED_ZERO);
      }
    }
    return name.put((byte) 0).put(mark).array();
  }

  private static byte[] first(ShardId shard) {
    return ByteBuffer.allocate(2 + Integer.BYTES)
        .put(StateNames.VERSION)
        .put(FIRST)
        .putInt(shard.number())
        .array();
  }

  private static byte[] deeper(ShardId shard, byte[] path) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, shard.number()));
      return ByteBuffer.allocate(2 + HASH_BYTES)
          .put(StateNames.VERSION)
          .put(DEEPER)
          .put(sha.digest(path), 0, HASH_BYTES)
          .array();
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java platform has SHA-256", absent);
    }
  }
}
