package meridian.wire;

import java.util.List;
import java.util.Optional;
import meridian.model.Limits;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.txn.ClientMessage;

/// What one side of a client's stream had to say at one moment (`Store.Session` in `client.proto`).
///
/// @param hello in the first frame of the client, and only there
public record ClientFrame(Optional<Hello> hello, List<ClientMessage> messages) {
  /// The service and its one method, as gRPC names them.
  public static final String SERVICE = "meridian.wire.Store";

  public static final String METHOD = "Session";

  /// The version of what is said on the stream.
  public static final int PROTOCOL = 1;

  /// Once a frame has this many bytes, no more messages go into it.
  public static final int BYTES_ENOUGH = 1024 * 1024;

  /// Largest frame, in bytes: one that had almost enough and then got the largest message.
  public static final int BYTES_MAX = Limits.MESSAGE_BYTES_MAX + BYTES_ENOUGH + 1024;

  private static final int HELLO = 1;
  private static final int MESSAGES = 2;

  /// Who the client is.
  ///
  /// @param protocol the version that it speaks
  /// @param client drawn at random when it started
  public record Hello(int protocol, NodeId client, RegionId region) {}

  public ClientFrame {
    messages = List.copyOf(messages);
  }

  /// Begins a client's first frame.
  public static void addHello(WireWriter frame, NodeId client, RegionId region) {
    frame.message(HELLO, new Hello(PROTOCOL, client, region), ClientFrame::hello);
  }

  /// Adds a message to a frame, after those that are in it.
  public static void add(WireWriter frame, ClientMessage message) {
    frame.message(MESSAGES, message, ClientCodec::write);
  }

  public static ClientFrame decode(byte[] bytes) throws BadMessage {
    return WireReader.readAll(
        bytes,
        in ->
            new ClientFrame(
                in.optional(HELLO, ClientFrame::hello), in.list(MESSAGES, ClientCodec::read)));
  }

  private static void hello(WireWriter out, Hello hello) {
    out.number(1, hello.protocol());
    out.number(2, hello.client().number());
    out.text(3, hello.region().name());
  }

  private static Hello hello(WireReader in) throws BadMessage {
    return new Hello(in.smallNatural(1), ModelCodec.node(in, 2), new RegionId(in.text(3)));
  }
}
