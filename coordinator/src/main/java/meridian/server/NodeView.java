package meridian.server;

import java.util.List;
import java.util.Optional;
import meridian.model.KeyRange;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.model.ShardId;
import meridian.paxos.Ballot;
import meridian.shard.ShardReplica;

/// What a node looked like at one moment, for people.
///
/// @param inFlight transactions and reads that its coordinator has under way
public record NodeView(NodeId node, RegionId region, List<Replica> replicas, int inFlight) {
  public NodeView {
    replicas = List.copyOf(replicas);
  }

  /// One of its replicas.
  ///
  /// @param ballot the highest promised; its owner leads, as far as this replica knows
  /// @param serves whether it leads and takes new work
  /// @param slotLast the last slot of its log
  /// @param chosen the last slot that it knows to be chosen
  /// @param applied the last slot whose effect its state shows
  /// @param damagesMet how often a stored version was found damaged
  /// @param repairsStored how often a peer's copy took its place
  public record Replica(
      ShardId shard,
      KeyRange range,
      List<NodeId> members,
      Ballot ballot,
      boolean serves,
      long slotLast,
      long chosen,
      long applied,
      long damagesMet,
      long repairsStored) {
    static Replica of(ShardReplica replica) {
      var paxos = replica.replica();
      var acceptor = paxos.acceptor();
      return new Replica(
          replica.shard().id(),
          replica.shard().range(),
          replica.shard().replicas(),
          paxos.ballot(),
          paxos.mayPropose() && replica.barrierChosen(),
          acceptor.log().slotLast(),
          acceptor.chosenThrough(),
          paxos.applied(),
          replica.damagesMet(),
          replica.repairsStored());
    }
  }

  public Optional<Replica> replica(ShardId shard) {
    return replicas.stream().filter(replica -> replica.shard().equals(shard)).findFirst();
  }
}
