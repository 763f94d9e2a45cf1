package meridian.server;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import meridian.coordinate.Coordinator;
import meridian.coordinate.ServerNode;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.model.Timestamp;
import meridian.node.Effects;
import meridian.node.Input;
import meridian.node.Node;
import meridian.node.Now;
import meridian.paxos.PaxosMessage;

/// A node with somebody who looks at it now and then and passes an operator's wishes on, both between
/// steps: nobody else may touch a node.
final class Overseer implements Node {
  private static final long LOOK_MICROS = 50_000;

  private final Node node;
  private final java.util.function.Supplier<NodeView> look;
  private final Queue<Effects.Send> wishes = new ConcurrentLinkedQueue<>();
  private volatile NodeView view;
  private long lookedMicros;

  private Overseer(Node node, java.util.function.Supplier<NodeView> look) {
    this.node = node;
    this.look = look;
    this.view = look.get();
  }

  static Overseer of(NodeId self, RegionId region, ServerNode server) {
    return new Overseer(
        server,
        () ->
            new NodeView(
                self,
                region,
                server.shards().replicas().stream().map(NodeView.Replica::of).toList(),
                server.coordinator().inFlight()));
  }

  static Overseer of(NodeId self, RegionId region, Coordinator coordinator) {
    return new Overseer(
        coordinator, () -> new NodeView(self, region, List.of(), coordinator.inFlight()));
  }

  /// How it looked lately. Any thread.
  NodeView view() {
    return view;
  }

  /// Asks a leader to let another lead instead. Any thread.
  void wish(NodeId leader, PaxosMessage.TransferLeader transfer) {
    wishes.add(new Effects.Send(leader, transfer));
  }

  @Override
  public void step(Input input, Now now, Effects out) {
    node.step(input, now, out);
    if (input instanceof Input.Tick) {
      for (Effects.Send wish = wishes.poll(); wish != null; wish = wishes.poll()) {
        out.sendAhead(wish.to(), wish.message());
      }
      if (now.monotonicMicros() - lookedMicros >= LOOK_MICROS) {
        lookedMicros = now.monotonicMicros();
        view = look.get();
      }
    }
  }

  @Override
  public void finish(Now now, Effects out) {
    node.finish(now, out);
  }

  @Override
  public Timestamp clock(Now now) {
    return node.clock(now);
  }
}
