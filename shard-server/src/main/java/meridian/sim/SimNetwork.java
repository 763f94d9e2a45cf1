package meridian.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import meridian.model.Digest;
import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.Timestamp;
import meridian.node.Input;

/// A network that keeps no promise: it may lose a message, deliver it late, twice, or after one
/// that was sent later. How much of that it does is a matter of the rules in force.
public final class SimNetwork {
  /// How long light takes between two machines.
  public interface Delays {
    long oneWayMicros(NodeId from, NodeId to);
  }

  /// What happens to messages from some machines to others; several rules add up.
  ///
  /// @param lossPpm how many of a million are lost; all of them is a cut
  /// @param duplicatePpm how many of a million come twice
  /// @param delayMicrosMax each is later by up to this much, which also changes their order
  /// @param flapMicros if not 0, the rule takes turns of this length with no rule
  /// @param bothWays whether it also holds from `to` to `from`
  public record Rule(
      List<NodeId> from,
      List<NodeId> to,
      long lossPpm,
      long duplicatePpm,
      long delayMicrosMax,
      long flapMicros,
      boolean bothWays) {
    public static final long ALL = 1_000_000;

    public Rule {
      from = List.copyOf(from);
      to = List.copyOf(to);
    }

    /// Nothing passes in one direction.
    public static Rule oneWay(List<NodeId> from, List<NodeId> to, long flapMicros) {
      return new Rule(from, to, ALL, 0, 0, flapMicros, false);
    }

    /// Nothing passes in either direction.
    public static Rule apart(List<NodeId> side, List<NodeId> others, long flapMicros) {
      return new Rule(side, others, ALL, 0, 0, flapMicros, true);
    }

    boolean applies(NodeId sender, NodeId receiver, long nowMicros) {
      return (flapMicros == 0 || nowMicros / flapMicros % 2 == 0)
          && (connects(sender, receiver) || (bothWays && connects(receiver, sender)));
    }

    private boolean connects(NodeId sender, NodeId receiver) {
      return from.contains(sender) && to.contains(receiver);
    }
  }

  private static final long LOOPBACK_MICROS = 20;
  private static final long JITTER_MICROS = 200;

  /// Jitter grows with distance: up to an eighth of the way more.
  private static final long JITTER_FRACTION = 8;

  private final World world;
  private final Wire wire;
  private final Delays delays;
  private final Chance chance;
  private final List<Rule> rules = new ArrayList<>();

  SimNetwork(World world, Wire wire, Delays delays) {
    this.world = world;
    this.wire = wire;
    this.delays = delays;
    this.chance = world.chance("network");
  }

  /// Puts a rule in force.
  public void add(Rule rule) {
    rules.add(rule);
  }

  /// Takes a rule out of force, once.
  public void remove(Rule rule) {
    rules.remove(rule);
  }

  /// The rules in force.
  public List<Rule> rules() {
    return List.copyOf(rules);
  }

  /// Sends a message on its way, whatever becomes of it.
  ///
  /// @param stamp the sender's hybrid logical clock
  void send(NodeId from, NodeId to, Timestamp stamp, Message message) {
    byte[] bytes = wire.encode(message);
    world.observers().forEach(observer -> observer.sent(from, to, stamp, message));
    world.tally().count("messages");
    world.tally().count("bytes", bytes.length);
    note(from, to, stamp, bytes, message);
    if (from.equals(to)) {
      deliverAfter(LOOPBACK_MICROS, from, to, stamp, bytes);
      return;
    }
    List<Rule> inForce =
        rules.stream().filter(rule -> rule.applies(from, to, world.nowMicros())).toList();
    if (inForce.stream().anyMatch(rule -> chance.perMillion(rule.lossPpm()))) {
      world.tally().count("lost");
      return;
    }
    deliverAfter(delay(from, to, inForce), from, to, stamp, bytes);
    if (inForce.stream().anyMatch(rule -> chance.perMillion(rule.duplicatePpm()))) {
      world.tally().count("duplicated");
      deliverAfter(delay(from, to, inForce), from, to, stamp, bytes);
    }
  }

  private long delay(NodeId from, NodeId to, List<Rule> inForce) {
    long way = delays.oneWayMicros(from, to);
    LongUnaryOperator upTo = chance::skewed;
    long late = inForce.stream().mapToLong(Rule::delayMicrosMax).map(upTo).sum();
    return way + chance.skewed(JITTER_MICROS + way / JITTER_FRACTION) + late;
  }

  private void deliverAfter(long micros, NodeId from, NodeId to, Timestamp stamp, byte[] bytes) {
    world.after(
        micros,
        () -> {
          if (world.has(to)) {
            world.machine(to).arrive(new Input.Deliver(from, stamp, wire.decode(bytes)));
          }
        });
  }

  private void note(NodeId from, NodeId to, Timestamp stamp, byte[] bytes, Message message) {
    long content = new Digest().add(to.number()).add(bytes).value();
    world
        .trace()
        .event(
            world.nowMicros(),
            "send",
            from,
            content,
            () -> "-> " + to + "  " + message + " @" + stamp);
  }
}
