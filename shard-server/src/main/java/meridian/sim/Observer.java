package meridian.sim;

import java.util.List;
import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.Timestamp;
import meridian.node.Node;
import meridian.storage.LogWrite;
import meridian.storage.StateFlush;

/// Sees everything that happens in a world, and changes nothing. An observer that does not like
/// what it sees throws, and the run has failed.
public interface Observer {
  /// A message leaves a machine; it may still be lost.
  default void sent(NodeId from, NodeId to, Timestamp stamp, Message message) {}

  /// A batch is durable in a machine's log.
  default void durable(NodeId machine, List<LogWrite> batch) {}

  /// A flush is durable in a machine's state store.
  default void flushed(NodeId machine, StateFlush flush) {}

  /// A process has stepped through what had arrived.
  default void stepped(NodeId machine, Node node) {}

  /// A process was started on a machine.
  default void booted(NodeId machine, Node node) {}

  /// A process is gone, and with it all that was not durable.
  default void crashed(NodeId machine) {}
}
