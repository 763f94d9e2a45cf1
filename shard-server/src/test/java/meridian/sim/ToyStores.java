package meridian.sim;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.storage.LogStore;
import meridian.storage.LogWrite;
import meridian.storage.RecoveredLog;
import meridian.storage.SnapshotRow;
import meridian.storage.StateFlush;
import meridian.storage.StateStore;
import meridian.storage.Tables;
import meridian.storage.TxnRecord;
import meridian.storage.Version;

/// A disk that keeps a number: enough for a toy that counts. The number travels as a clock bound.
final class ToyStores implements SimDisk.Stores {
  private Timestamp number = Timestamp.ZERO;
  private boolean full;

  long number() {
    return number.packed();
  }

  void setFull(boolean nowFull) {
    full = nowFull;
  }

  @Override
  public LogStore openLog() {
    return new LogStore() {
      private final Timestamp atOpen = number;

      @Override
      public SortedMap<ShardId, RecoveredLog> recovered() {
        return new TreeMap<>();
      }

      @Override
      public Timestamp recoveredClockBound() {
        return atOpen;
      }

      @Override
      public void commit(List<LogWrite> batch) {
        if (full) {
          throw new NoSpace("full");
        }
        for (LogWrite write : batch) {
          number = ((LogWrite.ClockBound) write).bound();
        }
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public StateStore openState() {
    return new StateStore() {
      @Override
      public void flush(StateFlush flush) {}

      @Override
      public Optional<Version> version(ShardId shard, Key key, Timestamp atMost) {
        return Optional.empty();
      }

      @Override
      public List<SnapshotRow> rows(ShardId shard, KeyRange range, boolean reverse, int keysMax) {
        return List.of();
      }

      @Override
      public Optional<TxnRecord> outcome(ShardId shard, TxnId txn) {
        return Optional.empty();
      }

      @Override
      public List<TxnRecord> outcomesAfter(ShardId shard, Optional<TxnId> after, int most) {
        return List.of();
      }

      @Override
      public Optional<TxnRecord> newestOutcome(ShardId shard) {
        return Optional.empty();
      }

      @Override
      public Optional<Tables> tables(ShardId shard) {
        return Optional.empty();
      }

      @Override
      public void close() {}
    };
  }
}
