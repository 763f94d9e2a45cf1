package meridian.sim;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeMap;
import meridian.model.Invariant;
import meridian.model.NodeId;

/// A whole distributed system in one thread and in virtual time: machines with processes, clocks
/// and disks, and the network between them. A world is a function of its seed: it draws every
/// chance from it, and does one thing after the other in the order of (time, sequence).
///
/// Confined to one thread. Whatever a process or an observer throws leaves `runUntil` as a
/// [Failure].
public final class World {
  private record Event(long micros, long sequence, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(micros, other.micros);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }

  private final Chance chance;
  private final Trace trace;
  private final SimNetwork network;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final SortedMap<NodeId, Machine> machines = new TreeMap<>();
  private final List<Observer> observers = new ArrayList<>();
  private final Tally tally = new Tally();
  private long nowMicros;
  private long sequence;

  public World(long seed, Wire wire, SimNetwork.Delays delays, Trace trace) {
    this.chance = new Chance(seed);
    this.trace = trace;
    this.network = new SimNetwork(this, wire, delays);
  }

  /// A generator for one purpose.
  public Chance chance(String purpose) {
    return chance.split(purpose);
  }

  /// The true time, in microseconds since the run began. No process knows it.
  public long nowMicros() {
    return nowMicros;
  }

  public Trace trace() {
    return trace;
  }

  public SimNetwork network() {
    return network;
  }

  /// What has been counted so far.
  public Tally tally() {
    return tally;
  }

  public void observe(Observer observer) {
    observers.add(observer);
  }

  List<Observer> observers() {
    return observers;
  }

  /// Puts up a machine; nothing runs on it before `boot`.
  public Machine add(NodeId id, SimClock clock, SimDisk disk, Machine.Program program) {
    Machine machine = new Machine(this, id, clock, disk, program);
    Invariant.check(machines.putIfAbsent(id, machine) == null, "two machines are called %s", id);
    return machine;
  }

  public Machine machine(NodeId id) {
    Machine machine = machines.get(id);
    if (machine == null) {
      throw new IllegalArgumentException("no machine is called " + id);
    }
    return machine;
  }

  boolean has(NodeId id) {
    return machines.containsKey(id);
  }

  /// All machines, in the order of their ids.
  public Collection<Machine> machines() {
    return machines.values();
  }

  /// Does something in a while; what was scheduled first for a time happens first.
  public void after(long micros, Runnable action) {
    Invariant.check(micros >= 0, "%s us from now is the past", micros);
    events.add(new Event(nowMicros + micros, sequence++, action));
  }

  /// Does something at a time that has not passed.
  public void at(long micros, Runnable action) {
    after(micros - nowMicros, action);
  }

  /// Lets time pass, with all that happens meanwhile.
  ///
  /// @throws Failure if anything went wrong
  public void runUntil(long micros) {
    while (!events.isEmpty() && events.peek().micros() <= micros) {
      Event event = events.remove();
      nowMicros = event.micros();
      try {
        event.action().run();
      } catch (RuntimeException | Error cause) {
        throw new Failure(nowMicros, cause);
      }
    }
    nowMicros = Math.max(nowMicros, micros);
  }

  /// The run has failed: a process broke an invariant, or an observer saw one broken.
  public static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final double MICROS_PER_SECOND = 1e6;

    Failure(long micros, Throwable cause) {
      super(String.format("at %.6f s: %s", micros / MICROS_PER_SECOND, cause), cause);
    }
  }
}
