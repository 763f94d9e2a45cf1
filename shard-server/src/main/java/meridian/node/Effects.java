package meridian.node;

import java.util.ArrayList;
import java.util.List;
import meridian.model.Message;
import meridian.model.NodeId;
import meridian.storage.LogWrite;
import meridian.storage.StateFlush;

/// What a node wants done. The driver first makes the writes of this and of every earlier step
/// durable, and then releases the sends: nothing is visible that could be forgotten.
public final class Effects {
  /// A message for somebody.
  public record Send(NodeId to, Message message) {}

  private final List<LogWrite> writes = new ArrayList<>();
  private final List<Send> sends = new ArrayList<>();
  private final List<Send> sendsAhead = new ArrayList<>();
  private final List<StateFlush> flushes = new ArrayList<>();

  /// To be made durable, in this order, together with everything else of its batch or not at all.
  public void write(LogWrite write) {
    writes.add(write);
  }

  /// To leave once all writes up to now are durable.
  public void send(NodeId to, Message message) {
    sends.add(new Send(to, message));
  }

  /// To leave at once: for what reveals nothing that only this node's pending writes would back.
  public void sendAhead(NodeId to, Message message) {
    sendsAhead.add(new Send(to, message));
  }

  /// To be brought into the state store in the background; `Input.Flushed` tells when it is
  /// durable.
  public void flush(StateFlush flush) {
    flushes.add(flush);
  }

  public List<LogWrite> writes() {
    return writes;
  }

  public List<Send> sends() {
    return sends;
  }

  public List<Send> sendsAhead() {
    return sendsAhead;
  }

  public List<StateFlush> flushes() {
    return flushes;
  }
}
