package meridian.checker;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Decides the levels of one history, each reading of ambiguous values given.
///
/// Strongest first, as an execution that passes a strong level passes all that it implies.
/// Executions are guessed and then verified: first the order that the database itself claims, by
/// its commit timestamps; then the order of completion or, without times, that of sessions side by
/// side; then an order that respects everything known.
final class Judgement {
  private final Options options;
  private final Facts facts;
  private final RealTime time;
  private final Map<Integer, Integer> choices;
  private final EnumMap<Level, Verdict> verdicts = new EnumMap<>(Level.class);

  Judgement(History history, Options options, Map<Integer, Integer> choices) {
    this(options, choices, Resolver.resolve(history, options.internalReads(), false, choices));
  }

  private Judgement(Options options, Map<Integer, Integer> choices, Facts facts) {
    this.options = options;
    this.choices = choices;
    this.facts = facts;
    this.time = new RealTime(facts);
  }

  /// Whether each transaction passes the test of the level that it asked for.
  static Judgement ofAsked(History history, Options options, Map<Integer, Integer> choices) {
    var facts = Resolver.resolve(history, options.internalReads(), true, choices);
    return new Judgement(options, choices, facts);
  }

  Verdict asked() {
    if (facts.unreadable.isPresent()) {
      return new Verdict.Violated(new Evidence.BadRead(facts.unreadable.get()));
    }
    var guess = new Guess(facts, time).first();
    var search = new Search(facts, time, Shape.asked(facts), guess);
    return switch (search.run(options.budget())) {
      case Search.Result.Found() -> new Verdict.Holds(execution(search.order(), search.tests()));
      case Search.Result.Impossible(var evidence) -> new Verdict.Violated(evidence);
      case Search.Result.GaveUp(var reason) -> new Verdict.Unknown(reason);
    };
  }

  /// Whether a read has no explanation whatever else is chosen: all possible writers were looked
  /// at, and its transaction committed.
  boolean isUnreadable() {
    return facts
        .unreadable
        .filter(
            read ->
                facts.history.outcome(facts.history.transactionOf(read.operation()))
                    == Outcome.COMMITTED)
        .isPresent();
  }

  /// Reads that several writes explain, of which none was chosen.
  List<Facts.Ambiguous> ambiguous() {
    return facts.ambiguous;
  }

  Map<Level, Verdict> verdicts() {
    if (facts.unreadable.isPresent()) {
      verdicts.put(Level.READ_UNCOMMITTED, anyOrder());
      violated(Level.READ_COMMITTED, new Evidence.BadRead(facts.unreadable.get()));
      return verdicts;
    }
    var guess = new Guess(facts, time).first();
    verify(guess);
    for (var level : ORDER) {
      if (options.levels().contains(level) && !verdicts.containsKey(level)) {
        decide(level, guess);
      }
    }
    return verdicts;
  }

  /// The strongest level first, as most histories have it, and what it implies comes with it. If it
  /// is violated, the levels that need no search, as what they violate needs none either.
  private static final List<Level> ORDER =
      List.of(
          Level.STRICT_SERIALIZABLE,
          Level.READ_COMMITTED,
          Level.READ_ATOMIC,
          Level.CAUSAL,
          Level.SESSION_SERIALIZABLE,
          Level.SERIALIZABLE,
          Level.STRONG_SNAPSHOT,
          Level.SESSION_SNAPSHOT,
          Level.SNAPSHOT,
          Level.PARALLEL_SNAPSHOT);

  private void decide(Level level, int[] guess) {
    switch (level) {
      case READ_UNCOMMITTED -> {}
      case READ_COMMITTED, READ_ATOMIC, CAUSAL -> {
        var visibility = new Visibility(facts, time, guess);
        visibility
            .evidence(level)
            .ifPresentOrElse(
                evidence -> violated(level, evidence),
                () -> holds(level, visibility.order(), CommitTests.of(facts, time, guess)));
      }
      case PARALLEL_SNAPSHOT -> parallel(improved(guess));
      case SNAPSHOT,
          SESSION_SNAPSHOT,
          STRONG_SNAPSHOT,
          SERIALIZABLE,
          SESSION_SERIALIZABLE,
          STRICT_SERIALIZABLE -> {
        search(level, improved(guess));
      }
    }
  }

  /// The guess to search from.
  private int[] improved(int[] guess) {
    if (betterGuess.length < guess.length) {
      betterGuess = new Guess(facts, time).improved(guess);
    }
    return betterGuess;
  }

  private int[] betterGuess = {};

  /// What snapshot isolation allows, parallel snapshot isolation does; and its search is the better
  /// one, as there what a transaction read is an edge.
  private void parallel(int[] guess) {
    if (!(verdicts.get(Level.SNAPSHOT) instanceof Verdict.Violated)) {
      search(Level.SNAPSHOT, guess);
    }
    if (!(verdicts.get(Level.PARALLEL_SNAPSHOT) instanceof Verdict.Holds)) {
      search(Level.PARALLEL_SNAPSHOT, new SoftGuess(facts, time, guess).improved());
    }
  }

  private void search(Level level, int[] guess) {
    var search = new Search(facts, time, Shape.of(level), guess);
    switch (search.run(options.budget())) {
      case Search.Result.Found() -> {
        holds(level, search.order(), search.tests());
        verify(search.order());
      }
      case Search.Result.Impossible(var evidence) -> violated(level, evidence);
      case Search.Result.GaveUp(var reason) -> verdicts.put(level, new Verdict.Unknown(reason));
    }
  }

  /// Verifies an order: the levels whose tests it passes hold.
  private void verify(int[] order) {
    var tests = CommitTests.of(facts, time, order);
    for (var level : Level.weakestFirst()) {
      if (tests.passes(level)) {
        holds(level, order, tests);
      }
    }
  }

  private void holds(Level level, int[] order, CommitTests tests) {
    Verdict holds = new Verdict.Unknown("");
    for (var weaker : Level.weakestFirst()) {
      if (level.implies(weaker) && !(verdicts.get(weaker) instanceof Verdict.Holds)) {
        holds = holds instanceof Verdict.Holds ? holds : new Verdict.Holds(execution(order, tests));
        verdicts.put(weaker, holds);
      }
    }
  }

  private Execution execution(int[] order, CommitTests tests) {
    var txns = new int[order.length];
    var snapshot = new int[order.length];
    for (int at = 0; at < order.length; at++) {
      txns[at] = facts.txn[order[at]];
      snapshot[at] = tests.snapshot[order[at]];
    }
    return new Execution(txns, snapshot, choices);
  }

  private Verdict anyOrder() {
    return new Verdict.Holds(new Execution(facts.txn, new int[facts.nodes], choices));
  }

  private void violated(Level level, Evidence evidence) {
    verdicts.put(level, new Verdict.Violated(evidence));
    for (var stronger : Level.weakestFirst()) {
      if (stronger.implies(level) && !(verdicts.get(stronger) instanceof Verdict.Violated)) {
        verdicts.put(stronger, new Verdict.Violated(new Evidence.Weaker(level)));
      }
    }
  }
}
