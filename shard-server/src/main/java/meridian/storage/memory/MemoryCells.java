package meridian.storage.memory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import meridian.model.Digest;
import meridian.model.Invariant;
import meridian.storage.LogStore;
import meridian.storage.cells.Cells;

/// Cells in memory. An update is seen at once and durable after the next `sync`; what was not
/// synced can be lost. Contents are never written to, so that copies may share them.
final class MemoryCells {
  private final NavigableMap<byte[], byte[]> cells = new TreeMap<>(Arrays::compareUnsigned);

  /// What the updates since the last sync have changed, oldest first.
  private final Deque<List<Change>> unsynced = new ArrayDeque<>();

  private boolean full;

  /// A change as it must be undone.
  private record Change(byte[] name, Optional<byte[]> before) {}

  /// A way to the cells, for one run of one process: a crash shuts it.
  final class Handle implements Cells {
    private final boolean syncsAtOnce;
    private boolean open = true;

    Handle(boolean syncsAtOnce) {
      this.syncsAtOnce = syncsAtOnce;
    }

    @Override
    public void update(Consumer<Writer> step) {
      checkOpen();
      if (full) {
        throw new LogStore.NoSpace("the simulated disk is full");
      }
      List<Change> changes = new ArrayList<>();
      try {
        step.accept(new View(changes));
      } catch (RuntimeException notDone) {
        undo(changes);
        throw notDone;
      }
      unsynced.addLast(changes);
      if (syncsAtOnce) {
        sync();
      }
    }

    @Override
    public <R> R read(Function<Reader, R> query) {
      checkOpen();
      return query.apply(new View(List.of()));
    }

    @Override
    public String place() {
      return "memory";
    }

    @Override
    public void close() {
      open = false;
    }

    void sync() {
      checkOpen();
      unsynced.clear();
    }

    private void checkOpen() {
      Invariant.check(open, "a process used its disk after it had crashed or closed it");
    }
  }

  MemoryCells copy() {
    MemoryCells copy = new MemoryCells();
    copy.cells.putAll(cells);
    copy.unsynced.addAll(unsynced);
    copy.full = full;
    return copy;
  }

  int updatesUnsynced() {
    return unsynced.size();
  }

  /// Loses all updates since the last sync but the first so many, which had reached the disk.
  void crash(int updatesKept) {
    while (unsynced.size() > updatesKept) {
      undo(unsynced.removeLast());
    }
    unsynced.clear();
  }

  void setFull(boolean nowFull) {
    full = nowFull;
  }

  void wipe() {
    cells.clear();
    unsynced.clear();
  }

  /// The names of cells in order.
  List<byte[]> names() {
    return List.copyOf(cells.keySet());
  }

  /// Alters one bit of a content.
  void flip(byte[] name, int bit) {
    cells.computeIfPresent(
        name,
        (_, content) -> {
          byte[] flipped = content.clone();
          flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
          return flipped;
        });
  }

  /// Has a write go to the wrong place: one cell gets another's content.
  void misdirect(byte[] from, byte[] to) {
    Optional.ofNullable(cells.get(from))
        .ifPresent(content -> cells.computeIfPresent(to, (_, _) -> content));
  }

  int bitsOf(byte[] name) {
    return Optional.ofNullable(cells.get(name)).map(content -> content.length).orElse(0)
        * Byte.SIZE;
  }

  void addTo(Digest digest) {
    digest.add(cells.size());
    cells.forEach((name, content) -> digest.add(name).add(content));
  }

  private void undo(List<Change> changes) {
    for (Change change : changes.reversed()) {
      change
          .before()
          .ifPresentOrElse(
              before -> cells.put(change.name(), before), () -> cells.remove(change.name()));
    }
  }

  /// Looks at the cells and changes them.
  private final class View implements Cells.Writer {
    private final List<Change> changes;
    private Optional<Map.Entry<byte[], byte[]>> here = Optional.empty();

    private View(List<Change> changes) {
      this.changes = changes;
    }

    @Override
    public boolean seek(byte[] name) {
      here = Optional.ofNullable(cells.ceilingEntry(name));
      return here.isPresent();
    }

    @Override
    public boolean seekBelow(byte[] name) {
      here = Optional.ofNullable(cells.lowerEntry(name));
      return here.isPresent();
    }

    @Override
    public boolean next() {
      here = Optional.ofNullable(cells.higherEntry(name()));
      return here.isPresent();
    }

    @Override
    public byte[] name() {
      return here.orElseThrow().getKey();
    }

    @Override
    public byte[] content() {
      return here.orElseThrow().getValue();
    }

    @Override
    public byte[] contentStart(int bytesMax) {
      byte[] content = content();
      return Arrays.copyOf(content, Math.min(bytesMax, content.length));
    }

    @Override
    public Optional<byte[]> get(byte[] name) {
      return Optional.ofNullable(cells.get(name));
    }

    @Override
    public long count() {
      return cells.size();
    }

    @Override
    public void put(byte[] name, byte[] content) {
      Invariant.check(
          name.length > 0 && name.length <= Cells.NAME_BYTES_MAX,
          "a name of %s bytes",
          name.length);
      changes.add(new Change(name, Optional.ofNullable(cells.put(name, content))));
    }

    @Override
    public boolean putIfAbsent(byte[] name, byte[] content) {
      boolean absent = !cells.containsKey(name);
      if (absent) {
        put(name, content);
      }
      return absent;
    }

    @Override
    public void append(byte[] name, byte[] content) {
      Invariant.check(
          cells.isEmpty() || Arrays.compareUnsigned(cells.lastKey(), name) < 0,
          "appended a name that is not above all others");
      put(name, content);
    }

    @Override
    public void delete(byte[] name) {
      Optional.ofNullable(cells.remove(name))
          .ifPresent(before -> changes.add(new Change(name, Optional.of(before))));
    }
  }
}
