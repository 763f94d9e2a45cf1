package meridian.checker;

import java.util.Arrays;

/// A topological order that is kept up while edges come and go: Pearce and Kelly, "A dynamic
/// topological sort algorithm for directed acyclic graphs" (2007). An edge that points forward
/// costs nothing; one that points backward moves only the nodes between its ends; one that would
/// close a cycle is refused, with the path that it would close. Edges go in the reverse order of
/// their coming, and the order needs no repair when they do.
final class DynamicOrder {
  private final Graph fixed;

  /// The fixed edges backward: by node, where they come from.
  private final int[] sourcesFirst;

  private final int[] sources;

  /// By node: its place. Helper nodes have places too.
  final int[] place;

  private final int[] nodeAt;

  // Edges that came later, in lists per node that grow and shrink at their heads.
  final IntList from = new IntList();
  final IntList to = new IntList();
  private final IntList nextOut = new IntList();
  private final IntList nextIn = new IntList();
  private final int[] headOut;
  private final int[] headIn;

  // For searches.
  private final int[] seen;
  private int search;
  private final int[] reachedBy;
  private final IntList forward = new IntList();
  private final IntList backward = new IntList();

  DynamicOrder(Graph fixed, int[] order) {
    this.fixed = fixed;
    this.nodeAt = order;
    this.place = new int[fixed.nodes];
    for (int at = 0; at < order.length; at++) {
      place[order[at]] = at;
    }
    sourcesFirst = new int[fixed.nodes + 1];
    for (int target : fixed.target) {
      sourcesFirst[target + 1]++;
    }
    for (int node = 0; node < fixed.nodes; node++) {
      sourcesFirst[node + 1] += sourcesFirst[node];
    }
    sources = new int[fixed.target.length];
    var at = sourcesFirst.clone();
    for (int node = 0; node < fixed.nodes; node++) {
      for (int edge = fixed.first[node]; edge < fixed.first[node + 1]; edge++) {
        sources[at[fixed.target[edge]]++] = node;
      }
    }
    headOut = new int[fixed.nodes];
    headIn = new int[fixed.nodes];
    seen = new int[fixed.nodes];
    reachedBy = new int[fixed.nodes];
    Arrays.fill(headOut, -1);
    Arrays.fill(headIn, -1);
  }

  /// The nodes in their order. Changes with every edge.
  int[] order() {
    return nodeAt;
  }

  int addedEdges() {
    return from.size();
  }

  /// Adds an edge. If it closes a cycle, it is not added, and the answer is the path from its
  /// target to its source, as edges: fixed ones by their number, later ones as the complement of
  /// theirs.
  int[] add(int source, int target) {
    if (source == target) {
      throw new IllegalArgumentException("an edge from " + source + " to itself");
    }
    if (place[source] > place[target]) {
      int[] path = searchForward(source, target);
      if (path.length > 0) {
        return path;
      }
      searchBackward(source, place[target]);
      reorder();
    }
    nextOut.add(headOut[source]);
    nextIn.add(headIn[target]);
    headOut[source] = from.size();
    headIn[target] = from.size();
    from.add(source);
    to.add(target);
    return NO_PATH;
  }

  private static final int[] NO_PATH = {};

  /// Takes the last edges away again until as many are left.
  void retreat(int edges) {
    for (int edge = from.size() - 1; edge >= edges; edge--) {
      headOut[from.get(edge)] = nextOut.get(edge);
      headIn[to.get(edge)] = nextIn.get(edge);
    }
    from.truncate(edges);
    to.truncate(edges);
    nextOut.truncate(edges);
    nextIn.truncate(edges);
  }

  /// Breadth first, so that the cycle found is a short one.
  private int[] searchForward(int source, int target) {
    int limit = place[source];
    search++;
    forward.truncate(0);
    forward.add(target);
    seen[target] = search;
    for (int i = 0; i < forward.size(); i++) {
      int node = forward.get(i);
      for (int edge = fixed.first[node]; edge < fixed.first[node + 1]; edge++) {
        if (reach(fixed.target[edge], edge, limit, source)) {
          return walkBack(source, target);
        }
      }
      for (int edge = headOut[node]; edge >= 0; edge = nextOut.get(edge)) {
        if (reach(to.get(edge), ~edge, limit, source)) {
          return walkBack(source, target);
        }
      }
    }
    return NO_PATH;
  }

  private boolean reach(int node, int edge, int limit, int goal) {
    if (place[node] <= limit && seen[node] != search) {
      seen[node] = search;
      reachedBy[node] = edge;
      forward.add(node);
      return node == goal;
    }
    return false;
  }

  private int[] walkBack(int goal, int start) {
    var reversed = new IntList();
    for (int node = goal; node != start; ) {
      int edge = reachedBy[node];
      reversed.add(edge);
      node = edge >= 0 ? fixed.source(edge) : from.get(~edge);
    }
    var path = new int[reversed.size()];
    for (int i = 0; i < path.length; i++) {
      path[i] = reversed.get(path.length - 1 - i);
    }
    return path;
  }

  private void searchBackward(int source, int limit) {
    search++;
    backward.truncate(0);
    backward.add(source);
    seen[source] = search;
    for (int i = 0; i < backward.size(); i++) {
      int node = backward.get(i);
      for (int j = sourcesFirst[node]; j < sourcesFirst[node + 1]; j++) {
        visitBackward(sources[j], limit);
      }
      for (int edge = headIn[node]; edge >= 0; edge = nextIn.get(edge)) {
        visitBackward(from.get(edge), limit);
      }
    }
  }

  private void visitBackward(int node, int limit) {
    if (place[node] >= limit && seen[node] != search) {
      seen[node] = search;
      backward.add(node);
    }
  }

  /// Puts all that must come before the new edge's source first, then all that must come after its
  /// target, into the places that they held together.
  private void reorder() {
    int before = backward.size();
    var moved = new long[before + forward.size()];
    var places = new int[moved.length];
    for (int i = 0; i < moved.length; i++) {
      int node = i < before ? backward.get(i) : forward.get(i - before);
      moved[i] = ((long) place[node] << 32) | node;
      places[i] = place[node];
    }
    Arrays.sort(moved, 0, before);
    Arrays.sort(moved, before, moved.length);
    Arrays.sort(places);
    for (int i = 0; i < moved.length; i++) {
      int node = (int) moved[i];
      place[node] = places[i];
      nodeAt[places[i]] = node;
    }
  }
}
