package meridian.sim;

import meridian.model.Message;

/// The bytes that messages travel as: whatever crosses the simulated network is encoded and decoded
/// on the way, so that nothing is shared by reference and what the codec loses is lost here too.
public interface Wire {
  byte[] encode(Message message);

  Message decode(byte[] bytes);
}
