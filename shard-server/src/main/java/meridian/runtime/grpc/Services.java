package meridian.runtime.grpc;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.GrpcProtocol;
import io.vertx.grpc.server.GrpcServerOptions;
import meridian.wire.ClientFrame;

/// What gRPC is told: the two services, whose frames it leaves as bytes, and its sizes.
final class Services {
  static final ServiceMethod<Buffer, Buffer> PEER_SERVED =
      served(PeerFrame.SERVICE, PeerFrame.METHOD);

  static final ServiceMethod<Buffer, Buffer> STORE_SERVED =
      served(ClientFrame.SERVICE, ClientFrame.METHOD);

  static final ServiceMethod<Buffer, Buffer> PEER_CALLED =
      ServiceMethod.client(
          ServiceName.create(PeerFrame.SERVICE),
          PeerFrame.METHOD,
          GrpcMessageEncoder.IDENTITY,
          GrpcMessageDecoder.IDENTITY);

  // Enough that a stream is not held up by waiting for its window over a long way.
  private static final int STREAM_WINDOW_BYTES = 8 * 1024 * 1024;
  private static final int CONNECTION_WINDOW_BYTES = 32 * 1024 * 1024;
  private static final int HTTP2_FRAME_BYTES = 256 * 1024;

  private static final int CONNECT_MILLIS_MAX = 3_000;

  private Services() {}

  private static ServiceMethod<Buffer, Buffer> served(String service, String method) {
    return ServiceMethod.server(
        ServiceName.create(service),
        method,
        GrpcMessageEncoder.IDENTITY,
        GrpcMessageDecoder.IDENTITY);
  }

  static GrpcServerOptions grpcServerOptions() {
    var options = new GrpcServerOptions().setMaxMessageSize(PeerFrame.BYTES_MAX);
    for (GrpcProtocol protocol : GrpcProtocol.values()) {
      if (protocol != GrpcProtocol.HTTP_2) {
        options.removeEnabledProtocol(protocol);
      }
    }
    return options;
  }

  static GrpcClientOptions grpcClientOptions() {
    return new GrpcClientOptions().setMaxMessageSize(PeerFrame.BYTES_MAX);
  }

  static HttpServerOptions serverOptions() {
    return new HttpServerOptions()
        .setTcpNoDelay(true)
        .setInitialSettings(settings())
        .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES);
  }

  static HttpClientOptions clientOptions() {
    return new HttpClientOptions()
        .setProtocolVersion(HttpVersion.HTTP_2)
        .setHttp2ClearTextUpgrade(false)
        .setTcpNoDelay(true)
        .setConnectTimeout(CONNECT_MILLIS_MAX)
        .setInitialSettings(settings())
        .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES);
  }

  private static Http2Settings settings() {
    return new Http2Settings()
        .setInitialWindowSize(STREAM_WINDOW_BYTES)
        .setMaxFrameSize(HTTP2_FRAME_BYTES);
  }
}
