package meridian.coordinate;

import meridian.model.Timestamp;
import meridian.node.Effects;
import meridian.node.Input;
import meridian.node.Node;
import meridian.node.Now;
import meridian.participant.CoordinatorMessage;
import meridian.shard.ShardNode;
import meridian.txn.ClientMessage;

/// A server: its shards and a coordinator, with one clock between them.
public final class ServerNode implements Node {
  private final ShardNode shards;
  private final Coordinator coordinator;

  /// Both must have been made with the same clock.
  public ServerNode(ShardNode shards, Coordinator coordinator) {
    this.shards = shards;
    this.coordinator = coordinator;
  }

  public ShardNode shards() {
    return shards;
  }

  public Coordinator coordinator() {
    return coordinator;
  }

  @Override
  public void step(Input input, Now raw, Effects out) {
    if (input instanceof Input.Deliver deliver) {
      shards.heard(deliver.from(), deliver.sent(), raw);
    }
    Now now = shards.adjust(raw);
    switch (input) {
      case Input.Deliver deliver -> {
        switch (deliver.message()) {
          case ClientMessage m -> coordinator.step(input, now, out);
          case CoordinatorMessage m -> coordinator.step(input, now, out);
          default -> shards.stepAt(input, now, out);
        }
      }
      case Input.Tick tick -> {
        shards.stepAt(input, now, out);
        coordinator.step(input, now, out);
      }
      case Input.Flushed flushed -> shards.stepAt(input, now, out);
      case Input.DiskFull full -> shards.stepAt(input, now, out);
    }
  }

  @Override
  public void finish(Now now, Effects out) {
    shards.finish(now, out);
    coordinator.finish(shards.adjust(now), out);
  }

  @Override
  public Timestamp clock(Now now) {
    return shards.clock(now);
  }
}
