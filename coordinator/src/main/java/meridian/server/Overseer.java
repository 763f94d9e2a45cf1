package meridian.server;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
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

/// A node with somebody who looks at it now and then and passes an operator's wishes on, both
/// between steps: nobody else may touch a node.
///
/// A node that starts for the first time sleeps until it has streams to the others, or for a
/// second: whoever asks to lead before anybody hears it loses the turn that the cluster file gave
/// it.
final class Overseer implements Node {
  private static final long LOOK_MICROS = 50_000;
  private static final long SLEEP_MICROS_MAX = 1_000_000;

  private final Node node;
  private final Supplier<NodeView> look;
  private final Queue<Effects.Send> wishes = new ConcurrentLinkedQueue<>();
  private volatile NodeView view;
  private long lookedMicros;
  private boolean asleep;
  private long sleptMicros;
  private volatile BooleanSupplier isConnected = () -> false;

  private Overseer(Node node, Supplier<NodeView> look, boolean asleep) {
    this.node = node;
    this.look = look;
    this.view = look.get();
    this.asleep = asleep;
  }

  /// @param first whether it starts for the first time
  static Overseer of(NodeId self, RegionId region, ServerNode server, boolean first) {
    return new Overseer(
        server,
        () ->
            new NodeView(
                self,
                region,
                server.shards().replicas().stream().map(NodeView.Replica::of).toList(),
                server.coordinator().inFlight()),
        first);
  }

  static Overseer of(NodeId self, RegionId region, Coordinator coordinator) {
    return new Overseer(
        coordinator, () -> new NodeView(self, region, List.of(), coordinator.inFlight()), false);
  }

  /// How to know whether there are streams to all others.
  void awaitPeers(BooleanSupplier connected) {
    isConnected = connected;
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
  public void step(Input input, Now real, Effects out) {
    if (asleep) {
      asleep = real.monotonicMicros() < SLEEP_MICROS_MAX && !isConnected.getAsBoolean();
      sleptMicros = real.monotonicMicros();
      return; // as if what has arrived were lost
    }
    Now now = awake(real);
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

  /// The time as the node knows it: its sleep did not happen.
  private Now awake(Now real) {
    return new Now(real.monotonicMicros() - sleptMicros, real.wallMicros());
  }

  @Override
  public void finish(Now real, Effects out) {
    node.finish(awake(real), out);
  }

  @Override
  public Timestamp clock(Now real) {
    return node.clock(awake(real));
  }
}
