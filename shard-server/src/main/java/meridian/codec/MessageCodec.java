package meridian.codec;

import meridian.model.Message;
import meridian.participant.CoordinatorMessage;
import meridian.participant.ParticipantMessage;
import meridian.paxos.PaxosMessage;
import meridian.txn.ClientMessage;
import meridian.wire.BadMessage;
import meridian.wire.ClientCodec;
import meridian.wire.WireReader;
import meridian.wire.WireWriter;

/// All that nodes, coordinators and clients say, as `NodeMessage` of `node.proto`. Any thread may
/// call.
public final class MessageCodec {
  private static final int CLIENT = 9;

  private MessageCodec() {}

  public static byte[] encode(Message message) {
    WireWriter out = new WireWriter();
    write(out, message);
    return out.toByteArray();
  }

  /// Reads one whole message.
  ///
  /// @throws BadMessage if these bytes are none
  public static Message decode(byte[] bytes) throws BadMessage {
    return WireReader.readAll(bytes, MessageCodec::read);
  }

  /// Writes the one field of a `NodeMessage`.
  public static void write(WireWriter out, Message message) {
    switch (message) {
      case PaxosMessage paxos -> PaxosCodec.write(out, paxos);
      case ParticipantMessage participant -> ParticipantCodec.write(out, participant);
      case CoordinatorMessage coordinator -> CoordinatorCodec.write(out, coordinator);
      case ClientMessage client -> out.message(CLIENT, client, ClientCodec::write);
      default -> throw new IllegalArgumentException("no message of this protocol: " + message);
    }
  }

  /// Reads the one field of a `NodeMessage`.
  public static Message read(WireReader in) throws BadMessage {
    return switch (in.field()) {
      case 3, 5, 6, 8, 40, 41, 42 -> ParticipantCodec.read(in);
      case 4, 7, 50, 51, 52, 53, 54, 55, 56 -> CoordinatorCodec.read(in);
      case CLIENT -> in.message(CLIENT, ClientCodec::read);
      default -> PaxosCodec.read(in);
    };
  }
}
