package meridian.paxos;

import java.util.List;
import meridian.model.Invariant;
import meridian.model.NodeId;

/// The replicas of a group, the preferred leader first, and which of them this one is.
public record Membership(List<NodeId> replicas, NodeId self) {
  public Membership {
    replicas = List.copyOf(replicas);
    Invariant.check(replicas.contains(self), "%s is not among %s", self, replicas);
  }

  /// How many replicas make a majority; any two majorities share one.
  public int majority() {
    return replicas.size() / 2 + 1;
  }

  public boolean isMember(NodeId node) {
    return replicas.contains(node);
  }

  /// Everyone but this one.
  public List<NodeId> others() {
    return replicas.stream().filter(node -> !node.equals(self)).toList();
  }

  /// The leader of the first ballot (rule B4).
  public boolean isPreferred() {
    return replicas.getFirst().equals(self);
  }
}
