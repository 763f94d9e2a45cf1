package meridian.client.grpc;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import meridian.client.Endpoint;
import meridian.client.Transport;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.txn.ClientMessage;
import meridian.txn.ClientMessage.Reply;
import meridian.txn.ClientMessage.Request;
import meridian.wire.BadMessage;
import meridian.wire.ClientFrame;
import meridian.wire.WireWriter;

/// The stream to one coordinator: at most one at a time, opened again whenever that is asked for.
/// Everything but `send` happens on its event loop; what is sent while a frame is on its way there
/// shares the next.
final class CoordinatorStream {
  private static final ServiceMethod<Buffer, Buffer> METHOD =
      ServiceMethod.client(
          ServiceName.create(ClientFrame.SERVICE),
          ClientFrame.METHOD,
          GrpcMessageEncoder.IDENTITY,
          GrpcMessageDecoder.IDENTITY);

  private final GrpcClient client;
  private final Context loop;
  private final int index;
  private final Endpoint endpoint;
  private final NodeId self;
  private final RegionId region;
  private final Transport.Events events;

  private final ConcurrentLinkedQueue<Request> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean isFlushPlanned = new AtomicBoolean();

  /// The stream that counts; what an older one still says does not.
  private Optional<Open> current = Optional.empty();

  private boolean isClosed;

  CoordinatorStream(
      GrpcClient client,
      Context loop,
      int index,
      Endpoint endpoint,
      NodeId self,
      RegionId region,
      Transport.Events events) {
    this.client = client;
    this.loop = loop;
    this.index = index;
    this.endpoint = endpoint;
    this.self = self;
    this.region = region;
    this.events = events;
  }

  void open() {
    loop.runOnContext(now -> dial());
  }

  void send(Request request) {
    waiting.add(request);
    if (isFlushPlanned.compareAndSet(false, true)) {
      loop.runOnContext(now -> flush());
    }
  }

  void close() {
    loop.runOnContext(
        now -> {
          isClosed = true;
          current.ifPresent(Open::hangUp);
          current = Optional.empty();
        });
  }

  private void dial() {
    current.ifPresent(Open::hangUp);
    current = Optional.empty();
    if (isClosed) {
      return;
    }
    client
        .request(SocketAddress.inetSocketAddress(endpoint.port(), endpoint.host()), METHOD)
        .onSuccess(this::reached)
        .onFailure(failure -> events.onDown(index, endpoint + ": " + failure.getMessage()));
  }

  private void reached(GrpcClientRequest<Buffer, Buffer> request) {
    var open = new Open(request);
    current.ifPresent(Open::hangUp);
    current = Optional.of(open);
    waiting.clear(); // said to a stream that is no more
    open.greet();
    events.onUp(index);
  }

  private void flush() {
    isFlushPlanned.set(false);
    if (current.isEmpty()) {
      waiting.clear();
      return;
    }
    var frame = new WireWriter();
    for (Request next = waiting.poll(); next != null; next = waiting.poll()) {
      ClientFrame.add(frame, next);
      if (frame.size() >= ClientFrame.BYTES_ENOUGH) {
        current.get().write(frame.toByteArray());
        frame.reset();
      }
    }
    if (frame.size() > 0) {
      current.get().write(frame.toByteArray());
    }
  }

  /// One stream while it lasts.
  private final class Open {
    private final GrpcClientRequest<Buffer, Buffer> request;

    Open(GrpcClientRequest<Buffer, Buffer> request) {
      this.request = request;
      request.exceptionHandler(broken -> over(String.valueOf(broken.getMessage())));
      request
          .response()
          .onSuccess(this::listen)
          .onFailure(broken -> over(String.valueOf(broken.getMessage())));
    }

    void greet() {
      var frame = new WireWriter();
      ClientFrame.addHello(frame, self, region);
      write(frame.toByteArray());
    }

    void write(byte[] frame) {
      try {
        request.write(Buffer.buffer(frame));
      } catch (IllegalStateException broken) {
        over(String.valueOf(broken.getMessage()));
      }
    }

    /// Closes the connection too: one that died unnoticed must not be used again.
    void hangUp() {
      try {
        request.cancel();
      } catch (IllegalStateException brokenAlready) {
        // That is what was wanted.
      }
      request.connection().close();
    }

    private void listen(GrpcClientResponse<Buffer, Buffer> response) {
      // Not `handler`, which would unpack a compressed message whatever size it grows to.
      response.messageHandler(
          message -> {
            if (message.encoding().equals("identity")) {
              read(message.payload().getBytes());
            } else {
              over("it sends compressed frames, which are not spoken here");
            }
          });
      response.invalidMessageHandler(invalid -> over("unreadable frame: " + invalid.getMessage()));
      response.exceptionHandler(broken -> over(String.valueOf(broken.getMessage())));
      response.errorHandler(error -> over("it has broken the stream off: " + error));
      response.endHandler(ended -> over(reason(response)));
    }

    private void read(byte[] bytes) {
      try {
        List<Reply> replies =
            ClientFrame.decode(bytes).messages().stream().map(Open::asReply).toList();
        if (isCurrent() && !replies.isEmpty()) {
          events.onReplies(index, replies);
        }
      } catch (BadMessage | ClassCastException unreadable) {
        over("unreadable frame: " + unreadable.getMessage());
      }
    }

    private static Reply asReply(ClientMessage message) {
      return (Reply) message;
    }

    private void over(String why) {
      if (isCurrent()) {
        current = Optional.empty();
        hangUp();
        events.onDown(index, endpoint + ": " + why);
      }
    }

    private boolean isCurrent() {
      return current.isPresent() && current.get() == this;
    }

    private static String reason(GrpcClientResponse<Buffer, Buffer> response) {
      String message = response.statusMessage();
      return response.status() + (message == null || message.isEmpty() ? "" : ": " + message);
    }
  }
}
