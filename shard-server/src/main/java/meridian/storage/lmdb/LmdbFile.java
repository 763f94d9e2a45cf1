package meridian.storage.lmdb;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import meridian.storage.StoreUnusable;

/// The file of an LMDB environment, seen from outside. LMDB maps it into memory: a page that its
/// header promises and the file does not have would kill the process with a signal instead of an
/// error. So the header is read and doubted before LMDB sees the file, and the file is kept as long
/// as the map.
final class LmdbFile {
  private static final int MAGIC = 0xbeefc0de;
  private static final int VERSION = 1;
  private static final short FLAG_BRANCH = 1;
  private static final short FLAG_LEAF = 2;
  private static final short FLAG_META = 8;
  private static final long NO_ROOT = -1;

  // Where things stand in a meta page of a 64-bit LMDB 0.9: a page header of 16 bytes, then
  // MDB_meta.
  private static final int FLAGS_AT = 10;
  private static final int MAGIC_AT = 16;
  private static final int VERSION_AT = 20;
  private static final int MAP_BYTES_AT = 32;
  private static final int PAGE_BYTES_AT = 40;
  private static final int FREE_ROOT_AT = 80;
  private static final int MAIN_ROOT_AT = 128;
  private static final int LAST_PAGE_AT = 136;
  private static final int TXN_AT = 144;
  private static final int META_BYTES = 152;

  private final Path path;

  /// @param folder of the environment
  LmdbFile(Path folder) {
    this.path = folder.resolve("data.mdb");
  }

  /// One of the two meta pages, of which the newer counts.
  ///
  /// @param mapBytes how large the map was at that transaction, at most
  /// @param lastPage the last page in use
  record Meta(
      long txn, int pageBytes, long mapBytes, long lastPage, long freeRoot, long mainRoot) {}

  /// Whether there is anything in the file, or it is only about to be made.
  boolean exists() throws IOException {
    return Files.exists(path) && Files.size(path) > 0;
  }

  /// Its newer header.
  ///
  /// @throws StoreUnusable if the file is not what LMDB may be let near
  Meta check() {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      return check(file);
    } catch (NoSuchFileException missing) {
      throw unusable("it is missing");
    } catch (IOException unreadable) {
      throw new StoreUnusable(
          "Cannot read "
              + path
              + " ("
              + unreadable.getMessage()
              + "). Check its owner and the disk.",
          unreadable);
    }
  }

  /// Makes the file at least so long, without taking room for it.
  void extend(long bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      if (file.length() < bytes) {
        file.setLength(bytes);
      }
    }
  }

  private Meta check(FileChannel file) throws IOException {
    Meta first = meta(file, 0);
    Meta second = meta(file, first.pageBytes());
    Meta newer = first.txn() >= second.txn() ? first : second;
    long bytesNeeded = (newer.lastPage() + 1) * newer.pageBytes();
    if (file.size() < bytesNeeded) {
      throw unusable("it has " + file.size() + " bytes of " + bytesNeeded);
    }
    checkRoot(file, newer, newer.freeRoot());
    checkRoot(file, newer, newer.mainRoot());
    return newer;
  }

  private Meta meta(FileChannel file, long at) throws IOException {
    ByteBuffer page = read(file, at, META_BYTES);
    int pageBytes = page.getInt(PAGE_BYTES_AT);
    boolean sane =
        (page.getShort(FLAGS_AT) & FLAG_META) != 0
            && page.getInt(MAGIC_AT) == MAGIC
            && page.getInt(VERSION_AT) == VERSION
            && Integer.bitCount(pageBytes) == 1
            && pageBytes > META_BYTES;
    if (!sane) {
      throw unusable("its header is damaged");
    }
    return new Meta(
        page.getLong(TXN_AT),
        pageBytes,
        page.getLong(MAP_BYTES_AT),
        page.getLong(LAST_PAGE_AT),
        page.getLong(FREE_ROOT_AT),
        page.getLong(MAIN_ROOT_AT));
  }

  private void checkRoot(FileChannel file, Meta meta, long root) throws IOException {
    if (root == NO_ROOT) {
      return;
    }
    if (root < 2 || root > meta.lastPage()) {
      throw unusable("its header is damaged");
    }
    ByteBuffer page = read(file, root * meta.pageBytes(), FLAGS_AT + Short.BYTES);
    boolean tree = (page.getShort(FLAGS_AT) & (FLAG_BRANCH | FLAG_LEAF)) != 0;
    if (page.getLong(0) != root || !tree) {
      throw unusable("its first page is damaged");
    }
  }

  private ByteBuffer read(FileChannel file, long at, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    while (buffer.hasRemaining()) {
      if (file.read(buffer, at + buffer.position()) < 0) {
        throw unusable("it has only " + file.size() + " bytes");
      }
    }
    return buffer.flip();
  }

  private StoreUnusable unusable(String fault) {
    return new StoreUnusable(
        path
            + " cannot be used: "
            + fault
            + ". If a whole copy from the last stop of this node exists, put it back; otherwise move"
            + " the data directory away and let the node join as a new member.");
  }
}
