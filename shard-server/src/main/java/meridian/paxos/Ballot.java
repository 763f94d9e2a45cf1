package meridian.paxos;

import meridian.model.NodeId;

/// A numbered claim to lead a group; it belongs to one node for ever, so no two leaders share one.
public record Ballot(long round, NodeId leader) implements Comparable<Ballot> {
  /// Below every ballot that anyone can lead.
  public static final Ballot ZERO = new Ballot(0, NodeId.NONE);

  public boolean isBelow(Ballot other) {
    return compareTo(other) < 0;
  }

  public boolean isAbove(Ballot other) {
    return compareTo(other) > 0;
  }

  public static Ballot max(Ballot a, Ballot b) {
    return a.isBelow(b) ? b : a;
  }

  @Override
  public int compareTo(Ballot other) {
    int byRound = Long.compare(round, other.round);
    return byRound != 0 ? byRound : leader.compareTo(other.leader);
  }

  @Override
  public String toString() {
    return round + "." + leader;
  }
}
