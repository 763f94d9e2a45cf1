package meridian.checker;

import java.util.Arrays;

/// Makes a guess for parallel snapshot isolation better, without proving anything: the order
/// respects what must be, reads and the order of lists, and beyond that, wherever a transaction
/// read a version that another replaced before it, one of the two is moved, if nothing stands
/// against it. A level that tolerates such reads only now and then is searched much faster from
/// there.
final class SoftGuess {
  private static final int ROUNDS = 40;

  private final Facts facts;
  private final int[] guess;
  private final DynamicOrder order;

  SoftGuess(Facts facts, RealTime time, int[] guess) {
    this.facts = facts;
    this.guess = guess;
    var shape = Shape.of(Level.PARALLEL_SNAPSHOT);
    var known = Dependencies.of(facts, time, shape).build();
    var priority = new int[known.nodes];
    Arrays.fill(priority, -1);
    for (int at = 0; at < guess.length; at++) {
      priority[guess[at]] = at;
    }
    var sorted = known.topological(priority);
    this.order = new DynamicOrder(known, sorted.length == known.nodes ? sorted : new int[0]);
  }

  int[] improved() {
    boolean moved = order.order().length > 0;
    for (int round = 0; moved && round < ROUNDS; round++) {
      moved = moveStaleReads();
    }
    var nodes = Arrays.stream(order.order()).filter(node -> node < facts.nodes).toArray();
    return nodes.length == facts.nodes ? nodes : guess;
  }

  private boolean moveStaleReads() {
    var current = new int[facts.history.keys()];
    Arrays.fill(current, Facts.INITIAL);
    boolean moved = false;
    for (int node : order.order().clone()) {
      for (int read = start(node); read < end(node); read++) {
        int now = current[facts.readKey[read]];
        if (now != facts.readFrom[read] && now != Facts.INITIAL) {
          moved |= move(node, facts.writeNode[now], facts.readNode(read));
        }
      }
      for (int write = first(node); write < last(node); write++) {
        current[facts.writeKey[write]] = write;
      }
    }
    return moved;
  }

  // Helper nodes of the graph read and write nothing.

  private int start(int node) {
    return node < facts.nodes ? facts.readFirst[node] : 0;
  }

  private int end(int node) {
    return node < facts.nodes ? facts.readFirst[node + 1] : 0;
  }

  private int first(int node) {
    return node < facts.nodes ? facts.writeFirst[node] : 0;
  }

  private int last(int node) {
    return node < facts.nodes ? facts.writeFirst[node + 1] : 0;
  }

  /// Puts a reader before who replaced what it read or, failing that, that one before its writer.
  private boolean move(int reader, int replacing, int writer) {
    if (reader == replacing || order.place[reader] < order.place[replacing]) {
      return false;
    }
    return order.add(reader, replacing).length == 0
        || (writer >= 0 && writer != replacing && order.add(replacing, writer).length == 0);
  }
}
