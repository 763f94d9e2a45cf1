package meridian.checker;

import java.util.Arrays;

/// Evaluates one execution: which levels' tests do all of its transactions pass?
///
/// States are numbered: state 0 is the initial one, state p + 1 is the one after the transaction at
/// position p, whose parent state is state p. The read states of a read are an interval: from the
/// state that its writer made to the one before the next write to the key, or the parent state. Of
/// the complete states the latest is the best snapshot, so nothing is searched for, and one pass
/// over the operations decides every level but the two with a transitive closure.
final class CommitTests {
  private final Facts facts;

  /// By node: its place in the execution.
  final int[] position;

  /// By write: the position of the next write to its key in the execution.
  final int[] next;

  /// By key: the last write so far, or INITIAL.
  private final int[] current;

  /// By key: the first write in the execution, as `next` of the initial state.
  final int[] nextOfInitial;

  /// By node: the latest state that is a snapshot, or -1.
  final int[] snapshot;

  boolean readsCommitted = true;
  boolean snapshots = true;
  boolean sessionSnapshots = true;
  boolean strongSnapshots = true;
  boolean serial = true;
  boolean sessionsInOrder = true;
  boolean realTimeInOrder = true;

  private CommitTests(Facts facts, int[] order) {
    this.facts = facts;
    this.position = new int[facts.nodes];
    this.next = new int[facts.writes()];
    this.current = new int[facts.history.keys()];
    this.nextOfInitial = new int[facts.history.keys()];
    this.snapshot = new int[facts.nodes];
    for (int at = 0; at < order.length; at++) {
      position[order[at]] = at;
    }
    Arrays.fill(next, Integer.MAX_VALUE);
    Arrays.fill(nextOfInitial, Integer.MAX_VALUE);
    Arrays.fill(current, Facts.INITIAL);
  }

  /// Evaluates all tests but those of read atomic, causal and parallel snapshot.
  static CommitTests of(Facts facts, RealTime time, int[] order) {
    var tests = new CommitTests(facts, order);
    var latest = time.latestBefore(tests.position);
    for (int node : order) {
      tests.visit(node, latest[node] + 1);
    }
    return tests;
  }

  boolean passes(Level level) {
    return switch (level) {
      case READ_UNCOMMITTED -> true;
      case READ_COMMITTED -> readsCommitted;
      case READ_ATOMIC, PARALLEL_SNAPSHOT -> readsCommitted && (serial || snapshots);
      case CAUSAL -> sessionsInOrder && (sessionSnapshots || (serial && readsCommitted));
      case SNAPSHOT -> snapshots;
      case SESSION_SNAPSHOT -> sessionSnapshots;
      case STRONG_SNAPSHOT -> strongSnapshots;
      case SERIALIZABLE -> serial;
      case SESSION_SERIALIZABLE -> serial && sessionsInOrder;
      case STRICT_SERIALIZABLE -> serial && sessionsInOrder && realTimeInOrder;
    };
  }

  /// The position after which nobody may have replaced what a read saw.
  int nextAfter(int read) {
    int from = facts.readFrom[read];
    return from == Facts.INITIAL ? nextOfInitial[facts.readKey[read]] : next[from];
  }

  /// The state that a read's writer made.
  int firstReadState(int read) {
    int from = facts.readFrom[read];
    return from == Facts.INITIAL ? 0 : position[facts.writeNode[from]] + 1;
  }

  private void visit(int node, int realTimeState) {
    int parent = position[node];
    int earliest = 0;
    int latest = parent;
    for (int read = facts.readFirst[node]; read < facts.readFirst[node + 1]; read++) {
      int made = firstReadState(read);
      readsCommitted &= made <= parent;
      serial &= facts.readFrom[read] == current[facts.readKey[read]];
      earliest = Math.max(earliest, made);
      latest = Math.min(latest, nextAfter(read));
    }
    for (int write = facts.writeFirst[node]; write < facts.writeFirst[node + 1]; write++) {
      earliest = Math.max(earliest, apply(write, parent));
    }
    int session = facts.before[node] < 0 ? 0 : position[facts.before[node]] + 1;
    sessionsInOrder &= session <= parent;
    realTimeInOrder &= realTimeState <= parent;
    snapshots &= earliest <= latest;
    sessionSnapshots &= Math.max(earliest, session) <= latest;
    strongSnapshots &= Math.max(earliest, Math.max(session, realTimeState)) <= latest;
    snapshot[node] = latest;
  }

  /// Makes a write the current one of its key. Returns the state that the one before it made: a
  /// snapshot from before that would be a conflict.
  private int apply(int write, int at) {
    int key = facts.writeKey[write];
    int replaced = current[key];
    current[key] = write;
    inListOrder(write, replaced);
    if (replaced == Facts.INITIAL) {
      nextOfInitial[key] = at;
      return 0;
    }
    next[replaced] = at;
    return position[facts.writeNode[replaced]] + 1;
  }

  /// A list that was read as [a, b] is in no state if b was appended first, or something between.
  private void inListOrder(int write, int replaced) {
    var chain = facts.chain[facts.writeKey[write]];
    if (chain.length == 0) {
      return;
    }
    int index = facts.chainIndex[write];
    int expected =
        index == 0 ? Facts.INITIAL : index > 0 ? chain[index - 1] : chain[chain.length - 1];
    boolean inOrder =
        replaced == expected
            || (index < 0 && replaced != Facts.INITIAL && facts.chainIndex[replaced] < 0);
    if (!inOrder) {
      readsCommitted = false;
      snapshots = false;
      sessionSnapshots = false;
      strongSnapshots = false;
      serial = false;
    }
  }
}
