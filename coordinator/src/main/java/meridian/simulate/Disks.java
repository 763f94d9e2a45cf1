package meridian.simulate;

import meridian.codec.RecordCodec;
import meridian.paxos.LogEntry;
import meridian.paxos.Tentative;
import meridian.sim.SimDisk;
import meridian.storage.LogStore;
import meridian.storage.StateStore;
import meridian.storage.Tables;
import meridian.storage.TxnRecord;
import meridian.storage.cells.RecordFormat;
import meridian.storage.memory.MemoryDisk;
import meridian.wire.BadMessage;

/// The disks of a run: the layout of production in memory, with the codec of production.
final class Disks implements SimDisk.Stores {
  private static final RecordFormat FORMAT =
      new RecordFormat() {
        @Override
        public byte[] encode(LogEntry entry) {
          return RecordCodec.encode(entry);
        }

        @Override
        public byte[] encode(Tentative tentative) {
          return RecordCodec.encode(tentative);
        }

        @Override
        public byte[] encode(Tables tables) {
          return RecordCodec.encode(tables);
        }

        @Override
        public byte[] encode(TxnRecord outcome) {
          return RecordCodec.encode(outcome);
        }

        @Override
        public LogEntry entry(byte[] bytes) {
          return decoded(() -> RecordCodec.decodeEntry(bytes));
        }

        @Override
        public Tentative tentative(byte[] bytes) {
          return decoded(() -> RecordCodec.decodeTentative(bytes));
        }

        @Override
        public Tables tables(byte[] bytes) {
          return decoded(() -> RecordCodec.decodeTables(bytes));
        }

        @Override
        public TxnRecord outcome(byte[] bytes) {
          return decoded(() -> RecordCodec.decodeTxnRecord(bytes));
        }
      };

  private interface Decoding<T> {
    T run() throws BadMessage;
  }

  private static <T> T decoded(Decoding<T> decoding) {
    try {
      return decoding.run();
    } catch (BadMessage bad) {
      throw new IllegalArgumentException(bad);
    }
  }

  private final MemoryDisk disk = new MemoryDisk(FORMAT);

  /// The faults of the disk.
  MemoryDisk disk() {
    return disk;
  }

  @Override
  public LogStore openLog() {
    return disk.openLog();
  }

  @Override
  public StateStore openState() {
    return disk.openState();
  }
}
