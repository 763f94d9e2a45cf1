package meridian.paxos;

import java.util.List;
import meridian.model.NodeId;

/// Which electorates a group's leaders choose.
///
/// @param on whether there is a fast path at all
/// @param members how many members an electorate has if the group has so many, and never fewer than
///   a majority of it: 0 asks for the fewest
public record FastPath(boolean on, int members) {
  public static final FastPath OFF = new FastPath(false, 0);

  /// The fewest members that can stand for the group, which are the nearest.
  public static final FastPath NEAREST = new FastPath(true, 0);

  /// The electorate of a ballot.
  ///
  /// @param byDistance the group's replicas, the leader first, then the nearest to it
  Electorate choose(List<NodeId> byDistance) {
    int replicas = byDistance.size();
    if (!on || replicas == 1) {
      return Electorate.EMPTY;
    }
    int wanted = Math.min(replicas, Math.max(members, replicas / 2 + 1));
    return new Electorate(byDistance.subList(0, wanted));
  }
}
