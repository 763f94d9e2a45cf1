package meridian.runtime.grpc;

import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.Timestamp;

/// Where messages go that have arrived.
interface Delivery {
  /// Takes a message; it may be dropped.
  ///
  /// @param sent the sender's clock when it left
  /// @param sizeBytes about how many bytes it came in
  void deliver(NodeId from, Timestamp sent, Message message, int sizeBytes);
}
