package meridian.coordinate;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import meridian.model.NodeId;
import meridian.model.Timestamp;
import meridian.participant.CoordinatorMessage;
import meridian.participant.CoordinatorMessage.Choice;
import meridian.participant.TxnStatus;
import meridian.paxos.Ballot;
import meridian.paxos.Decision;

/// Counts what the replicas of one participant say they have accepted, until a majority says so of
/// one slot in one ballot: then the vote in it is chosen (rule C2, slow path). What was accepted in
/// different ballots is never added up. Votes on the fast path are counted beside that; whichever
/// comes first is the proof.
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
  private final FastVotes fast = new FastVotes();

  /// Whether the proof is one of the fast path.
  private boolean provenFast;

  /// Counts one replica's vote.
  ///
  /// @param replicas how many the shard has
  /// @return what is proven, once it is
  Optional<TxnStatus> count(
      CoordinatorMessage.Voted voted, CoordinatorMessage.Vote vote, NodeId replica, int replicas) {
    Optional<TxnStatus> proof =
        switch (vote.choice()) {
          case Choice.Tentative tentative ->
              replica.equals(voted.ballot().leader())
                  ? Optional.empty()
                  : countFast(voted, tentative.ts(), replica, replicas);
          case Choice.Yes yes when yes.fast() && replica.equals(voted.ballot().leader()) ->
              countFast(voted, yes.ts(), replica, replicas);
          case Choice.Yes yes -> Optional.empty();
          case Choice.Done done -> Optional.empty();
          case Choice.No no -> Optional.empty();
        };
    provenFast = proof.isPresent();
    return proof.or(() -> countSlow(voted.ballot(), vote, replica, replicas / 2 + 1));
  }

  boolean isProvenFast() {
    return provenFast;
  }

  private Optional<TxnStatus> countFast(
      CoordinatorMessage.Voted voted, Timestamp ts, NodeId replica, int replicas) {
    return fast.count(voted.ballot(), voted.electorate(), ts, replica, replicas)
        .map(TxnStatus.Prepared::new);
  }

  private Optional<TxnStatus> countSlow(
      Ballot ballot, CoordinatorMessage.Vote vote, NodeId replica, int majority) {
    if (vote.choice() instanceof Choice.Tentative) {
      return Optional.empty();
    }
    TreeSet<NodeId> by =
        accepted.computeIfAbsent(new Place(ballot, vote.slot()), place -> new TreeSet<>());
    by.add(replica);
    return by.size() >= majority ? Optional.of(status(vote.choice())) : Optional.empty();
  }

  private static TxnStatus status(Choice choice) {
    return switch (choice) {
      case Choice.Yes yes -> new TxnStatus.Prepared(yes.ts());
      case Choice.Done done -> new TxnStatus.Settled(new Decision.Commit(done.ts()));
      case Choice.No no -> new TxnStatus.Settled(new Decision.Abort(no.reason()));
      case Choice.Tentative tentative ->
          throw new IllegalArgumentException("a tentative vote stands in no log: " + tentative);
    };
  }
}
