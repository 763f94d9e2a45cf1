package meridian.txn;

import java.util.List;
import java.util.Optional;
import meridian.model.AbortReason;
import meridian.model.AbortReason.Kind;
import meridian.model.Isolation;
import meridian.model.Key;
import meridian.model.Outcome;
import meridian.model.RegionId;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.Write;
import meridian.txn.ClientMessage.Refused;
import meridian.txn.ClientMessage.Reply;

/// The commit of one attempt, from when it leaves until its outcome is known or its time is up.
///
/// The same commit is sent until somebody answers (rule C5). An answer that says *unknown*, or a
/// refusal from one who may not know what another did, is followed by the question how it ended,
/// until that is known. What is not known when the time is up is unknown, and never taken for
/// aborted (rule C6).
final class Settlement {
  /// Told once how it went.
  interface Listener {
    void onOutcome(Outcome outcome, List<ShardId> participants, Optional<RegionId> answeredIn);

    /// Nothing has happened, and nothing will under this id: it is too far from the clock last
    /// learned.
    void onSkew();
  }

  /// What a commit has to hold to.
  ///
  /// @param snapshot as of when a snapshot transaction has read; zero for every other
  /// @param reads what has to be validated
  record Terms(Isolation isolation, Timestamp snapshot, List<ClientMessage.ShardRead> reads) {}

  /// The first wait before asking again how it ended, in microseconds, and the longest.
  private static final long ASK_MICROS = 20_000;

  private static final long ASK_MICROS_MAX = 500_000;

  private final Requests requests;
  private final TxnId txn;
  private final Terms terms;
  private final List<Write> writes;
  private final Timestamp after;
  private final long deadlineMicros;
  private final long expiresMicros;
  private final Listener listener;
  private Outcome.Token token;
  private int asked;

  /// @param deadlineMicros nobody lets it wait for a lock after that
  /// @param expiresMicros when what is not known then is unknown
  Settlement(
      Requests requests,
      TxnId txn,
      Terms terms,
      List<Write> writes,
      Timestamp after,
      long deadlineMicros,
      long expiresMicros,
      Listener listener) {
    this.requests = requests;
    this.txn = txn;
    this.terms = terms;
    this.writes = writes;
    this.after = after;
    this.deadlineMicros = deadlineMicros;
    this.expiresMicros = expiresMicros;
    this.listener = listener;
    this.token = new Outcome.Token(txn, List.of(), anchor(terms.reads(), writes));
  }

  private Settlement(
      Requests requests, Outcome.Token token, long expiresMicros, Listener listener) {
    this.requests = requests;
    this.txn = token.txn();
    this.terms = new Terms(Isolation.STRICT_SERIALIZABLE, Timestamp.ZERO, List.of());
    this.writes = List.of();
    this.after = Timestamp.ZERO;
    this.deadlineMicros = expiresMicros;
    this.expiresMicros = expiresMicros;
    this.listener = listener;
    this.token = token;
  }

  void commit() {
    requests.ask(new Committing(), deadlineMicros, expiresMicros);
  }

  /// Finds out how a transaction of the past ended.
  static void resolve(
      Requests requests, Outcome.Token token, long expiresMicros, Listener listener) {
    new Settlement(requests, token, expiresMicros, listener).resolve();
  }

  private void resolve() {
    requests.ask(new Resolving(), expiresMicros, expiresMicros);
  }

  /// Asks again after a while, unless the time is up.
  private void resolveLater() {
    long waitMicros = requests.jittered(SessionConfig.doubled(ASK_MICROS, asked, ASK_MICROS_MAX));
    asked++;
    if (requests.timers().nowMicros() + waitMicros < expiresMicros) {
      requests.timers().after(waitMicros, this::resolve);
    } else {
      requests.timers().at(expiresMicros, this::giveUp);
    }
  }

  private void giveUp() {
    listener.onOutcome(new Outcome.Unknown(token), token.participants(), Optional.empty());
  }

  private void abort(Kind kind, String detail) {
    var aborted = new Outcome.Aborted(AbortReason.of(kind, detail));
    listener.onOutcome(aborted, List.of(), Optional.empty());
  }

  private void onReply(int endpoint, Reply reply) {
    if (!(reply instanceof ClientMessage.Ended ended) || !ended.txn().equals(txn)) {
      resolveLater(); // whatever that was, it was not about this transaction
      return;
    }
    Optional<RegionId> region = requests.endpoints().region(endpoint);
    switch (ended.outcome()) {
      case Outcome.Committed committed ->
          listener.onOutcome(committed, ended.participants(), region);
      case Outcome.Aborted aborted -> listener.onOutcome(aborted, ended.participants(), region);
      case Outcome.Unknown(Outcome.Token told) -> {
        token = told.participants().isEmpty() ? token : told;
        resolveLater();
      }
    }
  }

  /// Until somebody says something.
  private final class Committing implements Exchange.Asker {
    @Override
    public ClientMessage.Request request(long number, long timeoutMicros) {
      return new ClientMessage.Commit(
          number,
          txn,
          terms.reads(),
          writes,
          after,
          timeoutMicros,
          terms.isolation(),
          terms.snapshot());
    }

    @Override
    public void onReply(int endpoint, Reply reply) {
      Settlement.this.onReply(endpoint, reply);
    }

    @Override
    public void onRefused(Refused refused, boolean inDoubt) {
      if (inDoubt) {
        resolve();
        return;
      }
      switch (refused.code()) {
        case CLOCK_SKEW -> listener.onSkew();
        case INVALID_ARGUMENT -> abort(Kind.INVALID, refused.message());
        case RESOURCE_EXHAUSTED -> abort(Kind.OVERLOADED, refused.message());
        case UNAVAILABLE, DEADLINE_EXCEEDED -> abort(Kind.DEADLINE, refused.message());
        case TOO_OLD -> abort(Kind.TOO_OLD, refused.message());
      }
    }

    @Override
    public void onExpired(boolean inDoubt) {
      if (inDoubt) {
        resolve();
      } else {
        abort(Kind.DEADLINE, "no coordinator could be asked to commit in time");
      }
    }
  }

  /// Until somebody knows.
  private final class Resolving implements Exchange.Asker {
    @Override
    public ClientMessage.Request request(long number, long timeoutMicros) {
      return new ClientMessage.Resolve(number, token, timeoutMicros);
    }

    @Override
    public void onReply(int endpoint, Reply reply) {
      Settlement.this.onReply(endpoint, reply);
    }

    @Override
    public void onRefused(Refused refused, boolean inDoubt) {
      resolveLater();
    }

    @Override
    public void onExpired(boolean inDoubt) {
      giveUp();
    }
  }

  private static Key anchor(List<ClientMessage.ShardRead> reads, List<Write> writes) {
    return writes.isEmpty() ? reads.getFirst().observed().range().start() : writes.getFirst().key();
  }
}
