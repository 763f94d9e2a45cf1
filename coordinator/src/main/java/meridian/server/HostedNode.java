package meridian.server;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.server.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import meridian.coordinate.Coordinator;
import meridian.coordinate.Router;
import meridian.coordinate.ServerNode;
import meridian.model.Hlc;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.node.Now;
import meridian.paxos.PaxosMessage;
import meridian.runtime.CachedStateStore;
import meridian.runtime.Cluster;
import meridian.runtime.Disk;
import meridian.runtime.NodeDriver;
import meridian.runtime.PeerStatus;
import meridian.runtime.RegionMatrix;
import meridian.runtime.Wan;
import meridian.runtime.grpc.NodeServer;
import meridian.shard.ShardNode;
import meridian.storage.StateStore;
import meridian.storage.cells.CellLogStore;
import meridian.storage.lmdb.DataDirectory;
import meridian.storage.lmdb.LmdbStores;
import meridian.storage.lmdb.MapLimits;

/// A node with everything that it stands on: a server with its data directory, or a coordinator of
/// its own, which has none. Any thread may call.
public final class HostedNode {
  private static final SecureRandom CHANCE = new SecureRandom();
  private static final long WITHIN_REGION_MICROS = 1_000;

  private final NodeConfig config;
  private final NodeServer server;
  private final Overseer overseer;
  private final List<AutoCloseable> stores;
  private final List<String> logDamages;

  private HostedNode(
      NodeConfig config,
      NodeServer server,
      Overseer overseer,
      List<AutoCloseable> stores,
      List<String> logDamages) {
    this.config = config;
    this.server = server;
    this.overseer = overseer;
    this.stores = stores;
    this.logDamages = logDamages;
  }

  /// Opens, listens and begins to step; other nodes are dialled once `join` says where they are.
  ///
  /// @param services more gRPC services on the same port
  /// @param fatal told if the node cannot go on
  /// @throws meridian.storage.StoreUnusable if the data directory cannot be used
  /// @throws IOException if the address cannot be listened on
  public static HostedNode start(
      Vertx vertx, NodeConfig config, Wan wan, List<Service> services, NodeDriver.Fatal fatal)
      throws IOException {
    List<AutoCloseable> stores = new ArrayList<>();
    try {
      return config.node().isPresent()
          ? server(vertx, config, config.node().get(), wan, services, fatal, stores)
          : coordinator(vertx, config, wan, services, fatal);
    } catch (IOException | RuntimeException failure) {
      close(stores);
      throw failure;
    }
  }

  private static HostedNode server(
      Vertx vertx,
      NodeConfig config,
      NodeId self,
      Wan wan,
      List<Service> services,
      NodeDriver.Fatal fatal,
      List<AutoCloseable> stores)
      throws IOException {
    Path where = config.data().orElseThrow();
    DataDirectory data =
        DataDirectory.open(where, new DataDirectory.Identity(config.cluster().identity(), self));
    stores.add(data);
    CellLogStore log = LmdbStores.openLog(data, MapLimits.DEFAULT);
    stores.add(log);
    StateStore state =
        new CachedStateStore(
            LmdbStores.openState(data, MapLimits.DEFAULT), Runtime.getRuntime().maxMemory() / 8);
    stores.add(state);
    Timestamp bound = log.recoveredClockBound();
    Hlc hlc = new Hlc(bound, config.tuning().clockOffsetMillisMax());
    ShardNode shards =
        new ShardNode(
            self,
            config.cluster().layout(),
            config.tuning(),
            hlc,
            bound,
            log.recovered(),
            state,
            new SplittableRandom(CHANCE.nextLong()),
            // The node's monotonic clock starts with its driver.
            new Now(0, System.currentTimeMillis() * 1_000));
    Coordinator coordinator =
        new Coordinator(self, config.region(), hlc, router(config), config.patience());
    Overseer overseer =
        Overseer.of(
            self, config.region(), new ServerNode(shards, coordinator), log.recovered().isEmpty());
    Disk disk = new Disk(log, state, () -> usableBytes(data), config.headroomBytes());
    NodeServer server =
        listen(vertx, self, config, services, overseer, Optional.of(disk), wan, fatal);
    return new HostedNode(config, server, overseer, stores, log.damage());
  }

  private static HostedNode coordinator(
      Vertx vertx, NodeConfig config, Wan wan, List<Service> services, NodeDriver.Fatal fatal)
      throws IOException {
    NodeId self = incarnation();
    Hlc hlc = new Hlc(Timestamp.ZERO, config.tuning().clockOffsetMillisMax());
    Overseer overseer =
        Overseer.of(
            self,
            config.region(),
            new Coordinator(self, config.region(), hlc, router(config), config.patience()));
    NodeServer server =
        listen(vertx, self, config, services, overseer, Optional.empty(), wan, fatal);
    return new HostedNode(config, server, overseer, List.of(), List.of());
  }

