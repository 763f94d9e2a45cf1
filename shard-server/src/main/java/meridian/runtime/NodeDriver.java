package meridian.runtime;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import meridian.model.Invariant;
import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.Timestamp;
import meridian.node.Effects;
import meridian.node.Input;
import meridian.node.Node;
import meridian.node.Now;
import meridian.storage.StateFlush;

/// Owns one node: steps it with all that has arrived, makes its writes durable, and then lets its
/// sends out (see `package-info`). Everything but construction, `start` and `close` happens on the
/// event loop that it was given.
///
/// A node that is wrong about itself, or about its disk, must not go on talking: whatever a step
/// throws, and any failed commit, stops the driver for good, and nothing is sent any more.
public final class NodeDriver {
  /// What is done when a node cannot go on. Called once, on any thread; nothing is sent after it.
  public interface Fatal {
    void stopped(Throwable why);
  }

  /// How the driver works.
  ///
  /// @param tickMillis how often the node is told that time has passed
  /// @param inboxMax with more inputs than this waiting, clients are held up and messages of nodes
  ///   dropped
  /// @param inboxBytesMax the same for the bytes that they came in
  /// @param retryMillis how long to wait before a disk without space is tried again
  public record Settings(long tickMillis, int inboxMax, long inboxBytesMax, long retryMillis) {
    public static final Settings DEFAULT = new Settings(5, 20_000, 64L * 1024 * 1024, 100);
  }

  /// The code with which a process ends that cannot go on.
  public static final int FATAL_EXIT = 70;

  /// What production does: says why, and ends the process, at once and without cleaning up.
  public static final Fatal HALT =
      why -> {
        System.err.println("meridian: this node cannot go on: " + why);
        why.printStackTrace();
        Runtime.getRuntime().halt(FATAL_EXIT);
      };

  private static final long FREE_SPACE_MILLIS = 1_000;

  /// Why the node was told that its disk is full.
  private enum Full {
    LOG,
    STATE,
    HEADROOM
  }

  /// What waits for the batch of writes with a number to become durable.
  private record Held(long batch, List<Effects.Send> sends, List<StateFlush> flushes) {}

  private final NodeId self;
  private final Node node;
  private final Outbox outbox;
  private final NodeClock clock;
  private final Meters meters;
  private final Settings settings;
  private final ContextInternal loop;
  private final Optional<Disk> disk;
  private final Optional<LogThread> log;
  private final Optional<StateThread> state;
  private final Fatal fatal;
  private final AtomicBoolean fatalReported = new AtomicBoolean();

  /// Set on any thread; read before anything is stepped or sent.
  private volatile boolean stopped;

  // Only touched on the event loop.

  private final ArrayDeque<Input> inbox = new ArrayDeque<>();

  /// How many bytes the inputs in `inbox` came in.
  private long inboxBytes;

  /// Whether a tick is in `inbox`: one is as good as many.
  private boolean tickDue;

  private boolean turnDue;
  private boolean paused;
  private boolean crowded;
  private Consumer<Boolean> crowdListener = crowdedNow -> {};

  /// Sends and flushes in the order of their batches, none of which is above `batchLast`.
  private final ArrayDeque<Held> held = new ArrayDeque<>();

  /// The number of the last batch handed to the log thread, and of the last that is durable.
  private long batchLast;

  private long batchDurable;
  private final EnumSet<Full> full = EnumSet.noneOf(Full.class);
  private long tickTimer;
  private long spaceTimer;

  /// @param loop a context on an event loop; the node's sockets should be on the same
  /// @param disk nothing for a node that never writes
  public NodeDriver(
      NodeId self,
      Node node,
      Outbox outbox,
      ContextInternal loop,
      NodeClock clock,
      Meters meters,
      Settings settings,
      Optional<Disk> disk,
      Fatal fatal) {
    this.self = self;
    this.node = node;
    this.outbox = outbox;
    this.loop = loop;
    this.clock = clock;
    this.meters = meters;
    this.settings = settings;
    this.disk = disk;
    this.fatal = fatal;
    this.log = disk.map(d -> logThread(d));
    this.state = disk.map(d -> stateThread(d));
  }

