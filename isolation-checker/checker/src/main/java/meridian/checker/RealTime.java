package meridian.checker;

import java.util.Arrays;

/// What completed before what was invoked.
///
/// There are quadratically many such pairs, but they are all said by a line of moments: the
/// completions in order, and for each node how many of them came before its invocation.
final class RealTime {
  /// Nodes whose completion is known, earliest first.
  final int[] completions;

  /// By node: how many of `completions` are strictly before its invocation.
  final int[] completedBefore;

  RealTime(Facts facts) {
    int n = facts.nodes;
    var times = new long[n];
    int known = 0;
    for (int node = 0; node < n; node++) {
      if (facts.completed(node) != History.NEVER_AFTER) {
        times[known++] = facts.completed(node);
      }
    }
    times = Arrays.copyOf(times, known);
    Arrays.sort(times);
    completions = new int[known];
    var taken = new int[known];
    for (int node = 0; node < n; node++) {
      if (facts.completed(node) != History.NEVER_AFTER) {
        int first = firstNotBefore(times, facts.completed(node));
        completions[first + taken[first]++] = node;
      }
    }
    completedBefore = new int[n];
    for (int node = 0; node < n; node++) {
      completedBefore[node] = firstNotBefore(times, facts.invoked(node));
    }
  }

  /// By node: the highest position among those that completed before it was invoked, or -1.
  int[] latestBefore(int[] position) {
    var highest = new int[completions.length + 1];
    highest[0] = -1;
    for (int i = 0; i < completions.length; i++) {
      highest[i + 1] = Math.max(highest[i], position[completions[i]]);
    }
    var latest = new int[completedBefore.length];
    for (int node = 0; node < latest.length; node++) {
      latest[node] = highest[completedBefore[node]];
    }
    return latest;
  }

  private static int firstNotBefore(long[] sorted, long time) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
