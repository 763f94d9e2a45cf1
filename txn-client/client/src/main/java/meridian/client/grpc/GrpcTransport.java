package meridian.client.grpc;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import java.util.ArrayList;
import java.util.List;
import meridian.client.Endpoint;
import meridian.client.Transport;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.txn.ClientMessage.Request;
import meridian.wire.ClientFrame;

/// One stream to each coordinator that is turned to, all on one event loop.
public final class GrpcTransport implements Transport {
  // Enough that a stream is not held up by waiting for its window over a long way.
  private static final int STREAM_WINDOW_BYTES = 8 * 1024 * 1024;
  private static final int CONNECTION_WINDOW_BYTES = 32 * 1024 * 1024;
  private static final int CONNECT_MILLIS_MAX = 3_000;

  private final List<Endpoint> endpoints;
  private final RegionId region;
  private final Vertx vertx;
  private final List<CoordinatorStream> streams = new ArrayList<>();

  /// A transport that is not started yet.
  ///
  /// @param endpoints the nearest first
  public GrpcTransport(List<Endpoint> endpoints, RegionId region) {
    this.endpoints = List.copyOf(endpoints);
    this.region = region;
    this.vertx = Vertx.vertx(vertxOptions());
  }

  @Override
  public int endpoints() {
    return endpoints.size();
  }

  @Override
  public void start(long incarnation, Events events) {
    var grpc = new GrpcClientOptions().setMaxMessageSize(ClientFrame.BYTES_MAX);
    GrpcClient client = GrpcClient.client(vertx, grpc, httpOptions());
    Context loop = vertx.getOrCreateContext();
    for (int i = 0; i < endpoints.size(); i++) {
      streams.add(
          new CoordinatorStream(
              client, loop, i, endpoints.get(i), new NodeId(incarnation), region, events));
    }
  }

  @Override
  public void open(int endpoint) {
    streams.get(endpoint).open();
  }

  @Override
  public void send(int endpoint, Request request) {
    streams.get(endpoint).send(request);
  }

  @Override
  public void close() {
    streams.forEach(CoordinatorStream::close);
    vertx.close();
  }

  private static VertxOptions vertxOptions() {
    return new VertxOptions()
        .setEventLoopPoolSize(1)
        .setWorkerPoolSize(1)
        .setInternalBlockingPoolSize(1)
        .setUseDaemonThread(true)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setFileCachingEnabled(false)
                .setClassPathResolvingEnabled(false));
  }

  private static HttpClientOptions httpOptions() {
    return new HttpClientOptions()
        .setProtocolVersion(HttpVersion.HTTP_2)
        .setHttp2ClearTextUpgrade(false)
        .setTcpNoDelay(true)
        .setConnectTimeout(CONNECT_MILLIS_MAX)
        .setInitialSettings(new Http2Settings().setInitialWindowSize(STREAM_WINDOW_BYTES))
        .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES);
  }
}
