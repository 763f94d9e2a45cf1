package meridian.sim;

import meridian.model.NodeId;
import meridian.model.ShardId;

/// One thing that goes wrong, as data. Each lasts for a time of the true clock and is then put
/// right.
public sealed interface Fault {
  /// How long it lasts, in microseconds of the true time.
  long micros();

  /// What it is counted as.
  default String kind() {
    return switch (this) {
      case Crash crash -> "crash";
      case Pause pause -> "pause";
      case Links links -> links.name();
      case SlowMachine slow -> "slow machine";
      case SlowDisk slow -> "slow disk";
      case ClockStep step -> "clock step";
      case ClockFreeze freeze -> "clock freeze";
      case ClockSlew slew -> "clock slew";
      case Rot rot -> "rot";
      case MoveLeader move -> "leader transfer";
    };
  }

  /// The process dies, and is started again at the end.
  record Crash(NodeId node, CrashPoint point, long micros) implements Fault {}

  /// The process stands still.
  record Pause(NodeId node, long micros) implements Fault {}

  /// The network treats some messages badly.
  ///
  /// @param name what kind of bad: a partition, loss
  record Links(String name, SimNetwork.Rule rule, long micros) implements Fault {}

  /// Every step takes longer.
  record SlowMachine(NodeId node, long factor, long micros) implements Fault {}

  /// Every sync and flush takes longer.
  record SlowDisk(NodeId node, long factor, long micros) implements Fault {}

  /// The wall clock jumps, and jumps back at the end.
  record ClockStep(NodeId node, long byMicros, long micros) implements Fault {}

  /// The wall clock stands still, and jumps to where it ought to be at the end.
  record ClockFreeze(NodeId node, long micros) implements Fault {}

  /// The wall clock runs fast or slow, and jumps back at the end.
  record ClockSlew(NodeId node, long ppm, long micros) implements Fault {}

  /// Something on the disk is no longer what was written; it does not get better by itself.
  record Rot(NodeId node, long micros) implements Fault {}

  /// An operator moves the leader of a group.
  record MoveLeader(ShardId shard, NodeId to, long micros) implements Fault {}

  /// Whether it is a fault of a clock.
  default boolean isOfClock() {
    return this instanceof ClockStep || this instanceof ClockFreeze || this instanceof ClockSlew;
  }
}
