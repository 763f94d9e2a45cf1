package meridian.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import meridian.history.Event;
import meridian.history.Op;
import meridian.history.Recorder;
import meridian.model.Timestamp;
import meridian.txn.Attempt;
import meridian.txn.TxnEnd;
import meridian.txn.TxnOptions;

/// Writes down what the threads of one database do, as sessions in which one attempt follows
/// another. A session is used by one attempt at a time, and never again after one whose outcome is
/// unknown: that attempt may yet happen, at the same time as what would follow.
final class Recording {
  private final Recorder recorder;
  private final ReentrantLock lock = new ReentrantLock();
  private final TreeSet<Integer> idle = new TreeSet<>();

  Recording(Recorder recorder) {
    this.recorder = recorder;
  }

  /// One attempt, which begins now.
  Journal begin(TxnOptions how) {
    return new Journal(lease(), how.level());
  }

  private int lease() {
    lock.lock();
    try {
      Integer session = idle.pollFirst();
      return session == null ? recorder.newSession() : session;
    } finally {
      lock.unlock();
    }
  }

  private void giveBack(int session) {
    lock.lock();
    try {
      idle.add(session);
    } finally {
      lock.unlock();
    }
  }

  /// What one attempt does.
  final class Journal {
    private final int session;
    private final String level;
    private final long invokedMicros = Recorder.nowMicros();
    private final List<Op> ops = new ArrayList<>();

    private Journal(int session, String level) {
      this.session = session;
      this.level = level;
    }

    void add(Op op) {
      ops.add(op);
    }

    /// Its end, at a time since.
    void end(Attempt attempt, TxnEnd end, long completedMicros) {
      switch (end) {
        case TxnEnd.Committed(var ts) ->
            write(attempt, Event.Outcome.COMMITTED, completedMicros, ts, ops);
        case TxnEnd.Aborted aborted ->
            write(attempt, Event.Outcome.ABORTED, completedMicros, Optional.empty(), ops);
        case TxnEnd.Unknown unknown ->
            recorder.record(
                new Event(
                    session,
                    attempt.txn(),
                    invokedMicros,
                    OptionalLong.empty(),
                    Event.Outcome.UNKNOWN,
                    Optional.empty(),
                    level,
                    ops));
        case TxnEnd.Failed failed -> {
          // Its reads were validated, and its writes never left.
          List<Op> reads = ops.stream().filter(op -> !op.isUpdate()).toList();
          write(attempt, Event.Outcome.COMMITTED, completedMicros, Optional.empty(), reads);
        }
      }
    }

    private void write(
        Attempt attempt,
        Event.Outcome outcome,
        long completedMicros,
        Optional<Timestamp> ts,
        List<Op> done) {
      var complete = OptionalLong.of(completedMicros);
      recorder.record(
          new Event(session, attempt.txn(), invokedMicros, complete, outcome, ts, level, done));
      giveBack(session);
    }
  }
}
