package meridian.checker;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;

/// What to check, and where the definitions leave a choice, which.
///
/// @param levels the levels asked for; others may be decided along the way
/// @param internalReads whether a read after the transaction's own write must return it. The
///   paper's read states do not ask for that; every database should.
/// @param budget how many conflicts a search may meet before its verdict is unknown
public record Options(Set<Level> levels, boolean internalReads, long budget) {
  public static final long DEFAULT_BUDGET = 200_000;

  public Options {
    levels = Collections.unmodifiableSet(new TreeSet<>(levels));
  }

  /// All eleven levels, internal reads checked.
  public static Options all() {
    return new Options(EnumSet.allOf(Level.class), true, DEFAULT_BUDGET);
  }

  /// Only one level.
  public static Options of(Level level) {
    return new Options(EnumSet.of(level), true, DEFAULT_BUDGET);
  }

  public Options withInternalReads(boolean asked) {
    return new Options(levels, asked, budget);
  }

  public Options withBudget(long conflicts) {
    return new Options(levels, internalReads, conflicts);
  }
}
