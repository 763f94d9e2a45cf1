package meridian.checker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The verdicts on one history.
///
/// @param asked whether there is one execution in which each transaction passes the test of the
///   level that it asked for; empty if none names one
public record Report(
    History history, Options options, Map<Level, Verdict> verdicts, Optional<Verdict> asked) {
  public Report {
    verdicts = Collections.unmodifiableMap(new EnumMap<>(verdicts));
  }

  /// The verdict on a level that was asked for.
  public Verdict verdict(Level level) {
    var verdict = verdicts.get(level);
    return verdict != null ? verdict : new Verdict.Unknown("nobody asked");
  }

  public boolean holds(Level level) {
    return verdict(level) instanceof Verdict.Holds;
  }

  public boolean violates(Level level) {
    return verdict(level) instanceof Verdict.Violated;
  }

  /// The levels that hold and that no other level that holds implies.
  public List<Level> strongest() {
    var strongest = new ArrayList<Level>();
    for (var level : verdicts.keySet()) {
      boolean implied =
          verdicts.keySet().stream()
              .anyMatch(other -> other != level && holds(other) && other.implies(level));
      if (holds(level) && !implied) {
        strongest.add(level);
      }
    }
    return strongest;
  }

  /// The levels that are violated and that imply no other level that is.
  public List<Level> weakestViolated() {
    var weakest = new ArrayList<Level>();
    for (var level : verdicts.keySet()) {
      boolean implied =
          verdicts.keySet().stream()
              .anyMatch(other -> other != level && violates(other) && level.implies(other));
      if (violates(level) && !implied) {
        weakest.add(level);
      }
    }
    return weakest;
  }

  /// The verdict on a level in plain English, several lines where there is much to show.
  public String explain(Level level) {
    return Narrator.tell(this, level);
  }

  /// The verdict on what was asked for in plain English.
  public String explainAsked() {
    return Narrator.tellAsked(this);
  }

  /// One step of a cycle in plain English.
  public String explain(Edge edge) {
    return Narrator.edge(history, edge);
  }
}
