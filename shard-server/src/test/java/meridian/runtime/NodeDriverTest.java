package meridian.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.node.Effects;
import meridian.node.Input;
import meridian.node.Node;
import meridian.node.Now;
import meridian.participant.ParticipantMessage.MapRequest;
import meridian.storage.LogStore;
import meridian.storage.LogWrite;
import meridian.storage.StateFlush;
import meridian.storage.Tables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The driver with a node that does what each message asks for, and a log that is held in the hand.
class NodeDriverTest {
  private static final NodeId SELF = new NodeId(1);
  private static final NodeId OTHER = new NodeId(2);
  private static final NodeId CLIENT = new NodeId(1L << 40);
  private static final ShardId SHARD = new ShardId(3);

  // What a message to the scripted node asks for, by its number.
  private static final long SEND = 1_000;
  private static final long WRITE_AND_SEND = 2_000;
  private static final long WRITE_AND_SEND_AHEAD = 3_000;
  private static final long WRITE_AND_SEND_TO_SELF = 4_000;
  private static final long WRITE_AND_FLUSH = 5_000;
  private static final long BREAK = 6_000;

  private final Vertx vertx = Vertx.vertx();
  private final ContextInternal loop = ((VertxInternal) vertx).createEventLoopContext();
  private final GatedLog log = new GatedLog();
  private final RecordingState state = new RecordingState();
  private final Outgoing outgoing = new Outgoing();
  private final Scripted node = new Scripted();
  private final Meters meters = new Meters();
  private final AtomicLong freeBytes = new AtomicLong(Long.MAX_VALUE);
  private final BlockingQueue<Throwable> fatal = new LinkedBlockingQueue<>();
  private final NodeDriver driver =
      new NodeDriver(
          SELF,
          node,
          outgoing,
          loop,
          new NodeClock(),
          meters,
          new NodeDriver.Settings(5, 10, 1_000_000, 1),
          Optional.of(new Disk(log, state, freeBytes::get, 1_000)),
          fatal::add);

