package meridian.sim;

import java.util.Optional;
import meridian.model.Invariant;
import meridian.model.NodeId;
import meridian.node.Input;
import meridian.node.Node;
import meridian.node.Now;
import meridian.storage.LogStore;
import meridian.storage.StateStore;

/// A place where a process runs: a name, a clock, a disk. The process comes and goes; what is on
/// the disk, and how wrong the clock is, stays.
public final class Machine {
  /// Makes the node that runs here, from nothing but what is on the disk.
  public interface Program {
    Node start(Boot boot);
  }

  /// What a starting process finds.
  ///
  /// @param chance for this life of the process alone
  /// @param life counts the starts on this machine, from 1
  public record Boot(
      NodeId id, LogStore log, StateStore state, Chance chance, Now now, long life) {}

  private final World world;
  private final NodeId id;
  private final SimClock clock;
  private final SimDisk disk;
  private final Program program;

  /// The process, if one is up.
  private Optional<Driver> driver = Optional.empty();

  private long lives;

  /// How many times slower than usual steps are.
  private long slowness = 1;

  Machine(World world, NodeId id, SimClock clock, SimDisk disk, Program program) {
    this.world = world;
    this.id = id;
    this.clock = clock;
    this.disk = disk;
    this.program = program;
  }

  public NodeId id() {
    return id;
  }

  public SimClock clock() {
    return clock;
  }

  public SimDisk disk() {
    return disk;
  }

  public boolean isUp() {
    return driver.isPresent();
  }

  /// Whether the process is up and not paused.
  public boolean isRunning() {
    return driver.isPresent() && !driver.get().isPaused();
  }

  /// The node that runs here, if one does. To look at, not to step.
  public Optional<Node> node() {
    return driver.map(Driver::node);
  }

  /// Starts the process; does nothing if one is up.
  public void boot() {
    if (isUp()) {
      return;
    }
    lives++;
    long nowMicros = world.nowMicros();
    Chance chance = world.chance("machine " + id.number() + " life " + lives);
    Now now = clock.read(nowMicros, nowMicros);
    disk.open();
    Node node = program.start(new Boot(id, disk.log(), disk.state(), chance, now, lives));
    note("boot", lives);
    driver = Optional.of(new Driver(world, this, node, world.chance("driver " + id + " " + lives)));
    driver.get().begin();
    world.observers().forEach(observer -> observer.booted(id, node));
  }

  /// Ends the process; all that is not on the disk is gone. Does nothing if none is up.
  public void crash() {
    driver.ifPresent(
        life -> {
          life.end();
          driver = Optional.empty();
          disk.crash();
          note("crash", lives);
          world.observers().forEach(observer -> observer.crashed(id));
        });
  }

  /// Ends the process when it comes to a point, or after a while if it does not.
  public void crashAt(CrashPoint point, long microsMax) {
    if (point == CrashPoint.NOW) {
      crash();
      return;
    }
    driver.ifPresent(life -> life.crashAt(point));
    long doomed = lives;
    world.after(
        microsMax,
        () -> {
          if (lives == doomed) {
            crash();
          }
        });
  }

  /// Stops the process where it is, as a long garbage collection or SIGSTOP would.
  public void pause() {
    driver.ifPresent(Driver::pause);
    note("pause", lives);
  }

  /// Lets a paused process go on, with everything that has arrived meanwhile.
  public void resume() {
    driver.ifPresent(Driver::resume);
    note("resume", lives);
  }

  /// Makes every step take so many times longer; 1 is the usual.
  public void slow(long factor) {
    Invariant.check(factor >= 1, "slower by a factor of %s", factor);
    slowness = factor;
  }

  long slowness() {
    return slowness;
  }

  /// Something happens to the process, if there is one to notice.
  public void arrive(Input input) {
    driver.ifPresent(life -> life.arrive(input));
  }

  private void note(String kind, long content) {
    world.trace().event(world.nowMicros(), kind, id, content, () -> "life " + lives);
  }
}
