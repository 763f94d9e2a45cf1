package meridian.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.paxos.Ballot;
import meridian.paxos.Command;
import meridian.paxos.LogEntry;
import meridian.paxos.PaxosMessage.Accept;
import meridian.storage.Tables;
import meridian.storage.TxnRecord;
import meridian.storage.Version;
import meridian.wire.BadMessage;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
  private static final int SAMPLES = 500;
  private static final Ballot BALLOT = new Ballot(3, new NodeId(2));

  private final Samples samples = new Samples(new Random(42));

  @Test
  void everyCommandComesBackFromItsEntry() throws BadMessage {
    for (Class<?> command : Samples.leavesOf(Command.class)) {
      for (int i = 0; i < SAMPLES; i++) {
        var entry = new LogEntry(i + 1, BALLOT, (Command) samples.of(command));
        assertEquals(entry, RecordCodec.decodeEntry(RecordCodec.encode(entry)));
      }
    }
  }

  @Test
  void everythingStoredComesBackAsItWasAndFollowsTheContract() throws Exception {
    for (int i = 0; i < SAMPLES; i++) {
      var tables = samples.of(Tables.class);
      byte[] bytes = RecordCodec.encode(tables);
      assertEquals(tables, RecordCodec.decodeTables(bytes));
      assertArrayEquals(meridian.wire.proto.Tables.parseFrom(bytes).toByteArray(), bytes);

      var record = samples.of(TxnRecord.class);
      bytes = RecordCodec.encode(record);
      assertEquals(record, RecordCodec.decodeTxnRecord(bytes));
      assertArrayEquals(meridian.wire.proto.TxnRecord.parseFrom(bytes).toByteArray(), bytes);

      var version = samples.of(Version.class);
      bytes = RecordCodec.encode(version);
      assertEquals(version, RecordCodec.decodeVersion(bytes));
      assertArrayEquals(meridian.wire.proto.Version.parseFrom(bytes).toByteArray(), bytes);
    }
    assertEquals(Tables.empty(), RecordCodec.decodeTables(RecordCodec.encode(Tables.empty())));
  }

  @Test
  void aRecordThatIsCutShortIsNeverTakenForAWholeOne() {
    for (int i = 0; i < SAMPLES; i++) {
      var entry = samples.of(LogEntry.class);
      assertNoPrefixDecodes(RecordCodec.encode(entry), RecordCodec::decodeEntry);
      var tables = samples.of(Tables.class);
      assertNoPrefixDecodes(RecordCodec.encode(tables), RecordCodec::decodeTables);
      var record = samples.of(TxnRecord.class);
      assertNoPrefixDecodes(RecordCodec.encode(record), RecordCodec::decodeTxnRecord);
      var version = samples.of(Version.class);
      assertNoPrefixDecodes(RecordCodec.encode(version), RecordCodec::decodeVersion);
    }
  }

  @Test
  void anEmptyValueIsNotADeletion() throws BadMessage {
    var empty = new Version(Timestamp.ofMillis(1), 1, Optional.of(meridian.model.Value.EMPTY));
    var deleted = new Version(Timestamp.ofMillis(1), 1, Optional.empty());
    assertEquals(empty, RecordCodec.decodeVersion(RecordCodec.encode(empty)));
    assertEquals(deleted, RecordCodec.decodeVersion(RecordCodec.encode(deleted)));
  }

  @Test
  void anEntryIsEncodedOnceForTheLogAndAllFollowers() {
    var entry = new LogEntry(1, BALLOT, new Command.TsLimit(Timestamp.ofMillis(9)));
    assertSame(RecordCodec.encode(entry), RecordCodec.encode(entry));
  }

  @Test
  void anEntryThatHasArrivedIsStoredAsItWasSent() throws BadMessage {
    var entry = new LogEntry(1, BALLOT, new Command.TsLimit(Timestamp.ofMillis(9)));
    var accept = new Accept(new ShardId(1), BALLOT, 1, 0, BALLOT, List.of(entry), 1, 0, 0);
    var arrived = (Accept) MessageCodec.decode(MessageCodec.encode(accept));
    assertArrayEquals(RecordCodec.encode(entry), RecordCodec.encode(arrived.entries().getFirst()));
  }

  private interface Decoder {
    Object decode(byte[] bytes) throws BadMessage;
  }

  private static void assertNoPrefixDecodes(byte[] bytes, Decoder decoder) {
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(BadMessage.class, () -> decoder.decode(cut));
    }
  }
}
