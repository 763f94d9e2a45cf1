package meridian.checker;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Decides which isolation levels a history satisfies, and proves it either way.
public final class Checker {
  /// In how many ways reads of values that several transactions wrote may be explained before the
  /// verdict is unknown.
  private static final int READINGS_MAX = 256;

  private static final int AMBIGUOUS_MAX = 10;

  private final History history;
  private final Options options;
  private int readings;

  private Checker(History history, Options options) {
    this.history = history;
    this.options = options;
  }

  /// All levels, with the usual definitions.
  public static Report check(History history) {
    return check(history, Options.all());
  }

  public static Report check(History history, Options options) {
    var verdicts = new Checker(history, options).verdicts(Map.of());
    var decided = new EnumMap<Level, Verdict>(verdicts);
    for (var level : options.levels()) {
      decided.putIfAbsent(level, new Verdict.Unknown("not decided"));
    }
    var asked =
        history.hasAskedLevels()
            ? Optional.of(new Checker(history, options).askedFor(decided))
            : Optional.<Verdict>empty();
    return new Report(history, options, decided, asked);
  }

  /// An execution that passes a level passes what that level implies, so often one is known.
  private Verdict askedFor(Map<Level, Verdict> decided) {
    for (var level : Level.weakestFirst()) {
      if (decided.get(level) instanceof Verdict.Holds holds && impliesAllAsked(level)) {
        return holds;
      }
    }
    return asked(new TreeMap<>());
  }

  private boolean impliesAllAsked(Level level) {
    for (int txn = 0; txn < history.transactions(); txn++) {
      if (!level.implies(history.asked(txn))) {
        return false;
      }
    }
    return true;
  }

  private Verdict asked(SortedMap<Integer, Integer> choices) {
    var judgement = Judgement.ofAsked(history, options, choices);
    if (judgement.ambiguous().isEmpty() || judgement.isUnreadable()) {
      readings++;
      return judgement.asked();
    }
    var read = judgement.ambiguous().getFirst();
    var evidence = new ArrayList<Evidence>();
    for (int writer : read.writers()) {
      var chosen = new TreeMap<>(choices);
      chosen.put(read.operation(), writer);
      switch (readings < READINGS_MAX ? asked(chosen) : NOT_ALL_READINGS) {
        case Verdict.Holds holds -> {
          return holds;
        }
        case Verdict.Violated(var shown) -> evidence.add(shown);
        case Verdict.Unknown _ -> {}
      }
    }
    return evidence.size() == read.writers().size()
        ? new Verdict.Violated(new Evidence.Writers(read.operation(), read.writers(), evidence))
        : NOT_ALL_READINGS;
  }

  private static final Verdict NOT_ALL_READINGS =
      new Verdict.Unknown(
          "values were written several times, and not all ways to read them were tried");

  /// Where a read has several possible writers, each is tried: a level holds if it does with one of
  /// them, and is violated if it is with all of them.
  private Map<Level, Verdict> verdicts(Map<Integer, Integer> choices) {
    var judgement = new Judgement(history, options, choices);
    if (judgement.ambiguous().isEmpty() || judgement.isUnreadable()) {
      readings++;
      return judgement.verdicts();
    }
    if (judgement.ambiguous().size() > AMBIGUOUS_MAX) {
      return oneReading(judgement.ambiguous(), choices);
    }
    var read = judgement.ambiguous().getFirst();
    var perWriter = new ArrayList<Map<Level, Verdict>>();
    for (int writer : read.writers()) {
      if (readings < READINGS_MAX) {
        var chosen = new TreeMap<>(choices);
        chosen.put(read.operation(), writer);
        perWriter.add(verdicts(chosen));
      } else {
        perWriter.add(Map.of());
      }
    }
    var merged = new EnumMap<Level, Verdict>(Level.class);
    for (var level : Level.weakestFirst()) {
      merged.put(level, merged(level, read, perWriter));
    }
    return merged;
  }

  /// With too many ambiguous reads to try everything, one reading may still show what holds.
  private Map<Level, Verdict> oneReading(
      List<Facts.Ambiguous> ambiguous, Map<Integer, Integer> choices) {
    var chosen = new TreeMap<>(choices);
    ambiguous.forEach(read -> chosen.put(read.operation(), read.writers().getLast()));
    readings = READINGS_MAX;
    var verdicts = new EnumMap<Level, Verdict>(Level.class);
    new Judgement(history, options, chosen)
        .verdicts()
        .forEach((level, verdict) -> verdicts.put(level, holdsOrUnknown(verdict, ambiguous)));
    return verdicts;
  }

  private static Verdict holdsOrUnknown(Verdict verdict, List<Facts.Ambiguous> ambiguous) {
    return verdict instanceof Verdict.Holds
        ? verdict
        : new Verdict.Unknown(
            ambiguous.size() + " reads are of values written several times: write different ones");
  }

  private static Verdict merged(
      Level level, Facts.Ambiguous read, List<Map<Level, Verdict>> perWriter) {
    var evidence = new ArrayList<Evidence>();
    for (var verdicts : perWriter) {
      switch (verdicts.getOrDefault(level, new Verdict.Unknown("not decided"))) {
        case Verdict.Holds holds -> {
          return holds;
        }
        case Verdict.Violated(Evidence.Weaker(var weaker)) -> evidence.add(shown(weaker, verdicts));
        case Verdict.Violated(var direct) -> evidence.add(direct);
        case Verdict.Unknown _ -> {}
      }
    }
    return evidence.size() == perWriter.size()
        ? new Verdict.Violated(new Evidence.Writers(read.operation(), read.writers(), evidence))
        : NOT_ALL_READINGS;
  }

  /// The evidence of the weaker level itself, as in another reading it is another.
  private static Evidence shown(Level weaker, Map<Level, Verdict> verdicts) {
    return verdicts.get(weaker) instanceof Verdict.Violated(var evidence)
        ? new Evidence.AtLevel(weaker, evidence)
        : new Evidence.Weaker(weaker);
  }
}
