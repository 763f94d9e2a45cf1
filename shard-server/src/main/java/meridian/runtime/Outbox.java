package meridian.runtime;

import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.Timestamp;

/// Where messages for others leave. A message may get lost, be late, or come after a later one that
/// took another stream; the protocol expects it. Only the thread that steps the node calls.
public interface Outbox {
  /// Takes a message, to leave at the next `flush` together with all others for the same receiver.
  ///
  /// @param clock the sender's hybrid logical clock now
  void send(NodeId to, Timestamp clock, Message message);

  /// Lets go what was taken.
  void flush();
}
