package meridian.simulate;

import java.util.SortedMap;
import java.util.TreeMap;
import meridian.model.Invariant;
import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.Timestamp;
import meridian.sim.Observer;

/// Checks that the clock which a server stamps on what it sends never goes back, restarts and wall
/// clocks put back included (rule 2.10).
public final class Clocks implements Observer {
  private final SortedMap<NodeId, Timestamp> last = new TreeMap<>();

  @Override
  public void sent(NodeId from, NodeId to, Timestamp stamp, Message message) {
    if (from.isServer()) {
      Timestamp before = last.getOrDefault(from, Timestamp.ZERO);
      Invariant.check(
          !stamp.isBefore(before), "%s's clock went back: %s after %s", from, stamp, before);
      last.put(from, stamp);
    }
  }
}
