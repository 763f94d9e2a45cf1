package meridian.harness.workload;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import meridian.checker.Level;

/// What a workload has found, of each level the first few, and what it could not find out. For any
/// number of threads.
public final class Findings {
  private static final int SHOWN_MAX = 5;

  private final Map<Level, List<Finding>> found = new EnumMap<>(Level.class);
  private final List<String> unknowns = new ArrayList<>();
  private int count;

  public synchronized void add(Level breaks, String what) {
    count++;
    List<Finding> same = found.computeIfAbsent(breaks, level -> new ArrayList<>());
    if (same.size() < SHOWN_MAX) {
      same.add(new Finding(breaks, what));
    }
  }

  /// Something that the workload wanted to know and could not.
  public synchronized void unknown(String what) {
    if (unknowns.size() < SHOWN_MAX) {
      unknowns.add(what);
    }
  }

  /// The weakest level first.
  public synchronized List<Finding> list() {
    return found.values().stream().flatMap(List::stream).toList();
  }

  public synchronized List<String> unknowns() {
    return List.copyOf(unknowns);
  }

  /// How much was found, with what the list leaves out.
  public synchronized int count() {
    return count;
  }
}
