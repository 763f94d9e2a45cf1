package meridian.coordinate;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import meridian.model.NodeId;
import meridian.participant.CoordinatorMessage;
import meridian.paxos.Ballot;

/// Counts what the replicas of one participant say they have accepted, until a majority says so of
/// one slot in one ballot: then the vote in it is chosen (rule C2, slow path). What was accepted in
/// different ballots is never added up.
final class Ballots {
  /// One place in a shard's log, in one ballot.
  private record Place(Ballot ballot, long slot) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int byBallot = ballot.compareTo(other.ballot);
      return byBallot != 0 ? byBallot : Long.compare(slot, other.slot);
    }
  }

  private final Map<Place, TreeSet<NodeId>> accepted = new TreeMap<>();

  /// Counts one replica's vote.
  ///
  /// @return the choice, once a majority has accepted it
  Optional<CoordinatorMessage.Choice> count(
      Ballot ballot, CoordinatorMessage.Vote vote, NodeId replica, int majority) {
    TreeSet<NodeId> by =
        accepted.computeIfAbsent(new Place(ballot, vote.slot()), place -> new TreeSet<>());
    by.add(replica);
    return by.size() >= majority ? Optional.of(vote.choice()) : Optional.empty();
  }
}
