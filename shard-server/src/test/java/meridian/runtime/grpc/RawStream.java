package meridian.runtime.grpc;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.txn.ClientMessage;
import meridian.wire.ClientFrame;
import meridian.wire.WireWriter;

/// A stream as a client opens it that shares no code with the server, except for what the frames
/// hold; it can also send what no client should.
final class RawStream {
  static final ServiceMethod<Buffer, Buffer> STORE =
      method(ClientFrame.SERVICE, ClientFrame.METHOD);
  static final ServiceMethod<Buffer, Buffer> PEER = method(PeerFrame.SERVICE, PeerFrame.METHOD);

  /// Kept, since a client that nobody holds on to closes its connections.
  private final GrpcClient client;

  private final GrpcClientRequest<Buffer, Buffer> request;
  private final BlockingQueue<byte[]> frames = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();

  private RawStream(GrpcClient client, GrpcClientRequest<Buffer, Buffer> request) {
    this.client = client;
    this.request = request;
    request
        .response()
        .onSuccess(
            response -> {
              response.handler(frame -> frames.add(frame.getBytes()));
              response.endHandler(end -> ended.add(response.statusMessage() + ""));
              response.exceptionHandler(broken -> ended.add(broken + ""));
              response.errorHandler(error -> ended.add(error + ""));
            })
        .onFailure(broken -> ended.add(broken + ""));
  }

  static RawStream open(Vertx vertx, int port, ServiceMethod<Buffer, Buffer> method)
      throws Exception {
    var client = GrpcClient.client(vertx);
    return new RawStream(
        client,
        client
            .request(SocketAddress.inetSocketAddress(port, Nodes.HOST), method)
            .await(10, TimeUnit.SECONDS));
  }

  /// Opens a client's session and says hello.
  static RawStream session(Vertx vertx, int port, NodeId client) throws Exception {
    RawStream stream = open(vertx, port, STORE);
    WireWriter hello = new WireWriter();
    ClientFrame.addHello(hello, client, new RegionId("here"));
    stream.send(hello.toByteArray());
    return stream;
  }

  void send(byte[] frame) {
    request.write(Buffer.buffer(frame));
  }

  void send(ClientMessage... messages) {
    WireWriter frame = new WireWriter();
    for (ClientMessage message : messages) {
      ClientFrame.add(frame, message);
    }
    send(frame.toByteArray());
  }

  /// Sends a message, and waits until it has left this machine's hands.
  void sendAndAwait(ClientMessage message) throws Exception {
    WireWriter frame = new WireWriter();
    ClientFrame.add(frame, message);
    request.write(Buffer.buffer(frame.toByteArray())).await(20, TimeUnit.SECONDS);
  }

  /// Sends a frame that the other side will not like, and waits for what it says.
  void sendAndAwaitEnd(byte[] frame) throws InterruptedException {
    send(frame);
    reasonOfEnd();
  }

  /// Sends a frame that says it is compressed in some way.
  void sendCompressed(String encoding, byte[] bytes) {
    request.encoding(encoding);
    request.writeMessage(GrpcMessage.message(encoding, Buffer.buffer(bytes)));
  }

  byte[] nextFrame() throws InterruptedException {
    byte[] frame = frames.poll(20, TimeUnit.SECONDS);
    assertNotNull(frame, "no frame came");
    return frame == null ? new byte[0] : frame;
  }

  /// Why the other side has ended it, waited for.
  String reasonOfEnd() throws InterruptedException {
    String why = ended.poll(20, TimeUnit.SECONDS);
    assertNotNull(why, "it was not ended");
    return why == null ? "" : why;
  }

  void close() {
    request.cancel();
    client.close();
  }

  private static ServiceMethod<Buffer, Buffer> method(String service, String name) {
    return ServiceMethod.client(
        ServiceName.create(service),
        name,
        GrpcMessageEncoder.IDENTITY,
        GrpcMessageDecoder.IDENTITY);
  }
}
