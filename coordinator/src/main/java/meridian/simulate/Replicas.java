package meridian.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
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

  private void compare(NodeId machine, ShardReplica replica) {
    ShardId shard = replica.shard().id();
    long slot = replica.ledger().slot();
    OptionalLong digest = digest(replica.ledger());
    if (digest.isEmpty()) {
      return;
    }
    Long first =
        digests.computeIfAbsent(shard, s -> new TreeMap<>()).putIfAbsent(slot, digest.getAsLong());
    Invariant.check(
        first == null || first == digest.getAsLong(),
        "%s has another state of %s at slot %s than others",
        machine,
        shard,
        slot);
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

  /// Whether all replicas of each shard have applied so much of its log. More may be on its way: a
  /// leader goes on closing the past.
  boolean haveApplied(SortedMap<ShardId, Long> slots) {
    return all().stream()
        .allMatch(
            replica -> replica.ledger().slot() >= slots.getOrDefault(replica.shard().id(), 0L));
  }

  /// Whether no replica has anything damaged, or is still being brought up to date.
  boolean areWhole() {
    return all().stream().allMatch(replica -> digest(replica.ledger()).isPresent());
  }

  /// Compares all replicas that have applied as much as another.
  Optional<String> divergence() {
    SortedMap<ShardId, SortedMap<Long, Long>> states = new TreeMap<>();
    for (ShardReplica replica : all()) {
      ShardId shard = replica.shard().id();
      OptionalLong digest = digest(replica.ledger());
      if (digest.isEmpty()) {
        return Optional.of(shard + " has a damaged replica");
      }
      Long other =
          states
              .computeIfAbsent(shard, s -> new TreeMap<>())
              .putIfAbsent(replica.ledger().slot(), digest.getAsLong());
      if (other != null && other != digest.getAsLong()) {
        return Optional.of("the replicas of " + shard + " differ");
      }
    }
    return Optional.empty();
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
