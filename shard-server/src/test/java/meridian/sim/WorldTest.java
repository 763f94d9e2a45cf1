package meridian.sim;

import static meridian.sim.Toy.A;
import static meridian.sim.Toy.B;
import static meridian.sim.Toy.C;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import meridian.model.Invariant;
import meridian.model.NodeId;
import meridian.model.Timestamp;
import meridian.node.Input;
import meridian.node.Node;
import meridian.sim.SimNetwork.Rule;
import org.junit.jupiter.api.Test;

class WorldTest {
  private static final long SECOND = 1_000_000;
  private static final List<NodeId> EVERYONE = List.of(A, B, C);

  @Test
  void theSameSeedIsTheSameRun() {
    assertEquals(stormyTrace(7), stormyTrace(7));
    assertNotEquals(stormyTrace(7), stormyTrace(8));
  }

  private static String stormyTrace(long seed) {
    World world = Toy.world(seed, false);
    storm(world, 10 * SECOND);
    world.runUntil(12 * SECOND);
    assertTrue(world.trace().events() > 1_000);
    return world.trace().hex();
  }

  private static Nemesis storm(World world, long untilMicros) {
    var targets =
        new FaultPlan.Targets(
            EVERYONE,
            List.of(),
            List.of(List.of(A), List.of(B), List.of(C)),
            List.of(new meridian.model.ShardId(1)));
    Nemesis nemesis = new Nemesis(world, rot -> {});
    var plan = new FaultPlan(world.chance("faults"), targets, false);
    // The toy knows nothing of leaders.
    nemesis.unleash(
        plan.between(SECOND, untilMicros).stream()
            .filter(strike -> !(strike.fault() instanceof Fault.MoveLeader))
            .toList());
    return nemesis;
  }

  @Test
  void nobodyHearsWhatACrashCouldStillUndo() {
    for (long seed = 0; seed < 50; seed++) {
      assertTrue(countsNeverHeardTooEarly(seed, false), "seed " + seed);
    }
  }

  /// The test above would be idle if a process that speaks too early got away with it.
  @Test
  void whoSpeaksBeforeTheSyncIsCaught() {
    boolean caught = false;
    for (long seed = 0; seed < 50; seed++) {
      caught |= !countsNeverHeardTooEarly(seed, true);
    }
    assertTrue(caught);
  }

  private static boolean countsNeverHeardTooEarly(long seed, boolean rash) {
    World world = Toy.world(seed, rash);
    boolean[] holds = {true};
    world.observe(
        new Observer() {
          @Override
          public void booted(NodeId machine, Node node) {
            NodeId friend = machine.equals(C) ? A : new NodeId(machine.number() + 1);
            world
                .machine(friend)
                .node()
                .map(Toy.class::cast)
                .ifPresent(toy -> holds[0] &= toy.heardMax() <= Toy.disk(world, machine).number());
          }
        });
    Nemesis nemesis = new Nemesis(world, rot -> {});
    for (CrashPoint point : CrashPoint.values()) {
      for (int round = 1; round <= 5; round++) {
        long at = (point.ordinal() * 5 + round) * SECOND;
        nemesis.unleash(List.of(new Nemesis.Strike(at, new Fault.Crash(A, point, SECOND / 2))));
      }
    }
    world.runUntil(25 * SECOND);
    assertEquals(20, world.tally().of("fault: crash"));
    return holds[0];
  }

  @Test
  void aCrashLosesWhatWasNotSyncedAndNothingElse() {
    World world = Toy.world(1, false);
    world.runUntil(SECOND);
    world.machine(A).crashAt(CrashPoint.SYNC_LOST, SECOND);
    long lost = Toy.on(world, A).count() + 1;
    world.runUntil(2 * SECOND);

    assertFalse(world.machine(A).isUp());
    assertEquals(lost - 1, Toy.disk(world, A).number());
    world.machine(A).boot();
    assertEquals(lost - 1, Toy.on(world, A).count());
  }

  @Test
  void aSyncThatWasDoneStaysDoneThoughNobodyWasTold() {
    World world = Toy.world(1, false);
    world.runUntil(SECOND);
    long told = Toy.on(world, B).heardMax();
    world.machine(A).crashAt(CrashPoint.SYNC_DONE, SECOND);
    world.runUntil(2 * SECOND);

    assertFalse(world.machine(A).isUp());
    assertTrue(Toy.disk(world, A).number() > Toy.on(world, B).heardMax());
    assertTrue(Toy.on(world, B).heardMax() <= told + 1);
  }