  /// Begins to tick and to step.
  public void start() {
    log.ifPresent(LogThread::start);
    state.ifPresent(StateThread::start);
    loop.runOnContext(
        go -> {
          Vertx vertx = loop.owner();
          tickTimer = vertx.setPeriodic(settings.tickMillis, id -> tick());
          disk.ifPresent(
              d -> spaceTimer = vertx.setPeriodic(1, FREE_SPACE_MILLIS, id -> watchSpace(d)));
        });
  }

  /// Stops as a crash would: what is not durable by then is lost, and nothing is sent any more. The
  /// stores may be closed when the future completes.
  public Future<Void> close() {
    stopped = true;
    log.ifPresent(LogThread::stop);
    state.ifPresent(StateThread::stop);
    loop.runOnContext(
        go -> {
          loop.owner().cancelTimer(tickTimer);
          loop.owner().cancelTimer(spaceTimer);
          inbox.clear();
          held.clear();
        });
    return loop.owner()
        .executeBlocking(
            () -> {
              if (log.isPresent()) {
                log.get().join();
              }
              if (state.isPresent()) {
                state.get().join();
              }
              return null;
            },
            false);
  }

  /// Takes a message from another node, or drops it if too much is waiting: the protocol sends
  /// again what matters.
  ///
  /// @param sizeBytes about how many bytes it came in
  public void deliverFromNode(NodeId from, Timestamp sent, Message message, int sizeBytes) {
    if (isCrowded()) {
      meters.add(Meter.DROPPED_INBOX_FULL, 1);
    } else {
      arrive(new Input.Deliver(from, sent, message), sizeBytes);
    }
  }

  /// Takes a message from a client. Whoever calls stops reading from clients while it is crowded
  /// here.
  public void deliverFromClient(NodeId from, Message message, int sizeBytes) {
    arrive(new Input.Deliver(from, Timestamp.ZERO, message), sizeBytes);
  }

  /// Who is told when it gets crowded, so that clients must be held up, and when there is room
  /// again.
  public void onCrowded(Consumer<Boolean> listener) {
    crowdListener = listener;
  }

  /// A fault: steps nothing until `resume`, as if the process had been stopped; its inbox fills up.
  public void pause() {
    loop.runOnContext(go -> paused = true);
  }

  public void resume() {
    loop.runOnContext(
        go -> {
          paused = false;
          scheduleTurn();
        });
  }

  private void tick() {
    if (!tickDue) {
      tickDue = true;
      arrive(new Input.Tick(), 0);
    }
  }

  private void arrive(Input input, int sizeBytes) {
    if (stopped) {
      return;
    }
    inbox.add(input);
    inboxBytes += sizeBytes;
    reportCrowd();
    scheduleTurn();
  }

  private boolean isCrowded() {
    return inbox.size() > settings.inboxMax || inboxBytes > settings.inboxBytesMax;
  }

  private void reportCrowd() {
    if (crowded != isCrowded()) {
      crowded = !crowded;
      crowdListener.accept(crowded);
    }
  }

  private void scheduleTurn() {
    if (!turnDue) {
      turnDue = true;
      loop.runOnContext(
          go -> {
            turnDue = false;
            turn();
          });
    }
  }

  private void turn() {
    // While the disk does not keep up, inputs wait here, and not as effects without bound.
    if (stopped || paused || inbox.isEmpty() || log.map(LogThread::isBehind).orElse(false)) {
      return;
    }
    try {
      Now now = clock.now();
      Effects out = new Effects();
      meters.add(Meter.TURNS, 1);
      meters.add(Meter.INPUTS, inbox.size());
      for (Input input = inbox.poll(); input != null; input = inbox.poll()) {
        node.step(input, now, out);
      }
      inboxBytes = 0;
      tickDue = false;
      node.finish(now, out);
      carryOut(out, now);
      reportCrowd();
    } catch (Throwable broken) {
      fail(broken);
    }
  }

