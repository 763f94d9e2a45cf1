package meridian.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import meridian.coordinate.ServerNode;
import meridian.model.Invariant;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.node.Node;
import meridian.participant.Ledger;
import meridian.shard.ShardNode;
import meridian.shard.ShardReplica;
import meridian.sim.Machine;
import meridian.sim.Observer;
import meridian.sim.World;
import meridian.storage.CorruptRecord;

/// Checks that replicas which have applied the same slot are in the same state.
final class Replicas implements Observer {
  /// A state is hashed when so many slots were applied since it last was: hashing takes longer than
  /// stepping.
  private static final long SLOTS_BETWEEN = 64;

  private final World world;

  /// The hash of the state as of a slot, from whoever got there first.
  private final SortedMap<ShardId, SortedMap<Long, Long>> digests = new TreeMap<>();

  /// The slot that each machine's state was last hashed at.
  private final SortedMap<NodeId, SortedMap<ShardId, Long>> compared = new TreeMap<>();

  /// Who was seen at which slot since `look` was first called.
  private final SortedMap<ShardId, SortedMap<Long, SortedSet<NodeId>>> seen = new TreeMap<>();

  Replicas(World world) {
    this.world = world;
  }

  @Override
  public void stepped(NodeId machine, Node node) {
    shards(node)
        .forEach(
            replica -> {
              long slot = replica.ledger().slot();
              if (slot % SLOTS_BETWEEN == 0 && isNews(machine, replica.shard().id(), slot)) {
                compare(machine, replica);
              }
            });
  }

  private boolean isNews(NodeId machine, ShardId shard, long slot) {
    Long before = compared.computeIfAbsent(machine, m -> new TreeMap<>()).put(shard, slot);
    return before == null || before != slot;
  }

  /// @return whether there was a state to compare
  private boolean compare(NodeId machine, ShardReplica replica) {
    ShardId shard = replica.shard().id();
    long slot = replica.ledger().slot();
    OptionalLong digest = digest(replica.ledger());
    if (digest.isEmpty()) {
      return false;
    }
    Long first =
        digests.computeIfAbsent(shard, s -> new TreeMap<>()).putIfAbsent(slot, digest.getAsLong());
    Invariant.check(
        first == null || first == digest.getAsLong(),
        "%s has another state of %s at slot %s than others",
        machine,
        shard,
        slot);
    return true;
  }

  /// Nothing where the state is not whole, or a stored version is damaged.
  private static OptionalLong digest(Ledger ledger) {
    if (!ledger.isWhole()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(ledger.digest());
    } catch (CorruptRecord damaged) {
      return OptionalLong.empty();
    }
  }

  /// Compares all replicas where they are now. Leaders close the past as long as they live, so that
  /// a store in peace is never still: who is behind is compared when it gets there.
  ///
  /// @return whether by now all replicas of each shard were seen whole, in one state, at one slot
  boolean look() {
    for (Machine machine : world.machines()) {
      machine
          .node()
          .ifPresent(node -> shards(node).forEach(replica -> look(machine.id(), replica)));
    }
    return all().stream().allMatch(this::isLevel);
  }

  private void look(NodeId machine, ShardReplica replica) {
    SortedSet<NodeId> there =
        seen.computeIfAbsent(replica.shard().id(), s -> new TreeMap<>())
            .computeIfAbsent(replica.ledger().slot(), s -> new TreeSet<>());
    if (!there.contains(machine) && compare(machine, replica)) {
      there.add(machine);
    }
  }

  private boolean isLevel(ShardReplica replica) {
    return seen.getOrDefault(replica.shard().id(), new TreeMap<>()).values().stream()
        .anyMatch(there -> there.size() == replica.shard().replicas().size());
  }

  /// What is prepared, or waits for a lock, somewhere.
  Optional<String> undecided() {
    return all().stream()
        .filter(replica -> replica.participant().undecided() > 0)
        .map(replica -> replica.participant().undecided() + " in " + replica.shard().id())
        .findFirst();
  }

  private List<ShardReplica> all() {
    List<ShardReplica> all = new ArrayList<>();
    for (Machine machine : world.machines()) {
      machine.node().ifPresent(node -> all.addAll(shards(node)));
    }
    return all;
  }

  private static List<ShardReplica> shards(Node node) {
    return switch (node) {
      case ShardNode shards -> List.copyOf(shards.replicas());
      case ServerNode server -> List.copyOf(server.shards().replicas());
      default -> List.of();
    };
  }
}
