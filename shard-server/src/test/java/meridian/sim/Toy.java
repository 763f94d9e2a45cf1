package meridian.sim;

import java.util.ArrayList;
import java.util.List;
import meridian.model.Invariant;
import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.Timestamp;
import meridian.node.Effects;
import meridian.node.Input;
import meridian.node.Node;
import meridian.node.Now;
import meridian.storage.LogWrite;

/// Counts ticks, durably, and tells a friend each number. A friend's number must never go back
/// unless messages overtake each other, which the toy's network does not do.
final class Toy implements Node {
  record Count(long number) implements Message {}

  static final Wire WIRE =
      new Wire() {
        @Override
        public byte[] encode(Message message) {
          return Long.toString(((Count) message).number())
              .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        }

        @Override
        public Message decode(byte[] bytes) {
          return new Count(
              Long.parseLong(new String(bytes, java.nio.charset.StandardCharsets.US_ASCII)));
        }
      };

  static final NodeId A = new NodeId(1);
  static final NodeId B = new NodeId(2);
  static final NodeId C = new NodeId(3);

  private final NodeId friend;
  private final boolean rash;
  private long count;
  private final List<Long> heard = new ArrayList<>();
  private final List<Boolean> fullness = new ArrayList<>();
  private long heardMax;

  /// @param rash whether it says a number before it is durable
  Toy(Machine.Boot boot, NodeId friend, boolean rash) {
    this.friend = friend;
    this.rash = rash;
    this.count = boot.log().recoveredClockBound().packed();
  }

  long count() {
    return count;
  }

  List<Long> heard() {
    return heard;
  }

  List<Boolean> fullness() {
    return fullness;
  }

  @Override
  public void step(Input input, Now now, Effects out) {
    switch (input) {
      case Input.Deliver deliver -> {
        long number = ((Count) deliver.message()).number();
        Invariant.check(number >= 0, "a count of %s", number);
        heard.add(number);
        heardMax = Math.max(heardMax, number);
      }
      case Input.Tick tick -> {
        count++;
        out.write(new LogWrite.ClockBound(new Timestamp(count)));
        if (rash) {
          out.sendAhead(friend, new Count(count));
        } else {
          out.send(friend, new Count(count));
        }
      }
      case Input.DiskFull full -> fullness.add(full.full());
      case Input.Flushed flushed -> throw new IllegalStateException("nothing was flushed");
    }
  }

  @Override
  public void finish(Now now, Effects out) {}

  @Override
  public Timestamp clock(Now now) {
    return Timestamp.ofMicros(now.wallMicros());
  }

  long heardMax() {
    return heardMax;
  }

  /// Three machines whose toys count to each other in a ring.
  static World world(long seed, boolean rash) {
    World world = new World(seed, WIRE, (from, to) -> 1_000, Trace.silent());
    for (NodeId id : List.of(A, B, C)) {
      NodeId friend = id.equals(C) ? A : new NodeId(id.number() + 1);
      world.add(
          id,
          new SimClock(0, 0),
          new SimDisk(new ToyStores()),
          boot -> new Toy(boot, friend, rash));
    }
    world.machines().forEach(Machine::boot);
    return world;
  }

  static Toy on(World world, NodeId id) {
    return (Toy) world.machine(id).node().orElseThrow();
  }

  static ToyStores disk(World world, NodeId id) {
    return (ToyStores) world.machine(id).disk().stores();
  }
}
