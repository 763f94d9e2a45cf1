package meridian.runtime.grpc;

import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import meridian.model.Limits;
import meridian.model.NodeId;
import meridian.model.Timestamp;
import meridian.runtime.Meter;
import meridian.runtime.Meters;
import meridian.txn.ClientMessage;
import meridian.wire.BadMessage;
import meridian.wire.ClientFrame;
import meridian.wire.WireWriter;

/// The streams that clients have opened. A client is known by the number it drew; if it opens
/// another stream, the older one is closed.
final class ClientSessions {
  private final Meters meters;
  private final Delivery delivery;
  private final Map<NodeId, Session> sessions = new HashMap<>();

  /// Sessions that hold messages since the last flush.
  private final List<Session> filled = new ArrayList<>();

  /// Whether clients are read from.
  private boolean reading = true;

  ClientSessions(Meters meters, Delivery delivery) {
    this.meters = meters;
    this.delivery = delivery;
  }

  void accept(GrpcServerRequest<Buffer, Buffer> request) {
    new Session(request);
  }

  /// Whether this client has a stream; then the message leaves on it at the next flush.
  boolean send(NodeId to, ClientMessage message) {
    Session session = sessions.get(to);
    if (session == null) {
      return false;
    }
    session.add(message);
    return true;
  }

  void flush() {
    for (int i = 0; i < filled.size(); i++) {
      filled.get(i).flush();
    }
    filled.clear();
  }

  /// Holds all clients up, or lets them go on.
  void setReading(boolean on) {
    reading = on;
    sessions.values().forEach(session -> session.stream.setReading(on));
  }

  int count() {
    return sessions.size();
  }

  void close() {
    sessions.values().forEach(session -> session.stream.cancel());
    sessions.clear();
    filled.clear();
  }

  private final class Session {
    private final FrameStream stream;
    private final WireWriter frame = new WireWriter();
    private int messages;
    private Optional<NodeId> client = Optional.empty();

    Session(GrpcServerRequest<Buffer, Buffer> request) {
      stream = FrameStream.called(request, meters, this::read, this::over);
    }

    private void read(byte[] bytes) throws BadMessage {
      ClientFrame read = ClientFrame.decode(bytes);
      if (client.isEmpty()) {
        Optional<String> complaint = open(read.hello());
        if (complaint.isPresent()) {
          stream.refuse(GrpcStatus.FAILED_PRECONDITION, complaint.get());
          return;
        }
      }
      meters.add(Meter.MESSAGES_RECEIVED, read.messages().size());
      int each = bytes.length / Math.max(1, read.messages().size());
      for (ClientMessage message : read.messages()) {
        delivery.deliver(client.orElseThrow(), Timestamp.ZERO, message, each);
      }
    }

    /// What is wrong with the first frame, if anything.
    private Optional<String> open(Optional<ClientFrame.Hello> first) {
      if (first.isEmpty()) {
        return Optional.of("the first frame must say who speaks");
      }
      ClientFrame.Hello hello = first.get();
      if (hello.protocol() != ClientFrame.PROTOCOL) {
        return Optional.of(
            "this coordinator speaks version %d of the client protocol, the client version %d: use the "
                    .formatted(ClientFrame.PROTOCOL, hello.protocol())
                + "client library of the same release");
      }
      if (hello.client().isServer() || hello.client().equals(NodeId.NONE)) {
        return Optional.of("a client's number is drawn at random above " + NodeId.SERVER_MAX);
      }
      client = Optional.of(hello.client());
      Session before = sessions.put(hello.client(), this);
      if (before != null) {
        before.stream.cancel();
      }
      meters.add(Meter.STREAMS_OPENED, 1);
      stream.setReading(reading);
      return Optional.empty();
    }

    private void over(String why) {
      client.ifPresent(number -> sessions.remove(number, this));
    }

    private void add(ClientMessage message) {
      int before = frame.size();
      ClientFrame.add(frame, message);
      if (frame.size() - before > Limits.MESSAGE_BYTES_MAX) {
        frame.truncate(before);
        meters.add(Meter.DROPPED_TOO_LARGE, 1);
        return;
      }
      if (messages++ == 0) {
        filled.add(this);
      }
      if (frame.size() >= ClientFrame.BYTES_ENOUGH) {
        flush();
      }
    }

    private void flush() {
      if (messages == 0) {
        return;
      }
      byte[] bytes = frame.toByteArray();
      if (stream.offer(bytes)) {
        meters.add(Meter.FRAMES_SENT, 1);
        meters.add(Meter.MESSAGES_SENT, messages);
        meters.add(Meter.BYTES_SENT, bytes.length);
      } else {
        meters.add(Meter.DROPPED_QUEUE_FULL, messages);
      }
      frame.reset();
      messages = 0;
    }
  }
}
