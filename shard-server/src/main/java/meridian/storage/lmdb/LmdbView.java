package meridian.storage.lmdb;

import java.nio.ByteBuffer;
import java.util.Optional;
import meridian.storage.cells.Cells;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.GetOp;
import org.lmdbjava.PutFlags;
import org.lmdbjava.SeekOp;
import org.lmdbjava.Txn;

/// The cells within one LMDB transaction. What a buffer of LMDB shows dies with the transaction, so
/// everything is copied out.
final class LmdbView implements Cells.Writer, AutoCloseable {
  /// Larger than anything that is ever stored. A length beyond it was read from a damaged page, and
  /// is taken for none: then no checksum holds, and whoever asked finds the damage.
  private static final int CONTENT_BYTES_MAX = 64 * 1024 * 1024;

  private static final byte[] NOTHING = {};

  private final Dbi<ByteBuffer> dbi;
  private final Txn<ByteBuffer> txn;
  private final Cursor<ByteBuffer> cursor;
  private final ByteBuffer nameIn;

  /// @param nameIn a direct buffer for names, of no other use meanwhile
  LmdbView(Dbi<ByteBuffer> dbi, Txn<ByteBuffer> txn, ByteBuffer nameIn) {
    this.dbi = dbi;
    this.txn = txn;
    this.cursor = dbi.openCursor(txn);
    this.nameIn = nameIn;
  }

  /// Goes on in the same transaction after it was renewed.
  void renew() {
    cursor.renew(txn);
  }

  @Override
  public boolean seek(byte[] name) {
    return cursor.get(in(name), GetOp.MDB_SET_RANGE);
  }

  @Override
  public boolean seekBelow(byte[] name) {
    return cursor.seek(seek(name) ? SeekOp.MDB_PREV : SeekOp.MDB_LAST);
  }

  @Override
  public boolean next() {
    return cursor.next();
  }

  @Override
  public byte[] name() {
    return copy(cursor.key(), Cells.NAME_BYTES_MAX, Cells.NAME_BYTES_MAX);
  }

  @Override
  public byte[] content() {
    return copy(cursor.val(), CONTENT_BYTES_MAX, CONTENT_BYTES_MAX);
  }

  @Override
  public byte[] contentStart(int bytesMax) {
    return copy(cursor.val(), CONTENT_BYTES_MAX, bytesMax);
  }

  @Override
  public Optional<byte[]> get(byte[] name) {
    return Optional.ofNullable(dbi.get(txn, in(name)))
        .map(content -> copy(content, CONTENT_BYTES_MAX, CONTENT_BYTES_MAX));
  }

  @Override
  public long count() {
    return dbi.stat(txn).entries;
  }

  @Override
  public void put(byte[] name, byte[] content) {
    dbi.reserve(txn, in(name), content.length).put(content);
  }

  @Override
  public boolean putIfAbsent(byte[] name, byte[] content) {
    try {
      dbi.reserve(txn, in(name), content.length, PutFlags.MDB_NOOVERWRITE).put(content);
      return true;
    } catch (Dbi.KeyExistsException there) {
      return false;
    }
  }

  @Override
  public void append(byte[] name, byte[] content) {
    dbi.reserve(txn, in(name), content.length, PutFlags.MDB_APPEND).put(content);
  }

  @Override
  public void delete(byte[] name) {
    dbi.delete(txn, in(name));
  }

  @Override
  public void close() {
    cursor.close();
  }

  private ByteBuffer in(byte[] name) {
    return nameIn.clear().put(name).flip();
  }

  private static byte[] copy(ByteBuffer from, int saneMax, int bytesMax) {
    int length = from.remaining();
    if (length <= 0 || length > saneMax) {
      return NOTHING;
    }
    byte[] copy = new byte[Math.min(length, bytesMax)];
    from.get(from.position(), copy);
    return copy;
  }
}
