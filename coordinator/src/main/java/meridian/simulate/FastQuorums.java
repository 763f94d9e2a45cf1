package meridian.simulate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import meridian.model.Invariant;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.participant.CoordinatorMessage;
import meridian.participant.CoordinatorMessage.Choice;
import meridian.paxos.Ballot;

/// Counts votes on the fast path as they leave the replicas: what no coordinator may ever get to
/// see counts all the same.
final class FastQuorums {
  /// What members may vote for alike.
  private record Subject(ShardId shard, Ballot ballot, TxnId txn, long hash, Timestamp ts)
      implements Comparable<Subject> {
    @Override
    public int compareTo(Subject other) {
      int order = shard.compareTo(other.shard);
      order = order != 0 ? order : ballot.compareTo(other.ballot);
      order = order != 0 ? order : txn.compareTo(other.txn);
      order = order != 0 ? order : Long.compare(hash, other.hash);
      return order != 0 ? order : ts.compareTo(other.ts);
    }
  }

  private final SortedMap<ShardId, List<NodeId>> members;
  private final SortedMap<ShardId, SortedMap<Ballot, List<NodeId>>> electorates = new TreeMap<>();
  private final Map<Subject, TreeSet<NodeId>> voters = new TreeMap<>();

  /// @param members the replicas of each shard
  FastQuorums(SortedMap<ShardId, List<NodeId>> members) {
    this.members = members;
  }

  /// Counts a vote.
  ///
  /// @return the timestamp, whenever a quorum agrees on it: with floor((|E| + f) / 2) + 1 members,
  ///   the leader among them
  Optional<Timestamp> count(
      CoordinatorMessage.Voted voted, CoordinatorMessage.Vote vote, NodeId voter) {
    List<NodeId> electorate = electorate(voted);
    Optional<Timestamp> ts =
        switch (vote.choice()) {
          case Choice.Yes yes when yes.fast() -> Optional.of(yes.ts());
          case Choice.Yes yes -> Optional.empty();
          case Choice.Tentative tentative -> Optional.of(tentative.ts());
          case Choice.Done done -> Optional.empty();
          case Choice.No no -> Optional.empty();
        };
    if (ts.isEmpty() || !electorate.contains(voter)) {
      return Optional.empty();
    }
    NodeId leader = voted.ballot().leader();
    Invariant.check(
        voter.equals(leader) == (vote.choice() instanceof Choice.Yes),
        "%s, with %s leading, says %s",
        voter,
        leader,
        vote);
    TreeSet<NodeId> equal =
        voters.computeIfAbsent(
            new Subject(voted.shard(), voted.ballot(), vote.txn(), vote.hash(), ts.get()),
            subject -> new TreeSet<>());
    equal.add(voter);
    List<NodeId> replicas =
        Invariant.present(members.get(voted.shard()), "%s is no group", voted.shard());
    int faults = (replicas.size() - 1) / 2;
    int quorum = (electorate.size() + faults) / 2 + 1;
    return equal.size() >= quorum && equal.contains(leader) ? ts : Optional.empty();
  }

  /// A ballot has one electorate, of which its leader is one.
  private List<NodeId> electorate(CoordinatorMessage.Voted voted) {
    List<NodeId> now = voted.electorate().members();
    List<NodeId> known =
        electorates
            .computeIfAbsent(voted.shard(), s -> new TreeMap<>())
            .computeIfAbsent(voted.ballot(), b -> now);
    Invariant.check(known.equals(now), "%s has the electorates %s and %s", voted, known, now);
    Invariant.check(now.isEmpty() || now.contains(voted.ballot().leader()), "%s: %s", voted, now);
    return now;
  }
}