  private void carryOut(Effects out, Now now) {
    if (!out.writes().isEmpty()) {
      hand(out);
    }
    release(out.sendsAhead(), now);
    if (batchDurable == batchLast) {
      release(out.sends(), now);
      flush(out.flushes());
    } else if (!out.sends().isEmpty() || !out.flushes().isEmpty()) {
      held.add(new Held(batchLast, out.sends(), out.flushes()));
    }
    outbox.flush();
  }

  private void hand(Effects out) {
    Invariant.check(log.isPresent(), "%s has no disk and writes %s", self, out.writes());
    batchLast++;
    log.get().add(out.writes(), batchLast);
  }

  /// Everything up to a batch is on the disk, and may be seen.
  private void durable(long batch) {
    if (stopped) {
      return;
    }
    try {
      batchDurable = batch;
      Now now = clock.now();
      while (!held.isEmpty() && held.getFirst().batch <= batch) {
        Held next = held.removeFirst();
        release(next.sends, now);
        flush(next.flushes);
      }
      outbox.flush();
      scheduleTurn(); // which may have been held up
    } catch (Throwable broken) {
      fail(broken);
    }
  }

  private void release(List<Effects.Send> sends, Now now) {
    if (sends.isEmpty()) {
      return;
    }
    Timestamp reading = node.clock(now);
    for (Effects.Send send : sends) {
      if (send.to().equals(self)) {
        meters.add(Meter.MESSAGES_TO_SELF, 1);
        arrive(new Input.Deliver(self, reading, send.message()), 0);
      } else {
        outbox.send(send.to(), reading, send.message());
      }
    }
  }

  private void flush(List<StateFlush> flushes) {
    for (StateFlush flush : flushes) {
      Invariant.check(state.isPresent(), "%s has no disk and flushes %s", self, flush.shard());
      state.get().add(flush);
    }
  }

  private LogThread logThread(Disk d) {
    var listener =
        new LogThread.Listener() {
          @Override
          public void durable(long through) {
            loop.runOnContext(go -> NodeDriver.this.durable(through));
          }

          @Override
          public void outOfSpace(boolean isFull) {
            loop.runOnContext(go -> full(Full.LOG, isFull));
          }

          @Override
          public void failed(Throwable why) {
            fail(why);
          }
        };
    return new LogThread(self + "-log", d.log(), meters, settings.retryMillis, listener);
  }

  private StateThread stateThread(Disk d) {
    var listener =
        new StateThread.Listener() {
          @Override
          public void flushed(StateFlush flush) {
            var input = new Input.Flushed(flush.shard(), flush.tables().slot());
            loop.runOnContext(go -> arrive(input, 0));
          }

          @Override
          public void outOfSpace(boolean isFull) {
            loop.runOnContext(go -> full(Full.STATE, isFull));
          }

          @Override
          public void failed(Throwable why) {
            fail(why);
          }
        };
    return new StateThread(self + "-state", d.state(), meters, settings.retryMillis, listener);
  }

  private void watchSpace(Disk d) {
    loop.<Boolean>executeBlocking(() -> d.freeBytes().getAsLong() < d.headroomBytes())
        .onSuccess(scarce -> full(Full.HEADROOM, scarce));
  }

  /// The node hears of it when the first reason comes, and when the last goes.
  private void full(Full reason, boolean isFull) {
    boolean before = !full.isEmpty();
    if (isFull) {
      full.add(reason);
    } else {
      full.remove(reason);
    }
    boolean after = !full.isEmpty();
    if (before != after) {
      arrive(new Input.DiskFull(after), 0);
    }
  }

  private void fail(Throwable why) {
    stopped = true;
    if (fatalReported.compareAndSet(false, true)) {
      fatal.stopped(why);
    }
  }
}
