package meridian.server;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletionException;
import meridian.model.NodeId;
import meridian.model.ShardMap;
import meridian.runtime.PeerStatus;

/// Tells load balancers and people how a node is: `GET /healthz` answers 200 if clients can be sent
/// to it, 503 if they had better be sent elsewhere, and says why in JSON. `GET /metrics` answers
/// what the node has counted since its start, as Prometheus reads it.
///
/// A node is fit if for every group it holds it leads, or has a stream to who leads and is not far
/// behind; a coordinator of its own, if it has streams to a majority of every group.
final class Health {
  /// How far behind what it knows to be chosen a replica may be.
  private static final long LAG_MAX = 10_000;

  private static final int FIT = 200;
  private static final int UNFIT = 503;

  private final HttpServer server;

  private Health(HttpServer server) {
    this.server = server;
  }

  /// Begins to answer.
  ///
  /// @throws IOException if the address cannot be listened on
  static Health start(Vertx vertx, HostPort address, HostedNode node) throws IOException {
    HttpServer server = vertx.createHttpServer().requestHandler(request -> answer(request, node));
    try {
      server
          .listen(address.port(), address.host())
          .toCompletionStage()
          .toCompletableFuture()
          .join();
    } catch (CompletionException failed) {
      throw HostedNode.cannotListen(address, failed);
    }
    return new Health(server);
  }

  int port() {
    return server.actualPort();
  }

  private static void answer(HttpServerRequest request, HostedNode node) {
    boolean isMetrics = request.path().equals("/metrics");
    if (!isMetrics && !request.path().equals("/healthz")) {
      request.response().setStatusCode(404).end("there are /healthz and /metrics here\n");
    } else if (!request.method().equals(HttpMethod.GET)
        && !request.method().equals(HttpMethod.HEAD)) {
      request.response().setStatusCode(405).end();
    } else if (isMetrics) {
      request.response().end(node.server().counters().toText() + damage(node));
    } else {
      JsonObject body = describe(node);
      request
          .response()
          .setStatusCode(body.getBoolean("fit") ? FIT : UNFIT)
          .putHeader("content-type", "application/json")
          .end(body.encodePrettily() + "\n");
    }
  }

  /// What was found damaged on this node's disk, as Prometheus reads it.
  private static String damage(HostedNode node) {
    List<NodeView.Replica> replicas = node.view().replicas();
    return """
        meridian_log_damages_found_total %d
        meridian_damaged_versions_met_total %d
        meridian_repairs_stored_total %d
        """
        .formatted(
            node.logDamages().size(),
            replicas.stream().mapToLong(NodeView.Replica::damagesMet).sum(),
            replicas.stream().mapToLong(NodeView.Replica::repairsStored).sum());
  }

  /// How a node is.
  static JsonObject describe(HostedNode node) {
    NodeView view = node.view();
    SortedMap<NodeId, PeerStatus> peers = node.server().peers();
    JsonArray shards = new JsonArray();
    boolean fit = node.config().node().isPresent() || reachesMajorities(node, peers);
    for (NodeView.Replica replica : view.replicas()) {
      boolean led = replica.serves() || isReached(replica.ballot().leader(), peers);
      long lag = replica.chosen() - replica.applied();
      fit &= led && lag <= LAG_MAX;
      shards.add(
          new JsonObject()
              .put("shard", replica.shard().number())
              .put("leader", replica.ballot().leader().number())
              .put("leads", replica.serves())
              .put("leaderReached", led)
              .put("ballot", replica.ballot().toString())
              .put("slotLast", replica.slotLast())
              .put("chosen", replica.chosen())
              .put("applied", replica.applied())
              .put("lag", lag));
    }
    JsonArray others = new JsonArray();
    for (PeerStatus peer : peers.values()) {
      JsonObject other =
          new JsonObject()
              .put("node", peer.node().toString())
              .put("region", peer.region().name())
              .put("connected", peer.connected());
      peer.rttMicros().ifPresent(rtt -> other.put("rttMicros", rtt));
      others.add(peer.trouble().isEmpty() ? other : other.put("trouble", peer.trouble()));
    }
    return new JsonObject()
        .put("fit", fit)
        .put("node", view.node().toString())
        .put("region", view.region().name())
        .put("cluster", node.config().cluster().name())
        .put("inFlight", view.inFlight())
        .put("shards", shards)
        .put("peers", others);
  }

  private static boolean isReached(NodeId node, SortedMap<NodeId, PeerStatus> peers) {
    PeerStatus peer = peers.get(node);
    return peer != null && peer.connected();
  }

  private static boolean reachesMajorities(HostedNode node, SortedMap<NodeId, PeerStatus> peers) {
    for (ShardMap.Shard shard : node.config().cluster().layout().shards()) {
      long reached = shard.replicas().stream().filter(member -> isReached(member, peers)).count();
      if (reached < shard.majority()) {
        return false;
      }
    }
    return true;
  }
}
