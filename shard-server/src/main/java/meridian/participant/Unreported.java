package meridian.participant;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.node.Effects;
import meridian.paxos.Ballot;
import meridian.paxos.Electorate;

/// Votes that this replica has just cast, gathered so that each coordinator gets one message.
final class Unreported {
  private final NavigableMap<NodeId, List<CoordinatorMessage.Vote>> votes = new TreeMap<>();

  /// The ballot of the votes, and its electorate.
  private Ballot ballot = Ballot.ZERO;

  private Electorate electorate = Electorate.EMPTY;

  /// Takes a vote in a ballot. What was accepted in a lower ballot and not reported yet is accepted
  /// in this one, too; a tentative vote of a lower ballot may count for nothing any more.
  void add(NodeId to, Ballot in, Electorate its, CoordinatorMessage.Vote vote) {
    if (!in.equals(ballot)) {
      votes.clear();
      ballot = in;
      electorate = its;
    }
    votes.computeIfAbsent(to, n -> new ArrayList<>()).add(vote);
  }

  /// Sends everything, once what it says is durable.
  void report(ShardId shard, Effects out) {
    votes.forEach(
        (to, gathered) ->
            out.send(to, new CoordinatorMessage.Voted(shard, ballot, electorate, gathered)));
    votes.clear();
  }
}
