package meridian.checker;

import java.util.Arrays;

/// Finds the pairs of writes that spoil an order of starts and commits: between a write and one
/// that read it there is another write of the key or, for the snapshot levels, a write between the
/// start and the commit of a transaction that writes the same key.
final class PairRefinement implements Search.Refinement {
  private final Facts facts;
  private final PairTheory theory;
  private final Clauses clauses;
  private final boolean split;

  /// By key: the last write so far.
  private final int[] current;

  /// By write: the current write of its key when its transaction started.
  private final int[] atStart;

  private boolean added;

  PairRefinement(Facts facts, PairTheory theory, Clauses clauses, boolean split) {
    this.facts = facts;
    this.theory = theory;
    this.clauses = clauses;
    this.split = split;
    this.current = new int[facts.history.keys()];
    this.atStart = new int[facts.writes()];
  }

  @Override
  public boolean refine(int[] order, CommitTests tests) {
    Arrays.fill(current, Facts.INITIAL);
    added = false;
    var sorted = theory.order().order();
    for (int point : sorted) {
      if (!split && point < facts.nodes) {
        start(point);
        commit(point);
      } else if (split && point < 2 * facts.nodes) {
        if (point % 2 == 0) {
          start(point / 2);
        } else {
          commit(point / 2);
        }
      }
    }
    if (!added) {
      throw new IllegalStateException("an order without wrong pairs fails its tests");
    }
    return true;
  }

  private void start(int node) {
    for (int read = facts.readFirst[node]; read < facts.readFirst[node + 1]; read++) {
      int now = current[facts.readKey[read]];
      if (now != facts.readFrom[read]) {
        question(facts.readFrom[read], now);
      }
    }
    for (int write = facts.writeFirst[node]; write < facts.writeFirst[node + 1]; write++) {
      atStart[write] = current[facts.writeKey[write]];
    }
  }

  private void commit(int node) {
    for (int write = facts.writeFirst[node]; write < facts.writeFirst[node + 1]; write++) {
      int now = current[facts.writeKey[write]];
      if (now != atStart[write]) {
        question(now, write);
      }
      current[facts.writeKey[write]] = write;
    }
  }

  /// Makes the order of two writes a variable. One of them may be the initial state or both may be
  /// ordered already, if another pair in question spoils the order of these.
  private void question(int write, int other) {
    if (write != Facts.INITIAL
        && other != Facts.INITIAL
        && write != other
        && theory.literal(write, other) < 0) {
      theory.define(clauses.addVariable(), write, other);
      added = true;
    }
  }
}
