package meridian.storage.lmdb;

import meridian.codec.RecordCodec;
import meridian.paxos.LogEntry;
import meridian.paxos.Tentative;
import meridian.storage.Tables;
import meridian.storage.TxnRecord;
import meridian.storage.cells.RecordFormat;
import meridian.wire.BadMessage;

/// Records on a disk as they are on the wire.
public final class StoredRecords implements RecordFormat {
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
    return decode(bytes, RecordCodec::decodeEntry);
  }

  @Override
  public Tentative tentative(byte[] bytes) {
    return decode(bytes, RecordCodec::decodeTentative);
  }

  @Override
  public Tables tables(byte[] bytes) {
    return decode(bytes, RecordCodec::decodeTables);
  }

  @Override
  public TxnRecord outcome(byte[] bytes) {
    return decode(bytes, RecordCodec::decodeTxnRecord);
  }

  private interface Decoder<T> {
    T decode(byte[] bytes) throws BadMessage;
  }

  private static <T> T decode(byte[] bytes, Decoder<T> decoder) {
    try {
      return decoder.decode(bytes);
    } catch (BadMessage unreadable) {
      throw new IllegalArgumentException(
          "a record is whole and yet not readable: was it written by a newer version?", unreadable);
    }
  }
}