  private static NodeServer listen(
      Vertx vertx,
      NodeId self,
      NodeConfig config,
      List<Service> services,
      Overseer overseer,
      Optional<Disk> disk,
      Wan wan,
      NodeDriver.Fatal fatal)
      throws IOException {
    try {
      NodeServer server =
          await(NodeServer.start(vertx, setup(self, config, services), overseer, disk, wan, fatal));
      int others = config.cluster().nodes().size() - 1;
      overseer.awaitPeers(
          () -> server.peers().values().stream().filter(PeerStatus::connected).count() >= others);
      return server;
    } catch (IOException failure) {
      throw cannotListen(config.listen(), failure);
    }
  }

  /// Tells people which address could not be had, and that another will do.
  static IOException cannotListen(HostPort address, Throwable why) {
    BindException explained =
        new BindException(
            "cannot listen on "
                + address
                + " ("
                + why.getMessage()
                + "): stop what has the port, or name another address");
    explained.initCause(why);
    return explained;
  }

  private static NodeId incarnation() {
    NodeId drawn = new NodeId(CHANCE.nextLong());
    return drawn.isServer() || drawn.equals(NodeId.NONE) ? incarnation() : drawn;
  }

  private static NodeServer.Setup setup(NodeId self, NodeConfig config, List<Service> services) {
    return new NodeServer.Setup(
        self,
        config.region(),
        CHANCE.nextLong(),
        config.cluster().hash(),
        config.listen().host(),
        config.listen().port(),
        services,
        NodeDriver.Settings.DEFAULT);
  }

  /// How far the others are, as far as anybody knows before the first message.
  private static Router router(NodeConfig config) {
    RegionMatrix matrix = config.delays().orElseGet(RegionMatrix::load);
    Map<NodeId, Long> distances = new TreeMap<>();
    for (Cluster.Member member : config.cluster().nodes()) {
      if (config.node().filter(member.id()::equals).isPresent()) {
        distances.put(member.id(), 0L);
      } else if (member.region().equals(config.region())) {
        distances.put(member.id(), WITHIN_REGION_MICROS);
      } else if (matrix.regions().contains(member.region())
          && matrix.regions().contains(config.region())) {
        distances.put(member.id(), matrix.rttMicros(config.region(), member.region()));
      }
    }
    return new Router(config.cluster().layout(), distances);
  }

  private static long usableBytes(DataDirectory data) {
    try {
      return data.usableBytes();
    } catch (IOException silent) {
      throw new UncheckedIOException(silent);
    }
  }

  private static <T> T await(Future<T> future) throws IOException {
    try {
      return future.toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof IOException io
          ? io
          : new IOException(String.valueOf(failed.getCause()), failed.getCause());
    }
  }

  /// Dials the other nodes.
  public void join(Cluster cluster) throws IOException {
    await(server.join(cluster));
  }

  public NodeConfig config() {
    return config;
  }

  public NodeServer server() {
    return server;
  }

  /// What could not be read of the log when the node started, in words; peers have it.
  public List<String> logDamages() {
    return logDamages;
  }

  /// How the node looked a moment ago.
  public NodeView view() {
    return overseer.view();
  }

  /// Asks whoever leads a shard, as far as this node knows or that node says, to let another lead.
  public void transferLeader(NodeId leader, ShardId shard, NodeId to) {
    overseer.wish(leader, new PaxosMessage.TransferLeader(shard, to));
  }

  /// Which shards this node leads now.
  public List<NodeView.Replica> led() {
    return view().replicas().stream()
        .filter(replica -> replica.ballot().leader().equals(server.self()) && replica.serves())
        .toList();
  }

  /// Who is in the same region, for people.
  public RegionId region() {
    return config.region();
  }

  /// Stops at once, as a crash would, and lets go of the files.
  public void crash() {
    try {
      await(server.close());
    } catch (IOException whatever) {
      // It stops one way or another.
    }
    close(stores);
  }

  private static void close(List<AutoCloseable> stores) {
    List<AutoCloseable> lastFirst = new ArrayList<>(stores);
    Collections.reverse(lastFirst);
    for (AutoCloseable store : lastFirst) {
      try {
        store.close();
      } catch (Exception whatever) {
        // Nothing depends on a file that closes well: what matters has been synced.
      }
    }
  }
}
