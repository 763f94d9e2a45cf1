package meridian.checker;

import java.util.List;
import java.util.Optional;

/// What the field calls a violation: the names of Adya (PhD thesis, 1999), of Berenson et al. ("A
/// Critique of ANSI SQL Isolation Levels", 1995) and of Elle.
public final class Anomaly {
  private Anomaly() {}

  /// The name of what violates a level, if it is violated.
  public static Optional<String> of(Report report, Level level) {
    return report.verdict(level) instanceof Verdict.Violated(var evidence)
        ? Optional.of(name(report, evidence))
        : Optional.empty();
  }

  /// The name of what kept some transaction from getting the level that it asked for, if so.
  public static Optional<String> ofAsked(Report report) {
    return report.asked().orElse(new Verdict.Unknown("")) instanceof Verdict.Violated(var evidence)
        ? Optional.of(name(report, evidence))
        : Optional.empty();
  }

  private static String name(Report report, Evidence evidence) {
    return switch (evidence) {
      case Evidence.BadRead(var read) -> name(read.reason());
      case Evidence.Cycle(var edges) -> name(edges);
      case Evidence.Cases(var cycles, _) -> name(cycles.getFirst().cycle()) + ", in every case";
      case Evidence.Weaker(var weaker) -> of(report, weaker).orElse("");
      case Evidence.AtLevel(_, var shown) -> name(report, shown);
      case Evidence.Writers(_, _, var each) -> name(report, each.getFirst());
    };
  }

  private static String name(Unreadable.Reason reason) {
    return switch (reason) {
      case ABORTED -> "aborted read (G1a)";
      case INTERMEDIATE -> "intermediate read (G1b)";
      case NEVER_WRITTEN -> "read of a value never written";
      case FUTURE -> "read of an own later write";
      case INTERNAL -> "internal inconsistency";
      case DUPLICATE -> "duplicate elements";
      case SCATTERED -> "scattered appends (G0)";
      case INCOMPATIBLE -> "incompatible orders (G0)";
    };
  }

  private static String name(List<Edge> edges) {
    if (has(edges, Rule.ATOMIC)) {
      return "fractured read";
    }
    if (has(edges, Rule.CAUSAL)) {
      return "missed cause";
    }
    long anti = edges.stream().filter(edge -> edge.rule() == Rule.ANTI_DEPENDS).count();
    var suffix =
        has(edges, Rule.REAL_TIME) ? "-realtime" : has(edges, Rule.SESSION) ? "-session" : "";
    if (anti == 0) {
      boolean onlyWrites = edges.stream().allMatch(edge -> edge.rule() == Rule.OVERWRITES);
      return onlyWrites ? "write cycle (G0)" : "circular information flow (G1c" + suffix + ")";
    }
    boolean oneKey =
        edges.size() == 2 && edges.getFirst().key() == edges.getLast().key() && suffix.isEmpty();
    if (oneKey) {
      return "lost update (P4)";
    }
    if (anti == 1) {
      return (suffix.isEmpty() ? "read skew (G-single)" : "stale read (G-single" + suffix + ")");
    }
    if (!adjacent(edges)) {
      return suffix.isEmpty()
          ? "long fork (G-nonadjacent)"
          : "long fork (G-nonadjacent" + suffix + ")";
    }
    return (edges.size() == 2 ? "write skew (G2-item" : "anti-dependency cycle (G2-item")
        + suffix
        + ")";
  }

  private static boolean has(List<Edge> edges, Rule rule) {
    return edges.stream().anyMatch(edge -> edge.rule() == rule);
  }

  private static boolean adjacent(List<Edge> edges) {
    for (int i = 0; i < edges.size(); i++) {
      if (edges.get(i).rule() == Rule.ANTI_DEPENDS
          && edges.get((i + 1) % edges.size()).rule() == Rule.ANTI_DEPENDS) {
        return true;
      }
    }
    return false;
  }
}
