package meridian.client;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import meridian.model.AbortReason;
import meridian.txn.Answer;
import meridian.txn.AttemptOver;
import meridian.txn.ClientMessage.Reply;
import meridian.txn.InvalidRequest;
import meridian.txn.Output;
import meridian.txn.Session;

/// Lets threads, streams and the clock at one session: one at a time, under one lock, which nobody
/// holds while waiting. Threads of the application wait outside of it for what the session calls
/// back.
final class Driver implements Transport.Events, AutoCloseable {
  private final Session session;
  private final Transport transport;
  private final ReentrantLock lock = new ReentrantLock();

  /// Signalled when the timer thread must wake earlier than it meant to.
  private final Condition sooner = lock.newCondition();

  /// When the timer thread means to wake.
  private long wakeAtMicros = Long.MAX_VALUE;

  /// Why the last stream was lost, for people.
  private volatile String lastTrouble = "";

  private volatile boolean isClosed;

  Driver(Session session, Transport transport) {
    this.session = session;
    this.transport = transport;
  }

  void start(long incarnation) {
    transport.start(incarnation, this);
    Thread.ofPlatform().daemon().name("meridian-client-timer").start(this::keepTime);
  }

  /// Does something with the session, and whatever that makes it want.
  ///
  /// @throws IllegalStateException if the database was closed
  void enter(Consumer<Session> action) {
    if (isClosed) {
      throw new IllegalStateException("the database is closed");
    }
    step(action);
  }

  /// Waits for what an operation calls back with. The time that takes is bounded by the deadline of
  /// its transaction.
  ///
  /// @throws CancellationException if the thread is interrupted
  <T> T await(Consumer<Consumer<Answer<T>>> operation) {
    var waiting = new CompletableFuture<Answer<T>>();
    enter(any -> operation.accept(waiting::complete));
    try {
      return switch (waiting.get()) {
        case Answer.Ok<T>(T value) -> value;
        case Answer.Failed<T>(RuntimeException why) -> throw translated(why);
      };
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for the store");
    } catch (ExecutionException neverCompletedSo) {
      throw new IllegalStateException(neverCompletedSo);
    }
  }

  /// What the application is told of an error of the session's.
  static RuntimeException translated(RuntimeException why) {
    return switch (why) {
      case InvalidRequest wrong -> new PermanentException(String.valueOf(wrong.getMessage()));
      case AttemptOver over -> failure(over.reason(), "");
      default -> why;
    };
  }

  /// The exception that a refusal becomes.
  ///
  /// @param note what else there is to say; may be empty
  static MeridianException failure(AbortReason reason, String note) {
    String message = reason + note;
    return switch (reason.kind()) {
      case INVALID, CANCELLED -> new PermanentException(message, reason);
      case CLOCK_SKEW,
          READ_CONFLICT,
          WRITE_CONFLICT,
          LOCK_CONFLICT,
          TOO_OLD,
          DEADLINE,
          RECOVERED,
          OVERLOADED ->
          new RetriableException(message, reason);
    };
  }

  String lastTrouble() {
    return lastTrouble;
  }

  @Override
  public void onUp(int endpoint) {
    step(any -> any.onUp(endpoint));
  }

  @Override
  public void onDown(int endpoint, String why) {
    lastTrouble = why;
    step(any -> any.onDown(endpoint));
  }

  @Override
  public void onReplies(int endpoint, List<Reply> replies) {
    step(any -> replies.forEach(reply -> any.onReply(endpoint, reply)));
  }

  /// Accepts nothing more. What is under way ends with its deadline.
  @Override
  public void close() {
    isClosed = true;
    transport.close();
    step(any -> {});
  }

  private void step(Consumer<Session> action) {
    lock.lock();
    try {
      session.tick(nowMicros());
      action.accept(session);
    } finally {
      carryOut();
      if (session.nextTickMicros().orElse(Long.MAX_VALUE) < wakeAtMicros || isClosed) {
        sooner.signal();
      }
      lock.unlock();
    }
  }

  private void carryOut() {
    for (Output output : session.takeOutputs()) {
      switch (output) {
        case Output.Open(int endpoint) -> transport.open(endpoint);
        case Output.Send(int endpoint, var request) -> transport.send(endpoint, request);
      }
    }
  }

  /// Until the database is closed and nothing waits for the time any more.
  private void keepTime() {
    lock.lock();
    try {
      while (true) {
        session.tick(nowMicros());
        carryOut();
        Optional<Long> next = session.nextTickMicros().stream().boxed().findFirst();
        if (next.isEmpty() && isClosed) {
          return;
        }
        wakeAtMicros = next.orElse(Long.MAX_VALUE);
        long waitMicros = wakeAtMicros - nowMicros();
        if (waitMicros > 0) {
          var ignored = sooner.await(waitMicros, TimeUnit.MICROSECONDS);
        }
      }
    } catch (InterruptedException nobodyInterruptsThisThread) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  static long nowMicros() {
    return System.nanoTime() / 1_000;
  }
}
