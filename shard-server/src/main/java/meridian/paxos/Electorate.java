package meridian.paxos;

import java.util.List;
import meridian.model.NodeId;

/// The replicas whose direct votes count on the fast path of a ballot (protocol 2.8, E), its leader
/// among them. Empty: the ballot has no fast path.
public record Electorate(List<NodeId> members) {
  public static final Electorate EMPTY = new Electorate(List.of());

  public Electorate {
    members = List.copyOf(members);
  }

  public boolean isEmpty() {
    return members.isEmpty();
  }

  public boolean contains(NodeId node) {
    return members.contains(node);
  }

  /// How many equal votes of members are as good as a chosen entry (rule C2): so many that two
  /// quorums share a member that is among any majority of the group. With one member more than the
  /// group can lose, that is all of them.
  ///
  /// @param replicas how many the group has
  public int quorum(int replicas) {
    return (members.size() + faults(replicas)) / 2 + 1;
  }

  /// How many of the members that a new leader has heard from must hold a vote, so that it may have
  /// been part of a quorum (rule B2): of those that were heard, a quorum lacks no more than it
  /// lacks of all.
  ///
  /// @param replied how many of the members were heard from
  public int suspicion(int replied, int replicas) {
    return Math.max(1, replied - (members.size() - quorum(replicas)));
  }

  private static int faults(int replicas) {
    return (replicas - 1) / 2;
  }
}
