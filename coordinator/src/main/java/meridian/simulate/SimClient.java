package meridian.simulate;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import meridian.model.Invariant;
import meridian.model.Isolation;
import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.Timestamp;
import meridian.node.Effects;
import meridian.node.Input;
import meridian.node.Node;
import meridian.node.Now;
import meridian.sim.Chance;
import meridian.simulate.History.End;
import meridian.simulate.Workload.Script;
import meridian.txn.Attempt;
import meridian.txn.Body;
import meridian.txn.ClientMessage;
import meridian.txn.Moment;
import meridian.txn.Output;
import meridian.txn.Session;
import meridian.txn.TxnBuffer;
import meridian.txn.TxnEnd;
import meridian.txn.TxnOptions;
import meridian.txn.TxnResult;

/// A client process: the production session, driven by a workload, one transaction after the other.
final class SimClient implements Node {
  /// The stream from this coordinator has broken; never encoded, since it is no message of
  /// anybody's.
  record StreamLost() implements Message {}

  /// What clients share: the stage, and what they write their history to.
  record Setting(
      Stage stage,
      History history,
      Outcomes outcomes,
      Promises promises,
      Tokens tokens,
      LongSupplier trueMicros,
      long thinkMicrosMax,
      boolean mixesLevels) {}

  /// What one client has seen, for another to go on from.
  static final class Tokens {
    private Timestamp left = Timestamp.ZERO;
  }

  private static final long TIMEOUT_MICROS_MIN = 1_000_000;
  private static final long TIMEOUT_MICROS_MAX = 8_000_000;
  private static final long AGE_MICROS_MAX = 5_000_000;

  /// From here on what is read of the past was there, for what the workloads start from was
  /// committed before.
  private static final long PAST_FROM_MICROS = 11_000_000;

  private final Session session;
  private final List<NodeId> coordinators;
  private final Workload workload;
  private final Setting setting;
  private final Chance chance;
  private final boolean runsErrands;

  /// Names this life of the client in the history.
  private final long name;

  private boolean busy;
  private long nowMicros;
  private long restUntilMicros;

  /// The attempt that has not ended, if one is under way.
  private Optional<Trial> open = Optional.empty();

  /// One attempt and when it began.
  private record Trial(Attempt attempt, Tx tx, TxnOptions options, long invokedMicros) {}

  /// What this client has seen, by its own account: nothing older may be read in its session.
  private Timestamp floor = Timestamp.ZERO;

  SimClient(
      Session session,
      long name,
      List<NodeId> coordinators,
      Workload workload,
      Setting setting,
      Chance chance,
      boolean runsErrands) {
    this.session = session;
    this.name = name;
    this.coordinators = List.copyOf(coordinators);
    this.workload = workload;
    this.setting = setting;
    this.chance = chance;
    this.runsErrands = runsErrands;
  }

  @Override
  public void step(Input input, Now now, Effects out) {
    nowMicros = now.monotonicMicros();
    session.tick(nowMicros);
    switch (input) {
      case Input.Deliver deliver -> deliver(deliver);
      case Input.Tick tick -> work();
      case Input.Flushed flushed -> {}
      case Input.DiskFull full -> {}
    }
  }

  private void deliver(Input.Deliver deliver) {
    int endpoint = coordinators.indexOf(deliver.from());
    switch (deliver.message()) {
      case ClientMessage.Reply reply -> session.onReply(endpoint, reply);
      case StreamLost lost -> session.onDown(endpoint);
      default -> throw new IllegalStateException("a client was sent " + deliver.message());
    }
  }

  @Override
  public void finish(Now now, Effects out) {
    for (List<Output> outputs = session.takeOutputs();
        !outputs.isEmpty();
        outputs = session.takeOutputs()) {
      for (Output output : outputs) {
        switch (output) {
          case Output.Open open -> session.onUp(open.endpoint());
          case Output.Send send -> out.send(coordinators.get(send.endpoint()), send.request());
        }
      }
    }
  }

  @Override
  public Timestamp clock(Now now) {
    return Timestamp.ZERO;
  }

  /// Whether it waits for nothing.
  boolean isIdle() {
    return !busy;
  }

  /// The process is gone: nobody knows any more what becomes of what it had under way.
  void abandon() {
    open.ifPresent(trial -> record(trial, End.UNKNOWN, Optional.empty()));
    open = Optional.empty();
  }

  private void work() {
    if (busy || nowMicros < restUntilMicros) {
      return;
    }
    switch (setting.stage().act()) {
      case SETUP, FINISH -> {
        if (runsErrands) {
          setting.stage().errand().ifPresent(errand -> begin(errand, true));
        }
      }
      case WORK -> begin(workload.next(chance), false);
      case STOP, OVER -> {}
    }
  }

