package meridian.storage.memory;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import meridian.model.Digest;
import meridian.model.Key;
import meridian.model.ShardId;
import meridian.storage.StateStore;
import meridian.storage.cells.CellNames;
import meridian.storage.cells.CellStateStore;
import meridian.storage.cells.RecordFormat;

/// The disk of a simulated node. It outlives the stores that are opened on it, and knows the faults
/// of real ones: a crash loses what was not synced, room runs out, bits rot, everything is lost.
/// Deterministic; one thread.
public final class MemoryDisk {
  private final RecordFormat format;
  private final MemoryCells log;
  private final MemoryCells state;

  /// The stores of the running process.
  private Optional<MemoryCells.Handle> logHandle = Optional.empty();

  private Optional<MemoryCells.Handle> stateHandle = Optional.empty();

  /// An empty disk.
  public MemoryDisk(RecordFormat format) {
    this(format, new MemoryCells(), new MemoryCells());
  }

  private MemoryDisk(RecordFormat format, MemoryCells log, MemoryCells state) {
    this.format = format;
    this.log = log;
    this.state = state;
  }

  /// Opens the log; whatever was opened before is of no use any more.
  ///
  /// @throws meridian.storage.StoreUnusable if ballots are damaged
  public MemoryLogStore openLog() {
    logHandle.ifPresent(MemoryCells.Handle::close);
    MemoryCells.Handle handle = log.new Handle(false);
    logHandle = Optional.of(handle);
    return new MemoryLogStore(handle, format);
  }

  /// Opens the state; whatever was opened before is of no use any more. A flush is durable when it
  /// returns: for one that takes time, or is lost in a crash, call it later, or never.
  public StateStore openState() {
    stateHandle.ifPresent(MemoryCells.Handle::close);
    MemoryCells.Handle handle = state.new Handle(true);
    stateHandle = Optional.of(handle);
    return new CellStateStore(handle, format);
  }

  /// The process dies, or the machine does. Batches that were staged and not synced are lost; or
  /// some of the first had reached the disk, each of them whole, as the generator decides.
  public void crash(RandomGenerator random) {
    crashKeeping(random.nextInt(log.updatesUnsynced() + 1));
  }

  /// The same, keeping just so many of the batches that were staged and not synced.
  public void crashKeeping(int batches) {
    close();
    log.crash(batches);
    state.crash(0);
  }

  /// From now on until told otherwise nothing can be written.
  public void setFull(boolean full) {
    log.setFull(full);
    state.setFull(full);
  }

  /// Everything is lost: the disk comes back empty.
  public void wipe() {
    close();
    log.wipe();
    state.wipe();
  }

  /// Flips a bit of some version; false if there is none. Reads of it will throw CorruptRecord.
  public boolean corruptVersion(RandomGenerator random) {
    return corrupt(state, CellNames::isVersion, random);
  }

  /// The same for some version of one key.
  public boolean corruptVersion(ShardId shard, Key key, RandomGenerator random) {
    return corrupt(state, name -> CellNames.isVersionOf(name, shard, key), random);
  }

  /// Flips a bit of some log entry; false if there is none. The next start will find it.
  public boolean corruptLogEntry(RandomGenerator random) {
    return corrupt(log, CellNames::isLogEntry, random);
  }

  /// Flips a bit of the record that holds a shard's ballots; the log cannot be opened again.
  public boolean corruptBallots(ShardId shard, RandomGenerator random) {
    return corrupt(log, name -> CellNames.isBallots(name, shard), random);
  }

  /// Overwrites some version with another's content; false if there are no two. Reads of it will
  /// throw CorruptRecord.
  public boolean misdirectVersion(RandomGenerator random) {
    return misdirect(state, CellNames::isVersion, random);
  }

  /// Overwrites some log entry with another's content; false if there are no two. The next start
  /// will find it.
  public boolean misdirectLogEntry(RandomGenerator random) {
    return misdirect(log, CellNames::isLogEntry, random);
  }

  /// A disk of the same content, staged batches included, that goes its own way from here.
  public MemoryDisk copy() {
    return new MemoryDisk(format, log.copy(), state.copy());
  }

  /// A hash of all content.
  public long digest() {
    Digest digest = new Digest();
    log.addTo(digest);
    state.addTo(digest);
    return digest.value();
  }

  /// For tests that damage one cell after the other.
  MemoryCells log() {
    return log;
  }

  private void close() {
    logHandle.ifPresent(MemoryCells.Handle::close);
    stateHandle.ifPresent(MemoryCells.Handle::close);
  }

  private static boolean misdirect(
      MemoryCells cells, Predicate<byte[]> which, RandomGenerator random) {
    List<byte[]> names = withContent(cells, which);
    if (names.size() < 2) {
      return false;
    }
    int to = random.nextInt(names.size());
    int from = (to + random.nextInt(1, names.size())) % names.size();
    cells.misdirect(names.get(from), names.get(to));
    return true;
  }

  private static List<byte[]> withContent(MemoryCells cells, Predicate<byte[]> which) {
    return cells.names().stream().filter(which.and(name -> cells.bitsOf(name) > 0)).toList();
  }

  private static boolean corrupt(
      MemoryCells cells, Predicate<byte[]> which, RandomGenerator random) {
    List<byte[]> names = withContent(cells, which);
    if (names.isEmpty()) {
      return false;
    }
    byte[] name = names.get(random.nextInt(names.size()));
    cells.flip(name, random.nextInt(cells.bitsOf(name)));
    return true;
  }
}
