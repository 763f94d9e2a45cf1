package meridian.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import meridian.model.NodeId;
import meridian.model.Timestamp;
import meridian.node.Effects;
import meridian.node.Input;
import meridian.node.Node;
import meridian.node.Now;
import meridian.storage.LogStore;
import meridian.storage.LogWrite;
import meridian.storage.StateFlush;

/// One life of a process: drives its node as the production driver does, in virtual time.
///
/// What has arrived is stepped, `finish` is called once, then the writes are made durable in one
/// sync, then the sends leave. Steps go on while a sync is under way; what they want written waits
/// for the next one, and what they want sent waits with it. State is flushed beside all that, on
/// its own.
final class Driver {
  /// Writes that become durable together, and what may be said once they are.
  private record Batch(List<LogWrite> writes, List<Effects.Send> sends) {
    static Batch empty() {
      return new Batch(new ArrayList<>(), new ArrayList<>());
    }
  }

  private static final long TICK_MICROS = 10_000;
  private static final long STEP_MICROS_MIN = 5;
  private static final long STEP_MICROS_MAX = 60;
  private static final long INPUTS_MAX = 64;
  private static final long RETRY_FULL_MICROS = 100_000;

  private final World world;
  private final Machine machine;
  private final Node node;
  private final Chance chance;
  private final long startedMicros;

  private final ArrayDeque<Input> inbox = new ArrayDeque<>();
  private final ArrayDeque<StateFlush> flushes = new ArrayDeque<>();

  /// What happened to the process while it was paused; it notices when it goes on.
  private final ArrayDeque<Runnable> stalled = new ArrayDeque<>();

  /// What has been stepped since the last sync began.
  private Batch open = Batch.empty();

  /// What is being synced.
  private Optional<Batch> syncing = Optional.empty();

  private boolean draining;
  private boolean flushing;
  private boolean tickPending;
  private boolean full;
  private boolean paused;
  private boolean ended;
  private Optional<CrashPoint> doom = Optional.empty();

  Driver(World world, Machine machine, Node node, Chance chance) {
    this.world = world;
    this.machine = machine;
    this.node = node;
    this.chance = chance;
    this.startedMicros = world.nowMicros();
  }

  Node node() {
    return node;
  }

  boolean isPaused() {
    return paused;
  }

  void begin() {
    later(chance.between(0, TICK_MICROS), this::tick);
  }

  /// Ends this life. A sync or a flush that was under way may just have made it, or not.
  void end() {
    ended = true;
    if (syncing.isPresent() && chance.flip()) {
      commit(syncing.get().writes());
    }
    if (flushing && chance.flip()) {
      flush(flushes.element());
    }
  }

