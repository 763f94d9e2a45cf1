package meridian.runtime.grpc;

import java.util.List;
import java.util.Optional;
import meridian.codec.MessageCodec;
import meridian.model.Limits;
import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.model.Timestamp;
import meridian.wire.BadMessage;
import meridian.wire.ModelCodec;
import meridian.wire.WireReader;
import meridian.wire.WireWriter;

/// What a node had to say to another at one moment (`PeerFrame` in `node.proto`).
///
/// @param ping to be sent back as `pong`; 0 for none
record PeerFrame(
    Optional<Hello> hello, List<Message> messages, Timestamp clock, long ping, long pong) {
  static final String SERVICE = "meridian.wire.Peer";
  static final String METHOD = "Exchange";

  /// The version of what is said on the stream.
  static final int PROTOCOL = 1;

  /// Once a frame has this many bytes, no more messages go into it.
  static final int BYTES_ENOUGH = 1024 * 1024;

  /// Largest message between nodes, in bytes: the tables of a shard may hold the largest
  /// transaction and more beside it.
  static final int MESSAGE_BYTES_MAX = 2 * Limits.MESSAGE_BYTES_MAX;

  /// Largest frame, in bytes: one that had almost enough and then got the largest message.
  static final int BYTES_MAX = MESSAGE_BYTES_MAX + BYTES_ENOUGH + 1024;

  private static final int HELLO = 1;
  private static final int MESSAGES = 2;
  private static final int CLOCK = 3;
  private static final int PING = 4;
  private static final int PONG = 5;

  /// Who speaks, and what both must agree on before anything else is said.
  ///
  /// @param incarnation drawn when the process started
  /// @param cluster a hash of the cluster file
  record Hello(int protocol, NodeId node, long incarnation, long cluster, RegionId region) {}

  static PeerFrame decode(byte[] bytes) throws BadMessage {
    return WireReader.readAll(
        bytes,
        in ->
            new PeerFrame(
                in.optional(HELLO, PeerFrame::hello),
                in.list(MESSAGES, MessageCodec::read),
                ModelCodec.ts(in, CLOCK),
                in.fixed(PING),
                in.fixed(PONG)));
  }

  static byte[] ofHello(Hello hello) {
    WireWriter frame = new WireWriter();
    frame.message(HELLO, hello, PeerFrame::hello);
    return frame.toByteArray();
  }

  static byte[] ofPing(long ping) {
    WireWriter frame = new WireWriter();
    frame.fixed(PING, ping);
    return frame.toByteArray();
  }

  static byte[] ofPong(long pong) {
    WireWriter frame = new WireWriter();
    frame.fixed(PONG, pong);
    return frame.toByteArray();
  }

  static void add(WireWriter frame, Message message) {
    frame.message(MESSAGES, message, MessageCodec::write);
  }

  /// What comes last in a frame with messages.
  static void finish(WireWriter frame, Timestamp clock) {
    ModelCodec.ts(frame, CLOCK, clock);
  }

  private static void hello(WireWriter out, Hello hello) {
    out.number(1, hello.protocol());
    ModelCodec.node(out, 2, hello.node());
    out.fixed(3, hello.incarnation());
    out.fixed(4, hello.cluster());
    out.text(5, hello.region().name());
  }

  private static Hello hello(WireReader in) throws BadMessage {
    return new Hello(
        in.smallNatural(1),
        ModelCodec.node(in, 2),
        in.fixed(3),
        in.fixed(4),
        new RegionId(in.text(5)));
  }
}