  private void begin(Script script, boolean isErrand) {
    busy = true;
    TxnOptions plain = TxnOptions.within(chance.between(TIMEOUT_MICROS_MIN, TIMEOUT_MICROS_MAX));
    boolean isStrict =
        isErrand
            || !setting.mixesLevels()
            || setting.trueMicros().getAsLong() < PAST_FROM_MICROS
            || chance.flip();
    TxnOptions options = isStrict ? plain : weaker(plain, script);
    if (isStrict && script.isSingleRead()) {
      options = options.reading(TxnOptions.Reads.STRONG);
    }
    passToken();
    session.transact(
        options, new Recorded(script, options), result -> ended(script, isErrand, result));
  }

  /// Another level that the script can bear; what only reads may read the past.
  private TxnOptions weaker(TxnOptions plain, Script script) {
    if (script.isReadOnly() && chance.flip()) {
      return plain.readingAsOf(
          new Moment.Recent(chance.between(0, AGE_MICROS_MAX), chance.percent(80)));
    }
    return plain.at(
        chance.pick(List.copyOf(EnumSet.range(Isolation.SERIALIZABLE, script.weakest()))));
  }

  /// Now and then goes on from what another client has seen.
  private void passToken() {
    if (!setting.mixesLevels() || !chance.percent(20)) {
      return;
    }
    if (chance.flip()) {
      setting.tokens().left = session.seen();
    } else {
      session.saw(setting.tokens().left);
      floor = Timestamp.max(floor, setting.tokens().left);
    }
  }

  private void ended(Script script, boolean isErrand, TxnResult result) {
    busy = false;
    restUntilMicros = 0;
    if (isErrand) {
      if (result.end() instanceof TxnEnd.Committed) {
        setting.stage().done(script);
      }
    } else {
      long think = chance.between(0, setting.thinkMicrosMax());
      restUntilMicros = nowMicros + think;
    }
  }

  /// A script, and the record of each attempt at it.
  private final class Recorded implements Body {
    private final Script script;
    private final TxnOptions options;

    Recorded(Script script, TxnOptions options) {
      this.script = script;
      this.options = options;
    }

    @Override
    public void run(Attempt attempt) {
      Tx tx = new Tx(attempt);
      open = Optional.of(new Trial(attempt, tx, options, setting.trueMicros().getAsLong()));
      boolean isOfSession =
          options.reads() == TxnOptions.Reads.SNAPSHOT
              && options.moment() instanceof Moment.Recent(var ago, var after)
              && after;
      Invariant.check(
          !isOfSession || !attempt.snapshot().isBefore(floor),
          "%s reads as of %s, its session has seen %s",
          attempt.txn(),
          attempt.snapshot(),
          floor);
      script.run(tx);
    }

    @Override
    public void ended(Attempt attempt, TxnEnd end) {
      Trial trial = open.filter(t -> t.attempt() == attempt).orElseThrow();
      open = Optional.empty();
      switch (end) {
        case TxnEnd.Committed committed -> {
          script.committed();
          committed.ts().ifPresent(ts -> setting.outcomes().checkClient(attempt.txn(), true));
          record(trial, End.COMMITTED, committed.ts());
        }
        case TxnEnd.Aborted aborted -> {
          setting.outcomes().checkClient(attempt.txn(), false);
          record(trial, End.ABORTED, Optional.empty());
        }
        case TxnEnd.Unknown unknown -> record(trial, End.UNKNOWN, Optional.empty());
        case TxnEnd.Failed failed ->
            throw new IllegalStateException("a script failed", failed.error());
      }
    }
  }

  private void record(Trial trial, End end, Optional<Timestamp> ts) {
    Attempt attempt = trial.attempt();
    TxnBuffer buffer = attempt.buffer();
    setting
        .promises()
        .add(
            new Promises.Attempt(
                attempt.txn(),
                trial.options().isolation(),
                attempt.snapshot(),
                ts,
                buffer.seen(),
                buffer.writes()));
    floor = Timestamp.max(floor, ts.orElse(Timestamp.ZERO));
    if (!buffer.seen().isEmpty()) {
      floor = Timestamp.max(floor, attempt.snapshot());
    }
    boolean isStrict =
        trial.options().isolation().validatesReads()
            && trial.options().reads() != TxnOptions.Reads.SNAPSHOT;
    setting
        .history()
        .add(
            new History.Attempt(
                attempt.txn(),
                isStrict,
                name,
                trial.invokedMicros(),
                trial.tx().ops(),
                end,
                setting.trueMicros().getAsLong(),
                ts));
  }
}
