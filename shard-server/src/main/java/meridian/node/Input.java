package meridian.node;

import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.Timestamp;

/// What happens to a node.
public sealed interface Input {
  /// A message arrived.
  ///
  /// @param sent the sender's clock when it left
  record Deliver(NodeId from, Timestamp sent, Message message) implements Input {}

  /// Some time has passed; the driver says so every few milliseconds.
  record Tick() implements Input {}

  /// The state of a shard as of a slot is durable in the state store.
  record Flushed(ShardId shard, long slot) implements Input {}

  /// The disk has become too full for new work, or has room again.
  record DiskFull(boolean full) implements Input {}
}