  @AfterEach
  void close() throws Exception {
    log.letEnd(1_000);
    driver.close().await(10, TimeUnit.SECONDS);
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void aSendWithoutAnythingUnsyncedLeavesAtOnce() throws InterruptedException {
    driver.start();
    deliver(SEND);
    assertEquals(SEND, outgoing.next());
  }

  @Test
  void aSendLeavesOnlyWhenTheWritesOfItsStepAreDurable() throws InterruptedException {
    driver.start();
    deliver(WRITE_AND_SEND);
    log.awaitBegun();
    letTheLoopRun();
    assertTrue(outgoing.isEmpty(), "it left while the commit was under way");

    log.letEnd(1);
    assertEquals(WRITE_AND_SEND, outgoing.next());
    assertEquals(1, log.done().size());
  }

  @Test
  void aSendOfALaterStepWithoutWritesWaitsForEarlierWrites() throws InterruptedException {
    driver.start();
    deliver(WRITE_AND_SEND);
    log.awaitBegun();
    deliver(SEND);
    letTheLoopRun();
    assertTrue(outgoing.isEmpty(), "it left before what it may depend on was durable");

    log.letEnd(1);
    assertEquals(WRITE_AND_SEND, outgoing.next());
    assertEquals(SEND, outgoing.next());
  }

  @Test
  void aSendDoesNotLeaveWithAnEarlierCommit() throws InterruptedException {
    driver.start();
    deliver(WRITE_AND_SEND);
    log.awaitBegun();
    deliver(WRITE_AND_SEND + 1);
    log.letEnd(1);
    assertEquals(WRITE_AND_SEND, outgoing.next());
    log.awaitBegun();
    letTheLoopRun();
    assertTrue(outgoing.isEmpty(), "it left with the commit before its own");

    log.letEnd(1);
    assertEquals(WRITE_AND_SEND + 1, outgoing.next());
  }

  @Test
  void whatIsSentAheadDoesNotWait() throws InterruptedException {
    driver.start();
    deliver(WRITE_AND_SEND_AHEAD);
    assertEquals(WRITE_AND_SEND_AHEAD, outgoing.next());
    assertEquals(0, log.done().size());
  }

  @Test
  void steppingGoesOnDuringACommitAndAllThatGathersIsOneCommit() throws InterruptedException {
    driver.start();
    deliver(WRITE_AND_SEND);
    log.awaitBegun();
    for (int i = 1; i <= 5; i++) {
      deliver(WRITE_AND_SEND + i);
      letTheLoopRun();
    }
    assertEquals(6, node.steps());
    assertEquals(0, log.done().size());

    log.letEnd(2);
    for (int i = 0; i <= 5; i++) {
      assertEquals(WRITE_AND_SEND + i, outgoing.next());
    }
    assertEquals(List.of(1, 5), log.done().stream().map(List::size).toList());
    assertEquals(2, meters.snapshot().get(Meter.SYNCS));
    assertEquals(6, meters.snapshot().get(Meter.LOG_WRITES));
  }

  @Test
  void aSendToOneselfComesBackAfterTheCommit() throws InterruptedException {
    driver.start();
    deliver(WRITE_AND_SEND_TO_SELF);
    log.awaitBegun();
    letTheLoopRun();
    assertEquals(1, node.steps());

    log.letEnd(1);
    assertEquals(SEND, outgoing.next()); // which is what the message to itself asked for
    assertEquals(2, node.steps());
  }

  @Test
  void aFlushWaitsForTheLogAndIsReportedBack() throws InterruptedException {
    driver.start();
    deliver(WRITE_AND_FLUSH);
    log.awaitBegun();
    letTheLoopRun();
    assertTrue(state.flushed.isEmpty(), "the state ran ahead of the log");

    log.letEnd(1);
    assertEquals(new Input.Flushed(SHARD, 0), node.awaitNews());
    assertEquals(1, state.flushed.size());
  }

  @Test
  void afterAFailedCommitNothingIsSentAnyMore() throws InterruptedException {
    driver.start();
    deliver(WRITE_AND_SEND);
    log.awaitBegun();
    var dead = new UncheckedIOException(new IOException("the disk is gone"));
    log.failWith(dead);
    log.letEnd(1);

    assertSame(dead, fatal.poll(10, TimeUnit.SECONDS));
    deliver(SEND);
    deliver(WRITE_AND_SEND_AHEAD);
    letTheLoopRun();
    assertTrue(outgoing.isEmpty());
    assertEquals(1, node.steps());
  }

  @Test
  void aStepThatThrowsStopsTheNodeForGood() throws InterruptedException {
    driver.start();
    deliver(WRITE_AND_SEND);
    log.awaitBegun();
    deliver(BREAK);
    assertNotNull(fatal.poll(10, TimeUnit.SECONDS));

    log.letEnd(1);
    deliver(SEND);
    letTheLoopRun();
    letTheLogThreadFinish();
    assertTrue(outgoing.isEmpty(), "it spoke after it was found wrong about itself");
    assertTrue(fatal.isEmpty(), "reported twice");
  }

  @Test
  void withoutSpaceTheBatchIsKeptAndTheNodeIsToldUntilThereIsSome() throws InterruptedException {
    driver.start();
    log.failWith(new LogStore.NoSpace("full"));
    log.letEnd(2);
    deliver(WRITE_AND_SEND);
    List<LogWrite> batch = log.awaitBegun();
    assertEquals(new Input.DiskFull(true), node.awaitNews());
    assertEquals(batch, log.awaitBegun());
    assertEquals(batch, log.awaitBegun());
    letTheLoopRun();
    assertTrue(outgoing.isEmpty());

    log.recover();
    log.letEnd(1);
    assertEquals(WRITE_AND_SEND, outgoing.next());
    assertEquals(new Input.DiskFull(false), node.awaitNews());
    assertEquals(List.of(batch), log.done());
    assertTrue(fatal.isEmpty());
  }

  @Test
  void aFlushWithoutSpaceIsTriedAgain() throws InterruptedException {
    state.refusals.set(3);
    driver.start();
    log.letEnd(1);
    deliver(WRITE_AND_FLUSH);
    assertEquals(new Input.DiskFull(true), node.awaitNews());
    var news = List.of(node.awaitNews(), node.awaitNews());
    assertTrue(news.contains(new Input.Flushed(SHARD, 0)), news::toString);
    assertTrue(news.contains(new Input.DiskFull(false)), news::toString);
  }

  @Test
  void theNodeIsToldThatTheDiskIsFullWhileThereIsStillHeadroom() throws InterruptedException {
    freeBytes.set(999);
    driver.start();
    assertEquals(new Input.DiskFull(true), node.awaitNews());
    freeBytes.set(1_000);
    assertEquals(new Input.DiskFull(false), node.awaitNews());
  }

  @Test
  void aFullInboxDropsWhatNodesSayAndHoldsUpClients() throws InterruptedException {
    List<Boolean> crowded = new ArrayList<>();
    driver.start();
    driver.pause();
    onLoop(() -> driver.onCrowded(crowded::add));
    onLoop(
        () -> {
          for (int i = 0; i < 1_000; i++) {
            driver.deliverFromNode(OTHER, Timestamp.ZERO, message(SEND + i), 10);
          }
          driver.deliverFromClient(CLIENT, message(SEND + 999), 10);
        });
    assertEquals(List.of(true), crowded);
    long dropped = meters.snapshot().get(Meter.DROPPED_INBOX_FULL);
    assertTrue(dropped == 989 || dropped == 990, "dropped " + dropped + " of 1000");

    driver.resume();
    long last = 0;
    for (int i = 0; i < 1_000 - dropped + 1; i++) {
      last = outgoing.next();
    }
    assertEquals(SEND + 999, last, "the client's message was not dropped");
    letTheLoopRun();
    assertEquals(List.of(true, false), crowded);
  }

  @Test
  void whileTheLogIsFarBehindNothingIsStepped() throws InterruptedException {
    driver.start();
    deliver(WRITE_AND_SEND);
    log.awaitBegun();
    node.writesEach = 30_000;
    deliver(WRITE_AND_SEND + 1);
    deliver(WRITE_AND_SEND + 2);
    letTheLoopRun();
    assertEquals(2, node.steps(), "effects pile up");

    log.letEnd(3);
    for (int i = 0; i <= 2; i++) {
      assertEquals(WRITE_AND_SEND + i, outgoing.next());
    }
  }

  @Test
  void theNodeHearsOfTimePassing() throws InterruptedException {
    driver.start();
    node.ticked.take();
    node.ticked.take();
    assertFalse(node.broken);
  }

  private void deliver(long ask) throws InterruptedException {
    onLoop(() -> driver.deliverFromNode(OTHER, Timestamp.ZERO, message(ask), 10));
  }

  private static Message message(long number) {
    return new MapRequest(SHARD, number);
  }

  /// Everything that the loop has been asked to do so far, and what follows from it, is done.
  private void letTheLoopRun() throws InterruptedException {
    for (int i = 0; i < 5; i++) {
      onLoop(() -> {});
    }
  }

  /// A commit whose batch was empty of effects would still be seen here: waits until one more was
  /// made.
  private void letTheLogThreadFinish() throws InterruptedException {
    for (int i = 0; i < 100 && log.done().isEmpty(); i++) {
      Thread.onSpinWait();
      letTheLoopRun();
    }
    letTheLoopRun();
  }

  private void onLoop(Runnable action) throws InterruptedException {
    var done = new CompletableFuture<Void>();
    loop.runOnContext(
        go -> {
          action.run();
          done.complete(null);
        });
    try {
      done.get(10, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /// Does what the number of each message asks for.
  private static final class Scripted implements Node {
    final BlockingQueue<Input> news = new LinkedBlockingQueue<>();
    final BlockingQueue<Input> ticked = new LinkedBlockingQueue<>(2);
    volatile int writesEach = 1;
    volatile boolean broken;
    private volatile int steps;

    int steps() {
      return steps;
    }

    Input awaitNews() throws InterruptedException {
      Input next = news.poll(10, TimeUnit.SECONDS);
      assertNotNull(next, "the node was not told");
      return next;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    public void step(Input input, Now now, Effects out) {
      switch (input) {
        case Input.Deliver(NodeId from, Timestamp sent, MapRequest request) -> {
          steps++;
          obey(request.id(), request, out);
        }
        case Input.Deliver other -> broken = true;
        case Input.Tick tick -> ticked.offer(tick);
        case Input.Flushed flushed -> news.add(flushed);
        case Input.DiskFull full -> news.add(full);
      }
    }

    private void obey(long ask, Message message, Effects out) {
      if (ask < WRITE_AND_SEND) {
        out.send(OTHER, message);
      } else if (ask < WRITE_AND_SEND_AHEAD) {
        write(ask, out);
        out.send(OTHER, message);
      } else if (ask < WRITE_AND_SEND_TO_SELF) {
        write(ask, out);
        out.sendAhead(OTHER, message);
      } else if (ask < WRITE_AND_FLUSH) {
        write(ask, out);
        out.send(SELF, message(SEND));
      } else if (ask < BREAK) {
        write(ask, out);
        out.flush(new StateFlush(SHARD, List.of(), List.of(), List.of(), Tables.empty()));
      } else {
        throw new IllegalStateException("broken as asked");
      }
    }

    private void write(long ask, Effects out) {
      for (int i = 0; i < writesEach; i++) {
        out.write(new LogWrite.Cut(SHARD, ask));
      }
    }

    @Override
    public void finish(Now now, Effects out) {}

    @Override
    public Timestamp clock(Now now) {
      return Timestamp.ofMicros(now.wallMicros());
    }
  }

  /// What left, by number.
  private static final class Outgoing implements Outbox {
    private final List<Long> taken = new ArrayList<>();
    private final BlockingQueue<Long> left = new LinkedBlockingQueue<>();

    @Override
    public void send(NodeId to, Timestamp clock, Message message) {
      assertEquals(OTHER, to);
      taken.add(message instanceof MapRequest request ? request.id() : -1L);
    }

    @Override
    public void flush() {
      left.addAll(taken);
      taken.clear();
    }

    boolean isEmpty() {
      return left.isEmpty();
    }

    long next() throws InterruptedException {
      Long next = left.poll(10, TimeUnit.SECONDS);
      assertNotNull(next, "nothing left");
      return next == null ? -1 : next;
    }
  }
}
