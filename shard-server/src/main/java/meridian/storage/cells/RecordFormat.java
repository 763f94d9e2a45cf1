package meridian.storage.cells;

import meridian.paxos.LogEntry;
import meridian.paxos.Tentative;
import meridian.storage.Tables;
import meridian.storage.TxnRecord;

/// How records become bytes and come back equal. Reading bytes that no such method wrote throws
/// IllegalArgumentException; checksums have excluded that unless the format itself changed.
public interface RecordFormat {
  byte[] encode(LogEntry entry);

  byte[] encode(Tentative tentative);

  byte[] encode(Tables tables);

  byte[] encode(TxnRecord outcome);

  LogEntry entry(byte[] bytes);

  Tentative tentative(byte[] bytes);

  Tables tables(byte[] bytes);

  TxnRecord outcome(byte[] bytes);
}