  @Test
  void stepsGoOnWhileASyncIsUnderWay() {
    World world = Toy.world(1, false);
    world.machine(A).disk().slow(1_000);
    world.runUntil(SECOND);

    assertTrue(Toy.on(world, A).count() > 50);
    assertTrue(world.machine(A).isRunning());
    assertTrue(Toy.disk(world, A).number() < Toy.on(world, A).count());
  }

  @Test
  void aFullDiskIsToldAndTheBatchIsWrittenWhenThereIsRoom() {
    World world = Toy.world(1, false);
    world.runUntil(SECOND);
    long before = Toy.disk(world, A).number();
    Toy.disk(world, A).setFull(true);
    world.runUntil(2 * SECOND);
    assertEquals(before, Toy.disk(world, A).number(), 2);
    assertEquals(List.of(true), Toy.on(world, A).fullness());

    Toy.disk(world, A).setFull(false);
    world.runUntil(3 * SECOND);
    assertTrue(Toy.disk(world, A).number() > before + 150);
    assertEquals(List.of(true, false), Toy.on(world, A).fullness());
  }

  @Test
  void aPausedProcessStandsStillAndGoesOnWithWhatHasArrived() {
    World world = Toy.world(1, false);
    world.runUntil(SECOND);
    world.machine(B).pause();
    long count = Toy.on(world, B).count();
    int heard = Toy.on(world, B).heard().size();
    world.runUntil(2 * SECOND);
    assertEquals(count, Toy.on(world, B).count());
    assertEquals(heard, Toy.on(world, B).heard().size());

    world.machine(B).resume();
    world.runUntil(2 * SECOND + 50_000);
    assertTrue(Toy.on(world, B).heard().size() > heard + 90);
    assertTrue(Toy.on(world, B).count() < count + 10, "missed ticks are not made up for");
  }

  @Test
  void aCutInOneDirectionLeavesTheOther() {
    World world = Toy.world(1, false);
    world.network().add(Rule.oneWay(List.of(A), List.of(B), 0));
    world.runUntil(SECOND);
    assertEquals(0, Toy.on(world, B).heardMax());
    assertTrue(Toy.on(world, C).heardMax() > 50);
    assertTrue(Toy.on(world, A).heardMax() > 50);
  }

  @Test
  void partitionsCutBothWaysAndHeal() {
    World world = Toy.world(1, false);
    Rule rule = Rule.apart(List.of(B), List.of(A, C), 0);
    world.network().add(rule);
    world.runUntil(SECOND);
    assertEquals(0, Toy.on(world, B).heardMax() + Toy.on(world, C).heardMax());
    world.network().remove(rule);
    world.runUntil(2 * SECOND);
    assertTrue(Toy.on(world, B).heardMax() > 150);
  }

  @Test
  void lossDuplicationAndReorderingHappen() {
    World world = Toy.world(1, false);
    world.network().add(new Rule(EVERYONE, EVERYONE, 100_000, 100_000, 100_000, 0, false));
    world.runUntil(10 * SECOND);
    List<Long> heard = Toy.on(world, B).heard();
    assertNotEquals(heard.stream().sorted().toList(), heard);
    assertTrue(heard.stream().distinct().count() < heard.size());
    assertTrue(heard.stream().distinct().count() < Toy.on(world, A).count() - 20);
  }

  @Test
  void whatAProcessThrowsFailsTheRun() {
    World world = Toy.world(1, false);
    world.after(
        SECOND,
        () -> world.machine(A).arrive(new Input.Deliver(B, Timestamp.ZERO, new Toy.Count(-1))));
    World.Failure failure = assertThrows(World.Failure.class, () -> world.runUntil(2 * SECOND));
    assertInstanceOf(Invariant.Broken.class, failure.getCause());
  }

  @Test
  void everythingIsRightAgainAfterHealing() {
    for (long seed = 0; seed < 20; seed++) {
      World world = Toy.world(seed, false);
      Nemesis nemesis = storm(world, 10 * SECOND);
      world.runUntil(10 * SECOND);
      nemesis.heal();
      assertEquals(List.of(), world.network().rules());
      assertTrue(world.machines().stream().allMatch(Machine::isRunning));
      for (Machine machine : world.machines()) {
        assertEquals(
            SimClock.EPOCH_MICROS + world.nowMicros(), machine.clock().wall(world.nowMicros()));
      }
    }
  }
}
