package meridian.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import meridian.model.AbortReason;
import meridian.model.Key;
import meridian.model.Limits;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.participant.CoordinatorMessage;
import meridian.participant.ParticipantMessage;
import meridian.participant.ParticipantMessage.QueryOrFence;
import meridian.paxos.Ballot;
import meridian.paxos.PaxosMessage;
import meridian.paxos.PaxosMessage.RepairFetch;
import meridian.txn.ClientMessage;
import meridian.txn.Reading;
import meridian.wire.BadMessage;
import meridian.wire.WireWriter;
import meridian.wire.proto.NodeMessage;
import org.junit.jupiter.api.Test;

@SuppressWarnings("EnumOrdinal") // it is the numbers that are tested
class MessageCodecTest {
  private static final int SAMPLES = 200;
  private static final TxnId TXN = new TxnId(Timestamp.ofMillis(5), -7, 3, 1);

  private final Samples samples = new Samples(new Random(4711));

  @Test
  void everyMessageOfEveryFamilyComesBackAsItWas() throws BadMessage {
    for (var type : everyMessage()) {
      for (int i = 0; i < SAMPLES; i++) {
        var message = samples.of(type);
        assertEquals(message, MessageCodec.decode(MessageCodec.encode(message)));
      }
    }
  }

  @Test
  void whatIsWrittenIsWhatTheContractSaysToTheByte() throws Exception {
    for (var type : everyMessage()) {
      for (int i = 0; i < SAMPLES; i++) {
        var message = samples.of(type);
        byte[] bytes = MessageCodec.encode(message);
        NodeMessage known = NodeMessage.parseFrom(bytes);
        assertNothingUnknown(known, message);
        assertArrayEquals(known.toByteArray(), bytes, () -> "fields out of order: " + message);
      }
    }
  }

  @Test
  void aMessageThatIsCutShortIsRefusedWhereverTheCut() {
    for (var type : everyMessage()) {
      byte[] bytes = MessageCodec.encode(samples.of(type));
      for (int length = 0; length < bytes.length; length++) {
        byte[] cut = Arrays.copyOf(bytes, length);
        assertThrows(BadMessage.class, () -> MessageCodec.decode(cut));
      }
    }
  }

  @Test
  void whateverTheBytesAreTheAnswerIsAMessageOrBadMessage() {
    var chance = new Random(1);
    int refused = 0;
    for (int i = 0; i < 300_000; i++) {
      byte[] bytes = new byte[chance.nextInt(60)];
      chance.nextBytes(bytes);
      refused += decodes(bytes) ? 0 : 1;
    }
    assertTrue(refused > 290_000, "random bytes were taken for messages: " + refused);
  }

  @Test
  void aChangedByteGivesAMessageOrBadMessage() {
    var chance = new Random(2);
    int refused = 0;
    int taken = 0;
    for (var type : everyMessage()) {
      for (int i = 0; i < 2_000; i++) {
        byte[] bytes = MessageCodec.encode(samples.of(type));
        bytes[chance.nextInt(bytes.length)] = (byte) chance.nextInt();
        if (decodes(bytes)) {
          taken++;
        } else {
          refused++;
        }
      }
    }
    assertTrue(refused > 1_000 && taken > 1_000, refused + " refused, " + taken + " taken");
  }

  @Test
  void aDeclaredLengthOfTenGibibytesIsRefusedBeforeAnythingIsAllocated() {
    var out = new WireWriter();
    out.numberAlways(1, 0);
    byte[] bytes = out.toByteArray();
    bytes[0] = 1 << 3 | 2; // Accept, and instead of its bytes only their number
    byte[] huge = Arrays.copyOf(bytes, 7);
    byte[] tenGibibytes = {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x28};
    System.arraycopy(tenGibibytes, 0, huge, 1, tenGibibytes.length);

    assertRefused(huge, "field 1: a length of 10737418240 bytes where 1 are left");
  }

  @Test
  void aNegativeLengthIsRefused() {
    byte[] bytes = new byte[12];
    bytes[0] = 1 << 3 | 2;
    Arrays.fill(bytes, 1, 10, (byte) 0xff);
    bytes[10] = 1;

    assertRefused(bytes, "field 1: a length of 18446744073709551615 bytes where 1 are left");
  }

