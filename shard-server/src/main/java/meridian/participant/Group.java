package meridian.participant;

import java.util.List;
import java.util.Optional;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.node.Effects;
import meridian.node.Now;
import meridian.paxos.Ballot;
import meridian.paxos.Command;
import meridian.paxos.Log;

/// What a participant needs of the group that replicates it, and of the cluster around it.
public interface Group {
  /// The ballot that this replica leads, if it leads.
  Optional<Ballot> leading();

  /// Whether new entries may be appended now: this replica leads and is not handing over.
  boolean mayPropose();

  /// Whether this leader's barrier is chosen.
  boolean barrierChosen();

  /// Appends a command; only while this replica leads.
  ///
  /// @return its slot
  long propose(Command command, Effects out);

  /// Asks for a confirmation by a majority; see `StateMachine.confirmed`.
  long probe();

  /// The highest ballot promised: whoever owns it may lead.
  Ballot promised();

  /// The ballot whose log this is.
  Ballot logBallot();

  /// The log, applied and not yet applied.
  Log log();

  /// Leads on in a new ballot, with a fast path or without; only while this replica leads.
  void renew(boolean fast, Now now, Effects out);

  /// Whether something that was voted for can no longer be read here; then nothing is to be voted
  /// for on the fast path.
  boolean isDamaged();

  /// This replica's node.
  NodeId self();

  /// The other replicas of this group.
  List<NodeId> peers();

  /// The replicas of any shard.
  List<NodeId> replicas(ShardId shard);

  /// All shards but this one.
  List<ShardId> otherShards();
}
