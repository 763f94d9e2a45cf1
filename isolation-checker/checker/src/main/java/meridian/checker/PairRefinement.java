package meridian.checker;

import java.util.Arrays;

/// Finds the pairs of writes that spoil an order of starts and commits: between a write and one
/// that read it there is another write of the key or, for the snapshot levels, a write between the
/// start and the commit of a transaction that writes the same key.
final class PairRefinement implements Search.Refinement {
  private final Facts facts;
  private final PairTheory theory;
  private final Clauses clauses;
  private final Shape shape;

  /// By key: the last write so far.
  private final int[] current;

  /// By write: the current write of its key when its transaction started.
  private final int[] atStart;

  private boolean spoiled;
  private boolean added;

  PairRefinement(Facts facts, PairTheory theory, Clauses clauses, Shape shape) {
    this.facts = facts;
    this.theory = theory;
    this.clauses = clauses;
    this.shape = shape;
    this.current = new int[facts.history.keys()];
    this.atStart = new int[facts.writes()];
  }

  @Override
  public boolean refine(int[] order, CommitTests tests) {
    Arrays.fill(current, Facts.INITIAL);
    added = false;
    spoiled = false;
    for (int point : theory.order().order()) {
      int node = shape.split() ? point / 2 : point;
      if (node < facts.nodes && point == shape.start(node)) {
        start(node);
      }
      if (node < facts.nodes && point == shape.commit(node)) {
        commit(node);
      }
    }
    if (spoiled && !added) {
      throw new IllegalStateException("an order without wrong pairs fails its tests");
    }
    return added;
  }

  private void start(int node) {
    for (int read = facts.readFirst[node]; read < facts.readFirst[node + 1]; read++) {
      int now = current[facts.readKey[read]];
      if (shape.anti(node) && now != facts.readFrom[read]) {
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
      if (shape.snapshot(node) && now != atStart[write]) {
        question(now, write);
      }
      current[facts.writeKey[write]] = write;
    }
  }

  /// Makes the order of two writes a variable. One of them may be the initial state or both may be
  /// ordered already, if another pair in question spoils the order of these.
  private void question(int write, int other) {
    spoiled = true;
    if (write != Facts.INITIAL
        && other != Facts.INITIAL
        && write != other
        && theory.literal(write, other) < 0) {
      theory.define(clauses.addVariable(), write, other);
      added = true;
    }
  }
}
