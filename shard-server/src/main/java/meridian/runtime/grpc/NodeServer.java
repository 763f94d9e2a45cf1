package meridian.runtime.grpc;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.Service;
import java.io.IOException;
import java.net.BindException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;
import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.model.Timestamp;
import meridian.node.Node;
import meridian.runtime.Cluster;
import meridian.runtime.Disk;
import meridian.runtime.Meter;
import meridian.runtime.Meters;
import meridian.runtime.NodeClock;
import meridian.runtime.NodeDriver;
import meridian.runtime.Outbox;
import meridian.runtime.PeerStatus;
import meridian.runtime.Wan;
import meridian.txn.ClientMessage;

/// One running node: its driver, its port and its streams, on an event loop of its own.
///
/// Any thread may call; a closed one is not started again.
public final class NodeServer {
  /// What a node is told about itself.
  ///
  /// @param incarnation drawn at random at this start
  /// @param cluster a hash of the cluster file: whoever has another is refused
  /// @param host where to listen; `port` 0 for any that is free
  /// @param services more gRPC services on the same port
  public record Setup(
      NodeId self,
      RegionId region,
      long incarnation,
      long cluster,
      String host,
      int port,
      List<Service> services,
      NodeDriver.Settings driver) {
    public Setup {
      services = List.copyOf(services);
    }
  }

  private final Setup setup;
  private final ContextInternal loop;
  private final NodeClock clock = new NodeClock();
  private final Meters meters = new Meters();
  private final Peers peers;
  private final ClientSessions clients;
  private final NodeDriver driver;
  private final HttpServer server;
  private final GrpcClient client;

  /// The Vert.x that nodes run on: epoll where there is one, and nothing else of what Vert.x can
  /// do.
  ///
  /// @param eventLoops one for each node that shares it
  public static Vertx vertx(int eventLoops) {
    return Vertx.vertx(
        new VertxOptions()
            .setPreferNativeTransport(true)
            .setEventLoopPoolSize(eventLoops)
            .setWorkerPoolSize(4)
            .setInternalBlockingPoolSize(2)
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setClassPathResolvingEnabled(false)
                    .setFileCachingEnabled(false)));
  }

  /// Starts a node: it listens, ticks and steps, but knows nobody before `join`.
  ///
  /// @param disk nothing for a node that never writes
  /// @return fails with a message for people if the port cannot be had
  public static Future<NodeServer> start(
      Vertx vertx, Setup setup, Node node, Optional<Disk> disk, Wan wan, NodeDriver.Fatal fatal) {
    ContextInternal loop = ((VertxInternal) vertx).createEventLoopContext();
    return onLoop(loop, () -> new NodeServer(loop, setup, node, disk, wan, fatal).listen());
  }

  private NodeServer(
      ContextInternal loop,
      Setup setup,
      Node node,
      Optional<Disk> disk,
      Wan wan,
      NodeDriver.Fatal fatal) {
    this.loop = loop;
    this.setup = setup;
    var hello =
        new PeerFrame.Hello(
            PeerFrame.PROTOCOL, setup.self, setup.incarnation, setup.cluster, setup.region);
    peers = new Peers(hello, loop, wan, meters, this::deliverFromNode);
    clients = new ClientSessions(meters, this::deliverFromClient);
    driver =
        new NodeDriver(
            setup.self,
            node,
            new Streams(),
            loop,
            clock,
            meters,
            setup.driver,
            disk,
            why -> {
              loop.runOnContext(go -> silence());
              fatal.stopped(why);
            });
    driver.onCrowded(crowded -> clients.setReading(!crowded));
    GrpcServer grpc = GrpcServer.server(loop.owner(), Services.grpcServerOptions());
    grpc.callHandler(Services.PEER_SERVED, peers::accept);
    grpc.callHandler(Services.STORE_SERVED, clients::accept);
    setup.services.forEach(grpc::addService);
    server = loop.owner().createHttpServer(Services.serverOptions()).requestHandler(grpc);
    client =
        GrpcClient.client(loop.owner(), Services.grpcClientOptions(), Services.clientOptions());
  }

  private Future<NodeServer> listen() {
    return server
        .listen(setup.port, setup.host)
        .map(
            listening -> {
              driver.start();
              peers.start();
              return this;
            })
        .recover(
            failure -> client.close().transform(closed -> Future.failedFuture(explain(failure))));
  }

  private Throwable explain(Throwable failure) {
    if (!(failure instanceof IOException)) {
      return failure;
    }
    String where = setup.host + ":" + setup.port;
    var explained = new BindException("cannot listen on " + where + ": " + failure.getMessage());
    explained.initCause(failure);
    return explained;
  }

  /// Dials the servers of a cluster, and keeps on dialling those that cannot be reached.
  public Future<Void> join(Cluster cluster) {
    return onLoop(
        loop,
        () -> {
          for (Cluster.Member member : cluster.members()) {
            if (!member.id().equals(setup.self)) {
              peers.dial(client, member);
            }
          }
          return Future.succeededFuture();
        });
  }

  /// Stops at once, like a crash, and completes when the disk may be closed.
  public Future<Void> close() {
    Future<Void> driverClosed = driver.close();
    return onLoop(
            loop,
            () -> {
              silence();
              return Future.join(server.close(), client.close()).mapEmpty();
            })
        .transform(closed -> driverClosed);
  }

  public NodeId self() {
    return setup.self;
  }

  /// The port that it listens on.
  public int port() {
    return server.actualPort();
  }

  /// The driver, to pause it.
  public NodeDriver driver() {
    return driver;
  }

  /// The clock, to make it wrong.
  public NodeClock clock() {
    return clock;
  }

  public Meters.Snapshot counters() {
    return meters.snapshot();
  }

  /// How other nodes are reached.
  public SortedMap<NodeId, PeerStatus> peers() {
    return peers.status();
  }

  private void silence() {
    peers.close();
    clients.close();
  }

  private void deliverFromNode(NodeId from, Timestamp sent, Message message, int sizeBytes) {
    driver.deliverFromNode(from, sent, message, sizeBytes);
  }

  private void deliverFromClient(NodeId from, Timestamp sent, Message message, int sizeBytes) {
    driver.deliverFromClient(from, message, sizeBytes);
  }

  private static <T> Future<T> onLoop(ContextInternal loop, Supplier<Future<T>> action) {
    return loop.<Void>future(promise -> loop.runOnContext(promise::complete))
        .compose(go -> action.get());
  }

  /// Everything that leaves: to nodes, or to clients.
  private final class Streams implements Outbox {
    @Override
    public void send(NodeId to, Timestamp now, Message message) {
      boolean sent =
          message instanceof ClientMessage reply
              ? clients.send(to, reply)
              : peers.send(to, now, message);
      if (!sent) {
        meters.add(Meter.DROPPED_NO_ROUTE, 1);
      }
    }

    @Override
    public void flush() {
      peers.flush();
      clients.flush();
    }
  }
}
