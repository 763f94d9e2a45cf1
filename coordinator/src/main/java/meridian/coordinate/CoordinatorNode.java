package meridian.coordinate;

import meridian.model.Hlc;
import meridian.model.Timestamp;
import meridian.node.ClusterClock;
import meridian.node.Effects;
import meridian.node.Input;
import meridian.node.Node;
import meridian.node.Now;

/// A coordinator by itself, next to an application: no shards, nothing on disk, and a clock that
/// keeps to the servers'.
public final class CoordinatorNode implements Node {
  private final Coordinator coordinator;
  private final Hlc hlc;
  private final ClusterClock clusterClock;

  /// @param servers how many servers the cluster has
  public CoordinatorNode(Coordinator coordinator, Hlc hlc, int servers, long offsetMillisMax) {
    this.coordinator = coordinator;
    this.hlc = hlc;
    this.clusterClock = new ClusterClock(servers, false, offsetMillisMax, Timestamp.ZERO);
  }

  public Coordinator coordinator() {
    return coordinator;
  }

  @Override
  public void step(Input input, Now raw, Effects out) {
    if (input instanceof Input.Deliver deliver && deliver.from().isServer()) {
      clusterClock.heard(deliver.from(), deliver.sent(), raw);
      // One that is too far ahead is not followed.
      var ignored = hlc.merge(deliver.sent(), clusterClock.adjust(raw).wallMicros());
    }
    coordinator.step(input, clusterClock.adjust(raw), out);
  }

  @Override
  public void finish(Now raw, Effects out) {
    coordinator.finish(clusterClock.adjust(raw), out);
  }

  @Override
  public Timestamp clock(Now now) {
    return hlc.tick(clusterClock.adjust(now).wallMicros());
  }
}
