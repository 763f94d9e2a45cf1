package meridian.storage.cells;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.storage.CorruptRecord;
import meridian.storage.SnapshotRow;
import meridian.storage.StateFlush;
import meridian.storage.StateStore;
import meridian.storage.Tables;
import meridian.storage.TxnRecord;
import meridian.storage.Version;

/// The state of a node, in cells. A flush is one update of the cells, and as durable as that.
public final class CellStateStore implements StateStore {
  /// Of the keys that a flush touches it collects the garbage of every so-manieth, and of those
  /// with as many new versions: to look over every key at every write would cost more than what is
  /// gained.
  private static final int TOUCHED_PER_COLLECTED = 4;

  /// Keys that a flush looks over for garbage beside those it touches, at least; of a large one,
  /// one for so many touched. A key that is never written again is swept too, so that what it left
  /// behind does not stay for ever.
  private static final int SWEPT_MIN = 256;

  private static final int TOUCHED_PER_SWEPT = 8;

  private final Cells cells;
  private final RecordFormat format;

  public CellStateStore(Cells cells, RecordFormat format) {
    this.cells = cells;
    this.format = format;
  }

  @Override
  public Optional<Version> version(ShardId shard, Key key, Timestamp atMost) {
    return cells.read(reader -> VersionCells.newest(reader, shard, key, atMost));
  }

  @Override
  public List<SnapshotRow> rows(ShardId shard, KeyRange range, boolean reverse, int keysMax) {
    return range.isEmpty()
        ? List.of()
        : cells.read(reader -> VersionCells.rows(reader, shard, range, reverse, keysMax));
  }

  @Override
  public Optional<TxnRecord> outcome(ShardId shard, TxnId txn) {
    byte[] name = StateNames.outcome(shard, txn);
    return cells
        .read(reader -> reader.get(name))
        .map(content -> decode(shard, name, content, format::outcome));
  }

  @Override
  public List<TxnRecord> outcomesAfter(ShardId shard, Optional<TxnId> after, int most) {
    byte[] prefix = StateNames.outcomes(shard);
    byte[] start = after.map(txn -> StateNames.outcome(shard, txn)).orElse(prefix);
    return cells.read(
        reader -> {
          List<TxnRecord> outcomes = new ArrayList<>();
          boolean more = reader.seek(start);
          if (more && java.util.Arrays.equals(reader.name(), start)) {
            more = reader.next();
          }
          while (more && outcomes.size() < most && Layer.startsWith(reader.name(), prefix)) {
            outcomes.add(decode(shard, reader.name(), reader.content(), format::outcome));
            more = reader.next();
          }
          return outcomes;
        });
  }

  @Override
  public Optional<TxnRecord> newestOutcome(ShardId shard) {
    byte[] prefix = StateNames.outcomes(shard);
    return cells.read(
        reader ->
            reader.seekBelow(StateNames.pastOutcomes(shard))
                    && Layer.startsWith(reader.name(), prefix)
                ? Optional.of(decode(shard, reader.name(), reader.content(), format::outcome))
                : Optional.empty());
  }

  @Override
  public Optional<Tables> tables(ShardId shard) {
    byte[] name = StateNames.tables(shard);
    return cells
        .read(reader -> reader.get(name))
        .map(content -> decode(shard, name, content, format::tables));
  }

  @Override
  public void flush(StateFlush flush) {
    cells.update(writer -> write(flush, writer));
  }

  @Override
  public void close() {
    cells.close();
  }

  private void write(StateFlush flush, Cells.Writer writer) {
    ShardId shard = flush.shard();
    List<TxnRecord> outcomes = new ArrayList<>(flush.outcomes());
    outcomes.sort(Comparator.comparing(TxnRecord::txn)); // As below.
    for (TxnRecord outcome : outcomes) {
      put(writer, StateNames.outcome(shard, outcome.txn()), format.encode(outcome));
    }
    flush.forgotten().forEach(txn -> writer.delete(StateNames.outcome(shard, txn)));
    put(writer, StateNames.tables(shard), format.encode(flush.tables()));

    var versions = new VersionWriter(writer, shard, flush.tables().horizonSlot());
    int turn = 0;
    List<SnapshotRow> rows = new ArrayList<>(flush.rows());
    rows.sort(Comparator.comparing(SnapshotRow::key)); // Neighbours share pages.
    for (SnapshotRow row : rows) {
      versions.add(row);
      if (turn++ % TOUCHED_PER_COLLECTED == 0 || row.versions().size() >= TOUCHED_PER_COLLECTED) {
        versions.collect(row.key());
      }
    }
    flush.repaired().forEach(versions::dropDamaged);
    sweep(versions, Math.max(SWEPT_MIN, rows.size() / TOUCHED_PER_SWEPT));
  }

  /// Goes on where the last sweep of the shard ended, and from the start when it came to the end.
  private static void sweep(VersionWriter versions, int keysMax) {
    byte[] name = StateNames.sweep(versions.shard());
    Key start =
        versions
            .cells()
            .get(name)
            .flatMap(content -> Seal.body(name, content))
            .map(Key::wrap)
            .orElse(Key.EMPTY);
    Key next = versions.sweep(start, keysMax).orElse(Key.EMPTY);
    if (!next.equals(start)) {
      put(versions.cells(), name, next.unsafeBytes());
    }
  }

  private static void put(Cells.Writer writer, byte[] name, byte[] body) {
    writer.put(name, Seal.seal(name, body));
  }

  private static <T> T decode(
      ShardId shard, byte[] name, byte[] content, Function<byte[], T> decoder) {
    return Seal.body(name, content)
        .map(decoder)
        .orElseThrow(
            () ->
                new CorruptRecord(shard, Optional.empty(), "an outcome or the tables are damaged"));
  }
}
