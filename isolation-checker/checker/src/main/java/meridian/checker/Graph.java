package meridian.checker;

import java.util.ArrayDeque;
import java.util.Arrays;

/// A directed graph in compressed rows. Edges carry a kind and an operation or write that tells why
/// they are there; both mean something only to who put them in.
final class Graph {
  final int nodes;

  /// The edges of a node are those from `first[node]` to `first[node + 1]`.
  final int[] first;

  final int[] target;
  final byte[] kind;
  final int[] why;

  private Graph(int nodes, int[] first, int[] target, byte[] kind, int[] why) {
    this.nodes = nodes;
    this.first = first;
    this.target = target;
    this.kind = kind;
    this.why = why;
  }

  /// Collects edges in any order.
  static final class Builder {
    private int nodes;
    private final IntList from = new IntList();
    private final IntList to = new IntList();
    private final IntList why = new IntList();
    private byte[] kind = new byte[16];

    Builder(int nodes) {
      this.nodes = nodes;
    }

    int addNode() {
      return nodes++;
    }

    void edge(int source, int destination, Rule rule, int because) {
      if (from.size() == kind.length) {
        kind = Arrays.copyOf(kind, 2 * kind.length);
      }
      kind[from.size()] = rule.code();
      from.add(source);
      to.add(destination);
      why.add(because);
    }

    Graph build() {
      var first = new int[nodes + 1];
      for (int edge = 0; edge < from.size(); edge++) {
        first[from.get(edge) + 1]++;
      }
      for (int node = 0; node < nodes; node++) {
        first[node + 1] += first[node];
      }
      var place = first.clone();
      var target = new int[from.size()];
      var kinds = new byte[from.size()];
      var whys = new int[from.size()];
      for (int edge = 0; edge < from.size(); edge++) {
        int at = place[from.get(edge)]++;
        target[at] = to.get(edge);
        kinds[at] = kind[edge];
        whys[at] = why.get(edge);
      }
      return new Graph(nodes, first, target, kinds, whys);
    }
  }

  /// The nodes so that all edges point forward; of several possible nodes the one with the least
  /// priority comes first. Shorter than `nodes` if there is a cycle.
  int[] topological(int[] priority) {
    var waiting = new int[nodes];
    for (int to : target) {
      waiting[to]++;
    }
    var ready = new IntHeap(priority);
    for (int node = 0; node < nodes; node++) {
      if (waiting[node] == 0) {
        ready.add(node);
      }
    }
    var order = new int[nodes];
    int size = 0;
    while (!ready.isEmpty()) {
      int node = ready.removeLeast();
      order[size++] = node;
      for (int edge = first[node]; edge < first[node + 1]; edge++) {
        if (--waiting[target[edge]] == 0) {
          ready.add(target[edge]);
        }
      }
    }
    return size == nodes ? order : Arrays.copyOf(order, size);
  }

  /// By node: the number of its strongly connected component. Tarjan, "Depth-first search and
  /// linear graph algorithms" (1972), with the recursion unrolled.
  int[] components() {
    var component = new int[nodes];
    var index = new int[nodes];
    var low = new int[nodes];
    var at = new int[nodes];
    var path = new IntList();
    var open = new IntList();
    int[] counters = {0, 0};
    Arrays.fill(component, -1);
    for (int root = 0; root < nodes; root++) {
      if (index[root] == 0) {
        enter(root, index, low, at, path, open, counters);
        while (!path.isEmpty()) {
          int node = path.get(path.size() - 1);
          if (at[node] < first[node + 1]) {
            int to = target[at[node]++];
            if (index[to] == 0) {
              enter(to, index, low, at, path, open, counters);
            } else if (component[to] < 0) {
              low[node] = Math.min(low[node], index[to]);
            }
          } else {
            leave(node, component, index, low, path, open, counters);
          }
        }
      }
    }
    return component;
  }

  private void enter(
      int node, int[] index, int[] low, int[] at, IntList path, IntList open, int[] counters) {
    index[node] = ++counters[0];
    low[node] = index[node];
    at[node] = first[node];
    path.add(node);
    open.add(node);
  }

  private static void leave(
      int node,
      int[] component,
      int[] index,
      int[] low,
      IntList path,
      IntList open,
      int[] counters) {
    path.removeLast();
    if (!path.isEmpty()) {
      int parent = path.get(path.size() - 1);
      low[parent] = Math.min(low[parent], low[node]);
    }
    if (low[node] == index[node]) {
      int member;
      do {
        member = open.removeLast();
        component[member] = counters[1];
      } while (member != node);
      counters[1]++;
    }
  }

  /// A short cycle, as edge numbers in the order in which they are walked; empty if there is none.
  /// It is the shortest one if no more than `effort` edges have to be looked at to know.
  int[] shortCycle(long effort) {
    var component = components();
    var size = new int[nodes];
    for (int of : component) {
      size[of]++;
    }
    int[] best = {};
    long spent = 0;
    var reachedBy = new int[nodes];
    var seen = new int[nodes];
    for (int start = 0; start < nodes && (best.length == 0 || spent < effort); start++) {
      if (size[component[start]] > 1) {
        var queue = new ArrayDeque<Integer>();
        seen[start] = start + 1;
        queue.add(start);
        int closing = -1;
        while (closing < 0 && !queue.isEmpty()) {
          int node = queue.remove();
          for (int edge = first[node]; edge < first[node + 1] && closing < 0; edge++) {
            int to = target[edge];
            spent++;
            if (to == start) {
              closing = edge;
            } else if (component[to] == component[start] && seen[to] != start + 1) {
              seen[to] = start + 1;
              reachedBy[to] = edge;
              queue.add(to);
            }
          }
          if (closing >= 0) {
            best = shorter(best, walkBack(start, node, closing, reachedBy));
          }
        }
      }
    }
    return best;
  }

  private int[] walkBack(int start, int last, int closing, int[] reachedBy) {
    var reversed = new IntList();
    reversed.add(closing);
    for (int node = last; node != start; node = source(reachedBy[node])) {
      reversed.add(reachedBy[node]);
    }
    var cycle = new int[reversed.size()];
    for (int i = 0; i < cycle.length; i++) {
      cycle[i] = reversed.get(cycle.length - 1 - i);
    }
    return cycle;
  }

  private static int[] shorter(int[] best, int[] found) {
    return best.length == 0 || found.length < best.length ? found : best;
  }

  /// The node that an edge leaves.
  int source(int edge) {
    int low = 0;
    int high = nodes;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (first[middle] <= edge) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
