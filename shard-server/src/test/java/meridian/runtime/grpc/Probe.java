package meridian.runtime.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.Timestamp;
import meridian.node.Effects;
import meridian.node.Input;
import meridian.node.Node;
import meridian.node.Now;

/// A node that keeps what it hears, and says at the next tick what the test wants said.
final class Probe implements Node {
  static final Timestamp CLOCK = Timestamp.ofMillis(4_711);

  private static final long PATIENCE_SECONDS = 20;

  private final BlockingQueue<Input.Deliver> heard = new LinkedBlockingQueue<>();
  private final ConcurrentLinkedQueue<Effects.Send> toSay = new ConcurrentLinkedQueue<>();

  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger said = new AtomicInteger();

  /// How many were sent in the turn before the present tick, and so have left.
  private int sending;

  /// What the next tick throws.
  volatile Optional<RuntimeException> broken = Optional.empty();

  void say(NodeId to, Message message) {
    asked.incrementAndGet();
    toSay.add(new Effects.Send(to, message));
  }

  /// The next message, waited for.
  Input.Deliver hear() throws InterruptedException {
    Input.Deliver next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return next == null ? fail("nothing was heard") : next;
  }

  void hears(NodeId from, Message message) throws InterruptedException {
    Input.Deliver next = hear();
    assertEquals(from, next.from());
    assertEquals(message, next.message());
  }

  /// Whether all that it was to say has left, or waits only for the delay of its way.
  boolean hasSaidAll() {
    return said.get() == asked.get();
  }

  boolean heardNothing() {
    return heard.isEmpty();
  }

  @Override
  public void step(Input input, Now now, Effects out) {
    if (broken.isPresent()) {
      throw broken.get();
    }
    switch (input) {
      case Input.Deliver deliver -> heard.add(deliver);
      case Input.Tick tick -> {
        said.addAndGet(sending);
        sending = 0;
        for (var send = toSay.poll(); send != null; send = toSay.poll()) {
          out.send(send.to(), send.message());
          sending++;
        }
      }
      case Input.Flushed flushed -> {}
      case Input.DiskFull full -> {}
    }
  }

  @Override
  public void finish(Now now, Effects out) {}

  @Override
  public Timestamp clock(Now now) {
    return CLOCK;
  }
}
