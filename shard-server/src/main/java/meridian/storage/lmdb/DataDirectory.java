package meridian.storage.lmdb;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import meridian.model.NodeId;
import meridian.storage.StoreUnusable;

/// The directory in which a node keeps everything. It belongs to one node of one cluster, for ever,
/// and to one process at a time, until that closes it or ends.
public final class DataDirectory implements AutoCloseable {
  /// Whose a directory is.
  ///
  /// @param cluster its name, or the hash of what all its nodes agree on; without line breaks
  public record Identity(String cluster, NodeId node) {
    @Override
    public String toString() {
      return "node " + node.number() + " of cluster " + cluster;
    }
  }

  /// Raised when files that older versions left can no longer be read as they are.
  static final String FORMAT = "meridian-data 2";

  private static final String FORMAT_FILE = "FORMAT";
  private static final String IDENTITY_FILE = "IDENTITY";
  private static final String LOCK_FILE = "LOCK";
  private static final String LOG_FOLDER = "log";
  private static final String STATE_FOLDER = "state";
  private static final long FIRST_MAP_BYTES = 64 * 1024;
  private static final String UNFINISHED = ".new";

  /// What an interrupted first start may have left.
  private static final List<String> FIRST_FILES =
      List.of(
          LOCK_FILE,
          IDENTITY_FILE,
          IDENTITY_FILE + UNFINISHED,
          FORMAT_FILE + UNFINISHED,
          LOG_FOLDER,
          STATE_FOLDER);

  /// The directories in use in this process, by real path. To try a file lock twice within a
  /// process is not harmless: closing the second channel lets go of the first's lock.
  private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel lock;

  private DataDirectory(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /// Takes a directory into use, and makes it first if it is not there or empty.
  ///
  /// @throws StoreUnusable if it is not this node's, in use, of an unknown format or cannot be
  ///   written; the message says what to do
  public static DataDirectory open(Path where, Identity identity) {
    try {
      Path path = made(where);
      if (!IN_USE.add(path)) {
        throw inUse(path, "this process");
      }
      try {
        return open(path, identity, lock(path));
      } catch (IOException | RuntimeException refused) {
        IN_USE.remove(path);
        throw refused;
      }
    } catch (IOException failure) {
      throw new StoreUnusable(
          "The data directory "
              + where
              + " cannot be used ("
              + failure
              + "). Check that its disk is mounted for writing and that this user owns it.",
          failure);
    }
  }

  /// Where the log's environment is.
  public Path log() {
    return path.resolve(LOG_FOLDER);
  }

  /// Where the state's environment is.
  public Path state() {
    return path.resolve(STATE_FOLDER);
  }

  /// How much can still be written to its disk, in bytes.
  ///
  /// @throws IOException if the disk does not say
  public long usableBytes() throws IOException {
    return Files.getFileStore(path).getUsableSpace();
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException harmless) {
      // The lock is gone with the process at the latest.
    } finally {
      IN_USE.remove(path);
    }
  }

  private static DataDirectory open(Path path, Identity identity, FileChannel lock)
      throws IOException {
    try {
      if (!Files.exists(path.resolve(FORMAT_FILE))) {
        make(path, identity);
      }
      check(path, identity);
      return new DataDirectory(path, lock);
    } catch (IOException | RuntimeException refused) {
      lock.close();
      throw refused;
    }
  }

  private static Path made(Path where) throws IOException {
    if (Files.notExists(where)) {
      var ownerOnly = PosixFilePermissions.fromString("rwx------");
      Files.createDirectories(where, PosixFilePermissions.asFileAttribute(ownerOnly));
    }
    if (!Files.isDirectory(where)) {
      throw new StoreUnusable(where + " is not a directory. Name another data directory.");
    }
    if (!Files.isReadable(where) || !Files.isWritable(where)) {
      throw new StoreUnusable(
          "The data directory "
              + where
              + " cannot be written. Make user "
              + System.getProperty("user.name")
              + " its owner, and check that its disk is not mounted read-only.");
    }
    return where.toRealPath();
  }

  private static FileChannel lock(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException heldHere) {
      // The same file by another path.
    }
    channel.close();
    throw inUse(path, "another process");
  }

  /// The format comes last: it says that the rest is there, so that a log that is gone later is
  /// taken for lost and not for new.
  private static void make(Path path, Identity identity) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      List<String> strange =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> !FIRST_FILES.contains(name) && !name.equals("lost+found"))
              .sorted()
              .toList();
      if (!strange.isEmpty()) {
        throw new StoreUnusable(
            path
                + " is no data directory, and not empty either: it has "
                + strange
                + ". Name an empty directory, or the one that this node had before.");
      }
    }
    write(path, IDENTITY_FILE, identityText(identity));
    for (String store : List.of(LOG_FOLDER, STATE_FOLDER)) {
      LmdbCells.create(path.resolve(store), FIRST_MAP_BYTES);
      sync(path.resolve(store));
    }
    write(path, FORMAT_FILE, FORMAT + "\n");
  }

  private static void check(Path path, Identity identity) throws IOException {
    String format = Files.readString(path.resolve(FORMAT_FILE)).strip();
    if (!format.equals(FORMAT)) {
      throw new StoreUnusable(
          path
              + " has the format '"
              + format
              + "', this version reads '"
              + FORMAT
              + "'. Start the version that wrote it.");
    }
    Path file = path.resolve(IDENTITY_FILE);
    if (!Files.exists(file)) {
      throw new StoreUnusable(
          file + " is missing. Put it back, or move the directory away and join as a new member.");
    }
    String found = Files.readString(file);
    if (!found.equals(identityText(identity))) {
      throw new StoreUnusable(
          path
              + " belongs to another node: it says '"
              + found.strip().replace("\n", ", ")
              + "', and this is "
              + identity
              + ". Name the directory of this node, or an empty one.");
    }
  }

  private static String identityText(Identity identity) {
    return "cluster " + identity.cluster() + "\nnode " + identity.node().number() + "\n";
  }

  /// Writes a file so that it is there whole or not at all, whenever the machine stops.
  private static void write(Path path, String name, String text) throws IOException {
    Path unfinished = path.resolve(name + UNFINISHED);
    Files.writeString(
        unfinished,
        text,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE,
        StandardOpenOption.SYNC);
    Files.move(unfinished, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    sync(path);
  }

  /// Makes the names in a folder durable.
  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder)) {
      channel.force(true);
    }
  }

  private static StoreUnusable inUse(Path path, String byWhom) {
    return new StoreUnusable(
        "The data directory "
            + path
            + " is in use by "
            + byWhom
            + ". Stop that first, or name another directory.");
  }
}
