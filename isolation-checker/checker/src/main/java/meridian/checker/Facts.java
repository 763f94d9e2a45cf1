package meridian.checker;

import java.util.List;
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

  long invoked(int node) {
    return history.invoked(txn[node]);
  }

  long completed(int node) {
    return history.completed(txn[node]);
  }
}
