package meridian.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import meridian.model.NodeId;
import meridian.model.Timestamp;
import meridian.node.Input;
import meridian.paxos.PaxosMessage;

/// Brings faults over a world, and takes them away again.
public final class Nemesis {
  /// A fault and when it begins.
  public record Strike(long atMicros, Fault fault) {}

  /// A fault that is on, and how it is put right.
  private record Active(Fault fault, Runnable cure) {}

  /// How long a crash may wait for the point where it is to happen.
  private static final long DOOM_MICROS_MAX = 500_000;

  private final World world;
  private final Consumer<Fault.Rot> rot;
  private final List<Active> active = new ArrayList<>();

  /// @param rot damages something on the disk of a machine
  public Nemesis(World world, Consumer<Fault.Rot> rot) {
    this.world = world;
    this.rot = rot;
  }

  /// Schedules everything that is to go wrong, and when it is put right.
  public void unleash(List<Strike> plan) {
    plan.forEach(strike -> world.at(strike.atMicros(), () -> begin(strike.fault())));
  }

  /// Begins a fault now.
  public void begin(Fault fault) {
    world.tally().count("fault: " + fault.kind());
    world
        .trace()
        .event(world.nowMicros(), "fault", NodeId.NONE, fault.kind().hashCode(), fault::toString);
    Active on = new Active(fault, bring(fault));
    active.add(on);
    world.after(fault.micros(), () -> end(on));
  }

  /// Puts everything right at once.
  public void heal() {
    List.copyOf(active).forEach(this::end);
  }

  private void end(Active on) {
    if (active.remove(on)) {
      on.cure().run();
    }
  }

  private Runnable bring(Fault fault) {
    return switch (fault) {
      case Fault.Crash crash -> {
        Machine machine = world.machine(crash.node());
        machine.crashAt(crash.point(), Math.min(DOOM_MICROS_MAX, crash.micros() / 2));
        yield () -> reboot(machine);
      }
      case Fault.Pause pause -> {
        Machine machine = world.machine(pause.node());
        machine.pause();
        yield machine::resume;
      }
      case Fault.Links links -> {
        world.network().add(links.rule());
        yield () -> world.network().remove(links.rule());
      }
      case Fault.SlowMachine slow -> {
        world.machine(slow.node()).slow(slow.factor());
        yield () -> world.machine(slow.node()).slow(1);
      }
      case Fault.SlowDisk slow -> {
        world.machine(slow.node()).disk().slow(slow.factor());
        yield () -> world.machine(slow.node()).disk().slow(1);
      }
      case Fault.ClockStep step -> {
        clock(step.node()).step(step.byMicros());
        yield () -> clock(step.node()).step(-step.byMicros());
      }
      case Fault.ClockFreeze freeze -> {
        clock(freeze.node()).freeze(world.nowMicros());
        yield () -> clock(freeze.node()).thaw();
      }
      case Fault.ClockSlew slew -> {
        clock(slew.node()).slew(world.nowMicros(), slew.ppm());
        yield () -> clock(slew.node()).unslew();
      }
      case Fault.Rot damage -> {
        rot.accept(damage);
        yield () -> {};
      }
      case Fault.MoveLeader move -> {
        moveLeader(move);
        yield () -> {};
      }
    };
  }

  /// A crash that has not come about by the end of its time comes about now, for an instant.
  private static void reboot(Machine machine) {
    machine.crash();
    machine.boot();
  }

  private SimClock clock(NodeId node) {
    return world.machine(node).clock();
  }

  private void moveLeader(Fault.MoveLeader move) {
    var order = new PaxosMessage.TransferLeader(move.shard(), move.to());
    for (Machine machine : world.machines()) {
      if (machine.id().isServer()) {
        machine.arrive(new Input.Deliver(NodeId.NONE, Timestamp.ZERO, order));
      }
    }
  }
}
