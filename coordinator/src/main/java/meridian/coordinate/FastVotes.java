package meridian.coordinate;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import meridian.model.NodeId;
import meridian.model.Timestamp;
import meridian.paxos.Ballot;
import meridian.paxos.Electorate;

/// Counts direct votes on one participant's part: so many equal ones of a ballot's electorate, the
/// leader's among them, are as good as a chosen entry (rule C2, fast path). Without the leader they
/// prove nothing, since members look neither at what was read nor at locks in the log; and votes of
/// different ballots are never added up, since what a later leader adopted need not be the same.
final class FastVotes {
  /// One thing that may be voted for.
  private record Subject(Ballot ballot, Timestamp ts) implements Comparable<Subject> {
    @Override
    public int compareTo(Subject other) {
      int byBallot = ballot.compareTo(other.ballot);
      return byBallot != 0 ? byBallot : ts.compareTo(other.ts);
    }
  }

  private final Map<Subject, TreeSet<NodeId>> voters = new TreeMap<>();

  /// Counts one member's vote; its content has been compared already. Of the leader only a YES that
  /// it gave on the fast path may be counted.
  ///
  /// @return the timestamp, once enough members agree on it
  Optional<Timestamp> count(
      Ballot ballot, Electorate electorate, Timestamp ts, NodeId voter, int replicas) {
    if (!electorate.contains(voter)) {
      return Optional.empty();
    }
    TreeSet<NodeId> equal =
        voters.computeIfAbsent(new Subject(ballot, ts), subject -> new TreeSet<>());
    equal.add(voter);
    boolean isProof =
        equal.size() >= electorate.quorum(replicas) && equal.contains(ballot.leader());
    return isProof ? Optional.of(ts) : Optional.empty();
  }
}
