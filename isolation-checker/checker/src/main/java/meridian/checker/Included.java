package meridian.checker;

import java.util.ArrayDeque;
import java.util.Map;

/// Which transactions count: the committed ones and, of those with an unknown outcome, the ones
/// whose writes a transaction that counts has read.
///
/// Leaving out an unread one is safe in both directions: taking it out of an execution merges the
/// state after it with the one before, and every read state, complete state and absence of
/// conflicts survives that. So if there is an execution with it, there is one without.
final class Included {
  private final History history;
  private final Writers writers;
  private final boolean asked;
  private final Map<Integer, Integer> choices;
  private final boolean[] counts;
  private final ArrayDeque<Integer> unseen = new ArrayDeque<>();

  /// By key: how much of its spine has been looked at.
  private final int[] seenOfSpine;

  /// @param asked whether transactions that asked for read uncommitted tell nothing by their reads
  Included(History history, Writers writers, boolean asked, Map<Integer, Integer> choices) {
    this.history = history;
    this.writers = writers;
    this.asked = asked;
    this.choices = choices;
    this.counts = new boolean[history.transactions()];
    this.seenOfSpine = new int[history.keys()];
  }

  boolean[] find() {
    boolean allKnown = true;
    for (int txn = 0; txn < counts.length; txn++) {
      counts[txn] = history.outcome(txn) == Outcome.COMMITTED;
      allKnown &= history.outcome(txn) != Outcome.UNKNOWN;
    }
    if (!allKnown) {
      for (int txn = 0; txn < counts.length; txn++) {
        if (counts[txn]) {
          lookAtReads(txn);
        }
        while (!unseen.isEmpty()) {
          lookAtReads(unseen.remove());
        }
      }
    }
    return counts;
  }

  private void lookAtReads(int txn) {
    if (!Resolver.isTested(history, asked, txn)) {
      return;
    }
    for (int op = history.firstOperation(txn); op < history.endOfOperations(txn); op++) {
      switch (history.kind(op)) {
        case READ -> {
          Integer chosen = choices.get(op);
          if (chosen != null) {
            include(history.transactionOf(chosen));
          } else {
            includeWriters(history.key(op), history.value(op));
          }
        }
        case READ_LIST -> lookAtList(op);
        case APPEND, WRITE -> {}
      }
    }
  }

  private void lookAtList(int op) {
    var elements = history.elements(op);
    int key = history.key(op);
    int from = history.isOnSpine(op) ? seenOfSpine[key] : 0;
    for (int i = from; i < history.length(op); i++) {
      includeWriters(key, elements[i]);
    }
    if (history.isOnSpine(op)) {
      seenOfSpine[key] = Math.max(seenOfSpine[key], history.length(op));
    }
  }

  private void includeWriters(int key, long value) {
    for (int op = writers.of(key, value); op != Writers.NOBODY; op = writers.another(op)) {
      include(history.transactionOf(op));
    }
  }

  private void include(int txn) {
    if (!counts[txn] && history.outcome(txn) == Outcome.UNKNOWN) {
      counts[txn] = true;
      unseen.add(txn);
    }
  }
}
