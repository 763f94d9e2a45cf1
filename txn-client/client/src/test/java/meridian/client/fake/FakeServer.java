package meridian.client.fake;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import meridian.txn.ClientMessage;
import meridian.txn.ClientMessage.Request;
import meridian.wire.BadMessage;
import meridian.wire.ClientFrame;
import meridian.wire.WireWriter;

/// A [FakeCoordinator] behind a real socket.
public final class FakeServer implements AutoCloseable {
  private static final ServiceMethod<Buffer, Buffer> METHOD =
      ServiceMethod.server(
          ServiceName.create(ClientFrame.SERVICE),
          ClientFrame.METHOD,
          GrpcMessageEncoder.IDENTITY,
          GrpcMessageDecoder.IDENTITY);

  /// One for all servers of a process: they may share a store.
  private static final ReentrantLock LOCK = new ReentrantLock();

  private final FakeCoordinator coordinator;
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final int port;

  /// Listens before it returns.
  ///
  /// @param port 0 for any
  public FakeServer(FakeStore store, String region, int port) {
    this.coordinator = new FakeCoordinator(store, region);
    var options = new GrpcServerOptions().setMaxMessageSize(ClientFrame.BYTES_MAX);
    GrpcServer grpc = GrpcServer.server(vertx, options).callHandler(METHOD, this::serve);
    this.server = vertx.createHttpServer().requestHandler(grpc);
    this.port = await(server.listen(port, "127.0.0.1")).actualPort();
  }

  public int port() {
    return port;
  }

  @Override
  public void close() {
    await(vertx.close());
  }

  private void serve(GrpcServerRequest<Buffer, Buffer> request) {
    request.handler(
        frame -> {
          var out = new WireWriter();
          for (ClientMessage message : decoded(frame).messages()) {
            ClientFrame.add(out, answer((Request) message));
          }
          if (out.size() > 0) {
            request.response().write(Buffer.buffer(out.toByteArray()));
          }
        });
  }

  private ClientMessage answer(Request request) {
    LOCK.lock();
    try {
      return coordinator.answer(request, System.currentTimeMillis() * 1_000);
    } finally {
      LOCK.unlock();
    }
  }

  private static ClientFrame decoded(Buffer frame) {
    try {
      return ClientFrame.decode(frame.getBytes());
    } catch (BadMessage unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }

  private static <T> T await(io.vertx.core.Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get();
    } catch (InterruptedException | ExecutionException e) {
      throw new CompletionException(e);
    }
  }
}
