package meridian.paxos;

import java.util.List;
import meridian.model.NodeId;

/// Which electorates a group's leaders choose.
///
/// @param on whether there is a fast path at all
/// @param members how many members an electorate has if the group has so many, and never fewer than
///   a majority of it: 0 asks for the fewest
/// @param nearMicros where a majority of the group answers its leader this soon there is none: all
///   that a fast path saves is the way from the leader to its followers
public record FastPath(boolean on, int members, long nearMicros) {
  private static final long NEAR_MICROS = 5_000;

  public static final FastPath OFF = new FastPath(false, 0, 0);

  /// The fewest members that can stand for the group, which are the nearest.
  public static final FastPath NEAREST = of(0);

  /// So many members, or as many as there must be.
  public static FastPath of(int members) {
    return new FastPath(true, members, NEAR_MICROS);
  }

  /// The electorate of a ballot.
  ///
  /// @param byDistance the group's replicas, the leader first, then the nearest to it
  /// @param answeredMicros how long it took until a majority had answered the leader
  Electorate choose(List<NodeId> byDistance, long answeredMicros) {
    int replicas = byDistance.size();
    if (!on || replicas == 1 || answeredMicros < nearMicros) {
      return Electorate.EMPTY;
    }
    int wanted = Math.min(replicas, Math.max(members, replicas / 2 + 1));
    return new Electorate(byDistance.subList(0, wanted));
  }
}
