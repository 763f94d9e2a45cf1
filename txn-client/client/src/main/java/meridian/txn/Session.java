package meridian.txn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import meridian.model.Digest;
import meridian.model.Limits;
import meridian.model.NodeId;
import meridian.model.Outcome;
import meridian.model.RegionId;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;

/// A client of the store: runs transactions, through whichever coordinator answers.
///
/// ```
///   application --- transact, resolve ---> Session --- Open, Send ---> driver ---> coordinators
///   application <-- Body.run, ended, done --- Session <-- onUp, onDown, onReply --- driver
/// ```
///
/// It never blocks, and knows the time only from `tick`: its driver calls that before anything else
/// it has to say, and again when `nextTickMicros` has come; and after everything, it takes the
/// outputs and carries them out in order. Never from two threads at a time. Code of the application
/// is called back in the middle of these calls, and may call the session and its attempts in turn.
///
/// Everything about attempts is in [Run], about finding out how one ended in [Settlement], about
/// asking until somebody answers in [Exchange], about whom to ask in [Endpoints].
public final class Session {
  /// Between two looks for a first coordinator, in microseconds.
  private static final long LOOK_MICROS = 5_000;

  private final SessionConfig config;
  private final long incarnation;
  private final Timers timers = new Timers();
  private final ClockEstimate clock = new ClockEstimate();
  private final Requests requests;
  private List<Output> outputs = new ArrayList<>();

  /// The largest timestamp of anything read or committed here. What commits later gets a larger
  /// one.
  private Timestamp seen = Timestamp.ZERO;

  /// Counts the transactions of this incarnation.
  private long sequence;

  /// @param incarnation drawn at random when the client started, above the numbers of servers
  /// @param chance for jitter only
  public Session(SessionConfig config, long incarnation, RandomGenerator chance) {
    if (new NodeId(incarnation).isServer() || incarnation == 0) {
      throw new IllegalArgumentException(
          "the incarnation " + incarnation + " is a server's number");
    }
    this.config = config;
    this.incarnation = incarnation;
    this.requests = new Requests(config, chance, timers, output -> outputs.add(output));
  }

  // --- from the driver ---

  /// Tells the time, in microseconds since any moment, and does what is due.
  public void tick(long nowMicros) {
    timers.advance(nowMicros);
  }

  /// When to call `tick` again if nothing else happens before.
  public OptionalLong nextTickMicros() {
    return timers.nextMicros();
  }

  /// What is to be done now, in this order.
  public List<Output> takeOutputs() {
    List<Output> taken = outputs;
    outputs = new ArrayList<>();
    return taken;
  }

  /// A stream stands.
  public void onUp(int endpoint) {
    requests.endpoints().onUp(endpoint, timers.nowMicros());
    greet(endpoint);
  }

  /// A stream could not be opened or was lost, and with it perhaps what was sent on it.
  public void onDown(int endpoint) {
    requests.endpoints().onDown(endpoint, timers.nowMicros());
    requests.onDown(endpoint);
  }

  /// Something came on a stream; late, or twice, does no harm.
  public void onReply(int endpoint, ClientMessage.Reply reply) {
    requests.endpoints().onHeard(endpoint, timers.nowMicros());
    switch (reply) {
      case ClientMessage.Welcome welcome -> {
        learn(welcome.clock());
        onWelcome(endpoint, welcome.region());
      }
      case ClientMessage.ReadDone done -> learn(done.clock());
      case ClientMessage.Ended ended -> learn(ended.clock());
      case ClientMessage.Refused refused -> learn(refused.clock());
    }
    requests.onReply(endpoint, reply);
  }

  // --- from the application ---

  /// Runs a transaction until it has an end, and tells which. It is run again after conflicts, as
  /// long as its time and its attempts allow. A commit whose fate is open at the deadline is asked
  /// about a little longer (see SessionConfig), and is unknown then.
  public void transact(TxnOptions options, Body body, Consumer<TxnResult> done) {
    new Run(this, options, body, done).begin();
  }

