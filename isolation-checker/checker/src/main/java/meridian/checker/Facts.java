package meridian.checker;

import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;

/// What a history says once and for all, before any execution is considered: which transactions
/// count, what each wrote, and from whom each read.
///
/// *Nodes* are the transactions that count: the committed ones and those of unknown outcome whose
/// writes were read. *Writes* are pairs of a node and a key; several operations of a transaction on
/// a key are one write, as only the last is in any state. *Reads* are the external ones, from a
/// write of another transaction or from the initial state.
final class Facts {
  /// In place of a write: the initial state.
  static final int INITIAL = -1;

  final History history;
  int nodes;
  int[] txn = {};

  /// By transaction; -1 for those that do not count.
  int[] node = {};

  int[] writeFirst = {0};
  int[] writeKey = {};
  int[] writeNode = {};

  int[] readFirst = {0};
  int[] readKey = {};

  /// The write that was read, or INITIAL.
  int[] readFrom = {};

  int[] readOp = {};

  /// By key. The writes to a list that somebody saw, in the order in which they were seen. Empty
  /// for registers, whose order nobody sees.
  int[][] chain = {};

  /// By write: its place in the chain of its key, or -1.
  int[] chainIndex = {};

  /// By key: the read that shows the whole chain.
  int[] longestRead = {};

  /// By key: all writes, in the order of their nodes.
  int[] writesFirst = {0};

  int[] writes = {};

  /// By node: the node before it in its session, or -1. A transaction of unknown outcome may take
  /// effect late, so its session does not wait for it.
  int[] before = {};

  /// Why a read cannot be explained by any execution, if one cannot.
  Optional<Unreadable> unreadable = Optional.empty();

  /// Reads of values that several transactions wrote, whose writer was not given.
  List<Ambiguous> ambiguous = List.of();

  /// A read that several writes explain.
  record Ambiguous(int operation, List<Integer> writers) {}

  Facts(History history) {
    this.history = history;
  }

  int key(int write) {
    return writeKey[write];
  }

  int reads() {
    return readFirst[nodes];
  }

  int writes() {
    return writeFirst[nodes];
  }

  /// The write of a node to a key, or INITIAL if there is none.
  int writeOf(int node, int key) {
    for (int write = writeFirst[node]; write < writeFirst[node + 1]; write++) {
      if (writeKey[write] == key) {
        return write;
      }
    }
    return INITIAL;
  }

  /// The node whose write a read saw, or -1.
  int readNode(int read) {
    return readFrom[read] == INITIAL ? -1 : writeNode[readFrom[read]];
  }

  /// The transaction that a read saw a write of; -1 if it saw the initial state, or is no read.
  int source(int operation) {
    int reader = node[history.transactionOf(operation)];
    for (int read = readFirst[reader]; read < readFirst[reader + 1]; read++) {
      if (readOp[read] == operation && readFrom[read] != INITIAL) {
        return txn[readNode(read)];
      }
    }
    return -1;
  }

  /// What is left of these facts for some transactions: reads of what others wrote fall away.
  Facts restrictedTo(NavigableSet<Integer> kept) {
    var part = new Facts(history);
    part.nodes = kept.size();
    part.txn = kept.stream().mapToInt(i -> i).toArray();
    part.node = new int[node.length];
    Arrays.fill(part.node, -1);
    for (int at = 0; at < part.nodes; at++) {
      part.node[part.txn[at]] = at;
    }
    part.longestRead = longestRead;
    part.restrictWrites(this);
    part.restrictReads(this);
    part.before = new int[part.nodes];
    for (int at = 0; at < part.nodes; at++) {
      int earlier = before[node[part.txn[at]]];
      while (earlier >= 0 && part.node[txn[earlier]] < 0) {
        earlier = before[earlier];
      }
      part.before[at] = earlier < 0 ? -1 : part.node[txn[earlier]];
    }
    return part;
  }

  /// By write of the whole: its number in the part, or -1.
  private int[] kept = {};

  private void restrictWrites(Facts whole) {
    var keys = new IntList();
    var writers = new IntList();
    kept = new int[whole.writes()];
    Arrays.fill(kept, -1);
    writeFirst = new int[nodes + 1];
    for (int at = 0; at < nodes; at++) {
      int old = whole.node[txn[at]];
      for (int write = whole.writeFirst[old]; write < whole.writeFirst[old + 1]; write++) {
        kept[write] = keys.size();
        keys.add(whole.writeKey[write]);
        writers.add(at);
      }
      writeFirst[at + 1] = keys.size();
    }
    writeKey = keys.toArray();
    writeNode = writers.toArray();
    chainIndex = new int[writeKey.length];
    Arrays.fill(chainIndex, -1);
    chain = new int[whole.chain.length][];
    for (int key = 0; key < chain.length; key++) {
      chain[key] =
          Arrays.stream(whole.chain[key]).map(write -> kept[write]).filter(w -> w >= 0).toArray();
      for (int i = 0; i < chain[key].length; i++) {
        chainIndex[chain[key][i]] = i;
      }
    }
    groupWritesByKey();
  }

  void groupWritesByKey() {
    writesFirst = new int[history.keys() + 1];
    for (int key : writeKey) {
      writesFirst[key + 1]++;
    }
    for (int key = 0; key < history.keys(); key++) {
      writesFirst[key + 1] += writesFirst[key];
    }
    var next = writesFirst.clone();
    writes = new int[writeKey.length];
    for (int write = 0; write < writeKey.length; write++) {
      writes[next[writeKey[write]]++] = write;
    }
  }

  private void restrictReads(Facts whole) {
    var keys = new IntList();
    var from = new IntList();
    var ops = new IntList();
    readFirst = new int[nodes + 1];
    for (int at = 0; at < nodes; at++) {
      int old = whole.node[txn[at]];
      for (int read = whole.readFirst[old]; read < whole.readFirst[old + 1]; read++) {
        int source = whole.readFrom[read];
        if (source == INITIAL || kept[source] >= 0) {
          keys.add(whole.readKey[read]);
          from.add(source == INITIAL ? INITIAL : kept[source]);
          ops.add(whole.readOp[read]);
        }
      }
      readFirst[at + 1] = keys.size();
    }
    readKey = keys.toArray();
    readFrom = from.toArray();
    readOp = ops.toArray();
  }

  long invoked(int node) {
    return history.invoked(txn[node]);
  }

  long completed(int node) {
    return history.completed(txn[node]);
  }
}
