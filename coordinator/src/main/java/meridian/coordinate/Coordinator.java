package meridian.coordinate;

import meridian.model.Hlc;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.node.Effects;
import meridian.node.Input;
import meridian.node.Node;
import meridian.node.Now;
import meridian.participant.CoordinatorMessage;
import meridian.participant.ParticipantMessage;
import meridian.txn.ClientMessage;

/// Serves clients: reads for them, commits for them, finds out for them. Keeps nothing on disk;
/// when it dies, another takes its place and the participants finish what it left.
public final class Coordinator implements Node {
  private static final long MAP_MICROS = 5_000_000;

  private final RegionId region;
  private final Hlc hlc;
  private final Router router;
  private final Commits commits;
  private final Fetches fetches;
  private long mapAskedMicros = Long.MIN_VALUE / 2;

  public Coordinator(NodeId self, RegionId region, Hlc hlc, Router router, Patience patience) {
    this.region = region;
    this.hlc = hlc;
    this.router = router;
    this.commits = new Commits(self, hlc, router, patience);
    this.fetches = new Fetches(hlc, router, patience);
  }

  public Router router() {
    return router;
  }

  /// Transactions and reads under way.
  public int inFlight() {
    return commits.inFlight() + fetches.inFlight();
  }

  @Override
  public void step(Input input, Now now, Effects out) {
    switch (input) {
      case Input.Deliver deliver -> deliver(deliver, now, out);
      case Input.Tick tick -> {
        commits.tick(now, out);
        fetches.tick(now, out);
        refreshMap(now, out);
      }
      case Input.Flushed flushed -> {}
      case Input.DiskFull full -> {}
    }
  }

  private void deliver(Input.Deliver deliver, Now now, Effects out) {
    switch (deliver.message()) {
      case ClientMessage.Request m -> onRequest(m, deliver.from(), now, out);
      case CoordinatorMessage m -> onShard(m, deliver.from(), now, out);
      default -> {}
    }
  }

  private void onRequest(ClientMessage.Request request, NodeId client, Now now, Effects out) {
    switch (request) {
      case ClientMessage.Hello m ->
          out.sendAhead(
              client,
              new ClientMessage.Welcome(
                  m.id(), hlc.tick(now.wallMicros()), region, router.map().epoch()));
      case ClientMessage.Read m -> fetches.on(m, client, now, out);
      case ClientMessage.Commit m -> commits.on(m, client, now, out);
      case ClientMessage.Resolve m -> commits.on(m, client, now, out);
    }
  }

  private void onShard(CoordinatorMessage message, NodeId from, Now now, Effects out) {
    switch (message) {
      case CoordinatorMessage.Voted m -> commits.on(m, from, now, out);
      case CoordinatorMessage.Status m -> commits.on(m, now, out);
      case CoordinatorMessage.WhatBecameOf m -> commits.on(m, from, out);
      case CoordinatorMessage.NotLeader m -> {
        if (m.txn().isPresent()) {
          commits.on(m, from, now, out);
        } else {
          fetches.on(m, from, now, out);
        }
      }
      case CoordinatorMessage.Busy m -> commits.on(m, now);
      case CoordinatorMessage.ReadReply m -> fetches.on(m, from, now, out);
      case CoordinatorMessage.ReadRefused m -> fetches.on(m, from, now, out);
      case CoordinatorMessage.ReadTooOld m -> fetches.on(m, now, out);
      case CoordinatorMessage.MapReply m -> router.learn(m.map());
    }
  }

  /// Asks the nearest replica of the directory now and then whether the shard map has changed.
  private void refreshMap(Now now, Effects out) {
    if (now.monotonicMicros() - mapAskedMicros >= MAP_MICROS) {
      mapAskedMicros = now.monotonicMicros();
      NodeId nearest = router.nearest(ShardId.DIRECTORY, now.monotonicMicros()).getFirst();
      out.sendAhead(nearest, new ParticipantMessage.MapRequest(ShardId.DIRECTORY, 0));
    }
  }

  @Override
  public void finish(Now now, Effects out) {}

  @Override
  public Timestamp clock(Now now) {
    return hlc.tick(now.wallMicros());
  }
}