  /// Finds out how a transaction of the past ended; Unknown if that cannot be found out in time.
  ///
  /// @param timeoutMicros how long to try
  public void resolve(Outcome.Token token, long timeoutMicros, Consumer<Outcome> done) {
    Settlement.resolve(
        requests,
        token,
        timers.nowMicros() + timeoutMicros,
        new Settlement.Listener() {
          @Override
          public void onOutcome(
              Outcome outcome, List<ShardId> participants, Optional<RegionId> answeredIn) {
            done.accept(outcome);
          }

          @Override
          public void onSkew() {
            throw new IllegalStateException("only a commit can be refused for its id");
          }
        });
  }

  /// Turns to a coordinator ahead of the first request.
  ///
  /// @param timeoutMicros how long to try
  /// @param whenConnected called once one has answered; not called if none does in time
  public void connect(long timeoutMicros, Runnable whenConnected) {
    connect(timers.nowMicros() + timeoutMicros, whenConnected, () -> {});
  }

  /// The largest timestamp that was read or committed here.
  public Timestamp seen() {
    return seen;
  }

  /// What the coordinators' clock says now, as far as can be told.
  public Timestamp now() {
    return clock.at(timers.nowMicros());
  }

  /// Whether a timestamp may have been seen by somebody: it is not further ahead of the
  /// coordinators' clock than any shard lets a transaction be.
  public boolean isPlausible(Timestamp ts) {
    return !ts.isAfter(now().plusMillis(Limits.AHEAD_MILLIS_MAX));
  }

  /// Makes everything that commits from now on come after a timestamp, which another session has
  /// seen.
  public void saw(Timestamp ts) {
    seen = Timestamp.max(seen, ts);
  }

  /// The same for two sessions that have come to the same state by the same inputs.
  public long digest() {
    var digest = new Digest().add(seen.packed()).add(sequence).add(timers.nowMicros());
    digest.add(timers.nextMicros().orElse(-1)).add(clock.at(timers.nowMicros()).packed());
    requests.digest(digest);
    return digest.value();
  }

  // --- for its parts ---

  /// Waits until some coordinator has shown its clock, or until it is too late.
  void connect(long deadlineMicros, Runnable whenConnected, Runnable whenLate) {
    if (clock.isKnown()) {
      whenConnected.run();
    } else if (timers.nowMicros() < deadlineMicros) {
      requests.endpoints().choose(timers.nowMicros());
      timers.after(LOOK_MICROS, () -> connect(deadlineMicros, whenConnected, whenLate));
    } else {
      whenLate.run();
    }
  }

  /// A new transaction, which begins now by the coordinators' clock.
  TxnId mint() {
    sequence++;
    return new TxnId(clock.at(timers.nowMicros()), incarnation, sequence, 0);
  }

  /// The same attempt under an id that fits the clock last learned.
  TxnId mintAgain(TxnId refused) {
    TxnId fresh = mint();
    return new TxnId(fresh.begin(), incarnation, fresh.sequence(), refused.attempt());
  }

  SessionConfig config() {
    return config;
  }

  ClockEstimate clock() {
    return clock;
  }

  Requests requests() {
    return requests;
  }

  private void learn(Timestamp reading) {
    if (reading.isAfter(Timestamp.ZERO)) {
      clock.learn(reading, timers.nowMicros());
    }
  }

  private void onWelcome(int endpoint, RegionId region) {
    if (requests.endpoints().onWelcome(endpoint, region, timers.nowMicros())) {
      requests.onReady();
    }
  }

  /// Says Hello until it is answered.
  private void greet(int endpoint) {
    if (requests.endpoints().isGreeting(endpoint)) {
      requests.send(endpoint, new ClientMessage.Hello(requests.nextNumber()));
      timers.after(config.resendMicros(), () -> greet(endpoint));
    }
  }
}