  void crashAt(CrashPoint point) {
    doom = Optional.of(point);
  }

  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
    while (!stalled.isEmpty() && !paused && !ended) {
      stalled.remove().run();
    }
  }

  void arrive(Input input) {
    inbox.add(input);
    wake();
  }

  private Now now() {
    return machine.clock().read(world.nowMicros(), startedMicros);
  }

  private void later(long micros, Runnable action) {
    world.after(micros, () -> whenRunning(action));
  }

  private void whenRunning(Runnable action) {
    if (ended) {
      return;
    }
    if (paused) {
      stalled.add(action);
    } else {
      action.run();
    }
  }

  private void tick() {
    if (!tickPending) {
      tickPending = true;
      arrive(new Input.Tick());
    }
    later(machine.clock().trueWait(TICK_MICROS), this::tick);
  }

  private void wake() {
    if (!draining) {
      draining = true;
      later(chance.between(STEP_MICROS_MIN, STEP_MICROS_MAX) * machine.slowness(), this::drain);
    }
  }

  private void drain() {
    draining = false;
    Effects out = new Effects();
    Now now = now();
    long most = chance.between(1, INPUTS_MAX);
    for (long i = 0; i < most && !inbox.isEmpty(); i++) {
      Input input = inbox.remove();
      tickPending &= !(input instanceof Input.Tick);
      trace(input);
      node.step(input, now, out);
    }
    node.finish(now, out);
    world.observers().forEach(observer -> observer.stepped(machine.id(), node));
    emit(out);
    if (!ended && !inbox.isEmpty()) {
      wake();
    }
  }

  private void emit(Effects out) {
    send(out.sendsAhead());
    open.writes().addAll(out.writes());
    open.sends().addAll(out.sends());
    flushes.addAll(out.flushes());
    startFlush();
    startSync();
  }

  private void startSync() {
    if (ended || syncing.isPresent()) {
      return;
    }
    Batch batch = open;
    open = Batch.empty();
    if (batch.writes().isEmpty()) {
      send(batch.sends());
      return;
    }
    syncing = Optional.of(batch);
    if (doom.filter(CrashPoint.SYNC_LOST::equals).isPresent()) {
      syncing = Optional.empty();
      machine.crash();
      return;
    }
    later(machine.disk().syncMicros(chance), () -> synced(batch));
  }

  private void synced(Batch batch) {
    if (!commit(batch.writes())) {
      tellFull(true);
      later(RETRY_FULL_MICROS, () -> synced(batch));
      return;
    }
    tellFull(false);
    syncing = Optional.empty();
    if (doom.filter(CrashPoint.SYNC_DONE::equals).isPresent()) {
      machine.crash();
      return;
    }
    send(batch.sends());
    startSync();
  }

  /// Whether there was room for it.
  private boolean commit(List<LogWrite> writes) {
    try {
      machine.disk().log().commit(writes);
    } catch (LogStore.NoSpace noSpace) {
      return false;
    }
    world.tally().count("syncs");
    world.observers().forEach(observer -> observer.durable(machine.id(), writes));
    return true;
  }

  private void tellFull(boolean nowFull) {
    if (full != nowFull) {
      full = nowFull;
      arrive(new Input.DiskFull(full));
    }
  }

  private void send(List<Effects.Send> sends) {
    if (ended || sends.isEmpty()) {
      return;
    }
    boolean dies = doom.filter(CrashPoint.BETWEEN_SENDS::equals).isPresent();
    long leaving = dies ? chance.between(0, sends.size()) : sends.size();
    Timestamp stamp = node.clock(now());
    for (Effects.Send send : sends.subList(0, (int) leaving)) {
      world.network().send(machine.id(), send.to(), stamp, send.message());
    }
    if (dies) {
      machine.crash();
    }
  }

  private void startFlush() {
    if (!flushing && !flushes.isEmpty()) {
      flushing = true;
      later(machine.disk().flushMicros(chance), this::flushed);
    }
  }

  private void flushed() {
    if (!flush(flushes.element())) {
      later(RETRY_FULL_MICROS, this::flushed);
      return;
    }
    StateFlush done = flushes.remove();
    flushing = false;
    arrive(new Input.Flushed(done.shard(), done.tables().slot()));
    startFlush();
  }

  private boolean flush(StateFlush flush) {
    try {
      machine.disk().state().flush(flush);
    } catch (LogStore.NoSpace noSpace) {
      return false;
    }
    world.tally().count("flushes");
    world.observers().forEach(observer -> observer.flushed(machine.id(), flush));
    return true;
  }

  private void trace(Input input) {
    NodeId id = machine.id();
    Trace trace = world.trace();
    long nowMicros = world.nowMicros();
    switch (input) {
      case Input.Deliver deliver ->
          trace.event(
              nowMicros,
              "deliver",
              id,
              deliver.from().number(),
              () -> "<- " + deliver.from() + "  " + deliver.message());
      case Input.Tick tick -> trace.event(nowMicros, "tick", id, 0, () -> "");
      case Input.Flushed flushed ->
          trace.event(nowMicros, "flushed", id, flushed.slot(), flushed::toString);
      case Input.DiskFull diskFull ->
          trace.event(nowMicros, "disk", id, diskFull.full() ? 1 : 0, diskFull::toString);
    }
  }
}