  @Test
  void aKeyOverTheLimitIsRefusedAndTheLimitNamed() throws BadMessage {
    var longest = new RepairFetch(new ShardId(1), Key.wrap(new byte[Limits.KEY_BYTES_MAX]).next());
    assertEquals(longest, MessageCodec.decode(MessageCodec.encode(longest)));

    var over = new RepairFetch(new ShardId(1), Key.wrap(new byte[Limits.KEY_BYTES_MAX + 2]));
    assertRefused(MessageCodec.encode(over), "field 29.2: a key of 4098 bytes, the limit is 4097");
  }

  @Test
  void anUnknownCaseIsRefused() {
    var out = new WireWriter();
    out.message(39, "", (fields, nothing) -> {});
    assertRefused(out.toByteArray(), "unknown case 39");
    assertRefused(new byte[0], "empty, where one of several cases is wanted");
  }

  @Test
  void anUnknownValueOfAnEnumIsRefused() {
    var out = new WireWriter();
    out.message(6, "", (fields, nothing) -> fields.number(5, 17));
    assertRefused(out.toByteArray(), "field 6.5: unknown value 17");
  }

  @Test
  void choicesHaveTheNumbersOfTheContract() {
    for (var kind : AbortReason.Kind.values()) {
      assertEquals(
          kind.ordinal() + 1,
          meridian.wire.proto.AbortReason.Kind.valueOf(kind.name()).getNumber());
    }
    for (var mode : Reading.Mode.values()) {
      assertEquals(
          mode.ordinal() + 1, meridian.wire.proto.ReadMode.valueOf(mode.name()).getNumber());
    }
    for (var code : ClientMessage.Code.values()) {
      assertEquals(
          code.ordinal() + 1, meridian.wire.proto.Refused.Code.valueOf(code.name()).getNumber());
    }
  }

  @Test
  void aMissingPartIsRefused() {
    var out = new WireWriter();
    out.message(2, "", (fields, nothing) -> fields.number(1, 3));
    assertRefused(out.toByteArray(), "field 2.2: missing");
  }

  @Test
  void aSlotIsNeverNegative() {
    var ballot = new Ballot(1, new NodeId(1));
    var negative = new PaxosMessage.Accepted(new ShardId(1), ballot, -1, 0);
    assertRefused(MessageCodec.encode(negative), "field 2.3: a negative number: -1");
  }

  @Test
  void aFieldOfTheFutureIsSkipped() throws BadMessage {
    var out = new WireWriter();
    out.message(
        8,
        "",
        (fields, nothing) -> {
          fields.number(1, 4);
          fields.number(2, 5);
          fields.fixed(3, 6);
          fields.number(4, 1);
          fields.text(5, "new");
          fields.fixed(6, 1);
        });
    var resolved =
        new ParticipantMessage.Resolved(new ShardId(4), new ShardId(5), new Timestamp(6));
    assertEquals(resolved, MessageCodec.decode(out.toByteArray()));
  }

  @Test
  void aCoordinatorThatAsksIsShardMinusOne() throws BadMessage {
    var query = new QueryOrFence(new ShardId(2), TXN, List.of(new ShardId(2)), new ShardId(-1));
    assertEquals(query, MessageCodec.decode(MessageCodec.encode(query)));
  }

  private static List<Class<? extends meridian.model.Message>> everyMessage() {
    List<Class<? extends meridian.model.Message>> all = new ArrayList<>();
    for (var family :
        List.of(
            PaxosMessage.class,
            ParticipantMessage.class,
            CoordinatorMessage.class,
            ClientMessage.class)) {
      for (Class<?> leaf : Samples.leavesOf(family)) {
        all.add(leaf.asSubclass(meridian.model.Message.class));
      }
    }
    return all;
  }

  private static void assertNothingUnknown(Message known, Object of) {
    assertTrue(
        known.getUnknownFields().asMap().isEmpty(),
        () -> "not in the contract: " + known.getDescriptorForType().getName() + " of " + of);
    for (var value : known.getAllFields().values()) {
      if (value instanceof Message inner) {
        assertNothingUnknown(inner, of);
      } else if (value instanceof List<?> list) {
        for (var element : list) {
          if (element instanceof Message inner) {
            assertNothingUnknown(inner, of);
          }
        }
      }
    }
  }

  private static boolean decodes(byte[] bytes) {
    try {
      MessageCodec.encode(MessageCodec.decode(bytes));
      return true;
    } catch (BadMessage refused) {
      return false;
    }
  }

  private static void assertRefused(byte[] bytes, String complaint) {
    var refusal = assertThrows(BadMessage.class, () -> MessageCodec.decode(bytes));
    assertEquals(complaint, refusal.getMessage());
  }
}
