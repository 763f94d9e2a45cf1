package meridian.storage.lmdb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import meridian.storage.LogStore;
import meridian.storage.StoreUnusable;
import meridian.storage.cells.Cells;
import org.lmdbjava.Dbi;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.LmdbException;
import org.lmdbjava.LmdbNativeException;
import org.lmdbjava.Txn;

/// Cells in one LMDB environment. An update is one write transaction, synced when it returns. One
/// thread updates, another may read meanwhile: a read sees the last finished update, and keeps its
/// snapshot no longer than it lasts, so that no pages are pinned.
final class LmdbCells implements Cells {
  /// With less room than this, an I/O error is the disk being full: LMDB reports a write that was
  /// cut short for want of room as such. Trying again is safe even if it was a sync that failed,
  /// since the next transaction writes all its pages anew, and every one before it was synced.
  private static final long BYTES_LEFT_MIN = 1024 * 1024;

  // Error numbers of Linux that mean want of room: EFBIG, ENOSPC, EDQUOT; and EIO.
  private static final int FILE_TOO_LARGE = 27;
  private static final int NO_SPACE = 28;
  private static final int QUOTA_EXCEEDED = 122;
  private static final int IO_ERROR = 5;

  private static final int FILE_MODE = 0600;
  private static final int READERS_MAX = 8;

  private final Path folder;
  private final LmdbFile file;
  private final MapLimits limits;
  private final Env<ByteBuffer> env;
  private final Dbi<ByteBuffer> dbi;

  /// Held while a transaction of the reader is active, and while the map is moved: LMDB leaves it
  /// to the process that these exclude each other.
  private final ReentrantLock gate = new ReentrantLock();

  /// Reset between reads. Guarded by `gate`.
  private final Txn<ByteBuffer> readTxn;

  private final LmdbView reader;

  /// For names in write transactions.
  private final ByteBuffer nameIn = ByteBuffer.allocateDirect(NAME_BYTES_MAX);

  private long mapBytes;

  /// After a failed write or sync what is durable is not known: nothing is written any more.
  private boolean failed;

  /// Makes an environment without content, unless there is one.
  static void create(Path folder, long mapBytes) throws IOException {
    Files.createDirectories(folder);
    if (!new LmdbFile(folder).exists()) {
      environment(folder, mapBytes).close();
    }
  }

  /// Opens what was created.
  ///
  /// @throws StoreUnusable if the file is missing or must not be opened
  static LmdbCells open(Path folder, MapLimits limits) {
    try {
      LmdbFile file = new LmdbFile(folder);
      long mapBytes = Math.max(limits.bytesFirst(), file.check().mapBytes());
      file.extend(mapBytes);
      return new LmdbCells(folder, file, limits, environment(folder, mapBytes), mapBytes);
    } catch (IOException | LmdbException failure) {
      throw new StoreUnusable(
          "Cannot open the store in "
              + folder
              + " ("
              + failure.getMessage()
              + "). Check that the disk is mounted for writing, has room, and that this user owns the"
              + " folder.",
          failure);
    }
  }

  private static Env<ByteBuffer> environment(Path folder, long mapBytes) {
    return Env.create()
        .setMapSize(mapBytes)
        .setMaxDbs(0)
        .setMaxReaders(READERS_MAX)
        .open(folder.toFile(), FILE_MODE, EnvFlags.MDB_NOTLS);
  }

  private LmdbCells(
      Path folder, LmdbFile file, MapLimits limits, Env<ByteBuffer> env, long mapBytes) {
    this.folder = folder;
    this.file = file;
    this.limits = limits;
    this.env = env;
    this.mapBytes = mapBytes;
    this.dbi = env.openDbi((byte[]) null);
    this.readTxn = env.txnRead();
    this.reader = new LmdbView(dbi, readTxn, ByteBuffer.allocateDirect(NAME_BYTES_MAX));
    readTxn.reset();
  }

  @Override
  public synchronized void update(Consumer<Writer> step) {
    if (failed) {
      throw new UncheckedIOException(
          new IOException("writing to " + folder + " has failed before"));
    }
    while (!fits(step)) {
      grow();
    }
  }

  @Override
  public <R> R read(Function<Reader, R> query) {
    gate.lock();
    try {
      readTxn.renew();
      try {
        reader.renew();
        return query.apply(reader);
      } finally {
        readTxn.reset();
      }
    } catch (LmdbException failure) {
      throw failure("Reading", failure);
    } finally {
      gate.unlock();
    }
  }

  @Override
  public String place() {
    return folder.toString();
  }

  @Override
  public synchronized void close() {
    gate.lock();
    try {
      if (!env.isClosed()) {
        reader.close();
        readTxn.renew(); // LMDB frees a transaction that is active, and would keep one that is not.
        readTxn.close();
        env.close();
      }
    } finally {
      gate.unlock();
    }
  }

  /// Runs a step in a transaction; false if the map is too small for it.
  private boolean fits(Consumer<Writer> step) {
    long id = 0;
    try (Txn<ByteBuffer> txn = env.txnWrite()) {
      id = txn.getId();
      try (LmdbView view = new LmdbView(dbi, txn, nameIn)) {
        step.accept(view);
      }
      txn.commit();
      return true;
    } catch (Env.MapFullException full) {
      return false;
    } catch (LmdbException failure) {
      if (isWantOfRoom(failure) && isUntouchedBy(id)) {
        throw new LogStore.NoSpace("No room for " + folder + ": make room on its disk.");
      }
      failed = true;
      throw failure("Writing", failure);
    }
  }

  /// Doubles the map.
  private void grow() {
    long larger = Math.min(2 * mapBytes, limits.bytesMax());
    if (larger <= mapBytes) {
      throw new LogStore.NoSpace(folder + " has reached its limit of " + mapBytes + " bytes.");
    }
    try {
      file.extend(larger);
    } catch (IOException refused) {
      throw new LogStore.NoSpace("No room for " + folder + ": " + refused.getMessage());
    }
    gate.lock();
    try {
      env.setMapSize(larger);
      mapBytes = larger;
    } catch (LmdbException failure) {
      failed = true;
      throw failure("Enlarging", failure);
    } finally {
      gate.unlock();
    }
  }

  private boolean isWantOfRoom(LmdbException failure) {
    int code = failure instanceof LmdbNativeException known ? known.getResultCode() : 0;
    return switch (code) {
      case NO_SPACE, QUOTA_EXCEEDED, FILE_TOO_LARGE -> true;
      case IO_ERROR -> bytesLeft() < BYTES_LEFT_MIN;
      default -> false;
    };
  }

  private long bytesLeft() {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException unknown) {
      return Long.MAX_VALUE;
    }
  }

  /// Whether the environment still is as before a failed transaction, and ready for the next.
  private boolean isUntouchedBy(long id) {
    try (Txn<ByteBuffer> probe = env.txnWrite()) {
      return probe.getId() == id;
    } catch (LmdbException broken) {
      return false;
    }
  }

  private UncheckedIOException failure(String what, LmdbException cause) {
    return new UncheckedIOException(
        new IOException(what + " " + folder + " failed: " + cause.getMessage(), cause));
  }
}
