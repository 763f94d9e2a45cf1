package meridian.checker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/// One small history per anomaly, and exactly the levels that allow it.
class AnomaliesTest {
  private final HistoryBuilder history = new HistoryBuilder();

  private HistoryBuilder txn(String name, long session, long invoked) {
    return history.begin(name, session, invoked);
  }

  private void strongest(Level... levels) {
    assertEquals(List.of(levels), Proofs.check(history).strongest());
  }

  @Test
  void aSerialHistoryHasEveryLevel() {
    txn("t1", 1, 0).write("x", 1).append("l", 1).commit(1);
    txn("t2", 1, 2).read("x", 1).readList("l", 1).write("x", 2).commit(3);
    strongest(Level.STRICT_SERIALIZABLE);
  }

  @Test
  void anAbortedReadLeavesReadUncommitted() {
    txn("t1", 1, 0).write("x", 1).abort(9);
    txn("t2", 2, 0).read("x", 1).commit(9);
    strongest(Level.READ_UNCOMMITTED);
  }

  @Test
  void anIntermediateReadLeavesReadUncommitted() {
    txn("t1", 1, 0).write("x", 1).write("x", 2).commit(9);
    txn("t2", 2, 0).read("x", 1).commit(9);
    strongest(Level.READ_UNCOMMITTED);
  }

  @Test
  void circularInformationFlowLeavesReadUncommitted() {
    txn("t1", 1, 0).write("x", 1).read("y", 2).commit(9);
    txn("t2", 2, 0).write("y", 2).read("x", 1).commit(9);
    strongest(Level.READ_UNCOMMITTED);
  }

  @Test
  void writesSeenInOppositeOrdersLeaveReadUncommitted() {
    txn("t1", 1, 0).append("x", 1).append("y", 1).commit(9);
    txn("t2", 2, 0).append("x", 2).append("y", 2).commit(9);
    txn("t3", 3, 10).readList("x", 1, 2).readList("y", 2, 1).commit(19);
    strongest(Level.READ_UNCOMMITTED);
  }

  @Test
  void aFracturedReadLeavesReadCommitted() {
    txn("t1", 1, 0).write("x", 1).write("y", 1).commit(9);
    txn("t2", 2, 0).read("x", 1).readAbsent("y").commit(9);
    strongest(Level.READ_COMMITTED);
  }

  @Test
  void aLostUpdateLeavesCausal() {
    txn("t1", 1, 0).readAbsent("x").write("x", 1).commit(9);
    txn("t2", 2, 0).readAbsent("x").write("x", 2).commit(9);
    strongest(Level.CAUSAL);
  }

  @Test
  void aMissedCauseLeavesWhatHasNoSessions() {
    txn("t1", 1, 0).write("x", 1).commit(9);
    txn("t2", 1, 10).readAbsent("x").commit(19);
    strongest(Level.SERIALIZABLE);
  }

  @Test
  void aLongForkLeavesCausalAndParallelSnapshot() {
    txn("t1", 1, 0).write("x", 1).commit(9);
    txn("t2", 2, 0).write("y", 1).commit(9);
    txn("t3", 3, 0).read("x", 1).readAbsent("y").commit(9);
    txn("t4", 4, 0).readAbsent("x").read("y", 1).commit(9);
    strongest(Level.CAUSAL, Level.PARALLEL_SNAPSHOT);
  }

  @Test
  void writeSkewLeavesStrongSnapshot() {
    txn("t1", 1, 0).readAbsent("x").readAbsent("y").write("x", 1).commit(9);
    txn("t2", 2, 0).readAbsent("x").readAbsent("y").write("y", 1).commit(9);
    strongest(Level.STRONG_SNAPSHOT);
  }

  @Test
  void aStaleReadLeavesSessionSerializable() {
    txn("t1", 1, 0).write("x", 1).commit(9);
    txn("t2", 2, 10).readAbsent("x").commit(19);
    strongest(Level.SESSION_SERIALIZABLE);
  }

  @Test
  void aReadOfAnUnknownOutcomeShowsThatItCommitted() {
    txn("t1", 1, 0).write("x", 1).unknown();
    txn("t2", 2, 10).read("x", 1).commit(19);
    txn("t3", 3, 20).readAbsent("x").commit(29);
    strongest(Level.SESSION_SERIALIZABLE);
  }

  @Test
  void anUnknownOutcomeThatNobodySawChangesNothing() {
    txn("t1", 1, 0).write("x", 1).unknown();
    txn("t2", 2, 10).readAbsent("x").commit(19);
    strongest(Level.STRICT_SERIALIZABLE);
  }

  @Test
  void aTransactionMustReadItsOwnWritesUnlessToldOtherwise() {
    txn("t1", 1, 0).write("x", 1).commit(9);
    txn("t2", 2, 10).write("x", 2).read("x", 1).commit(19);
    strongest(Level.READ_UNCOMMITTED);
    var literal = Options.all().withInternalReads(false);
    assertEquals(
        List.of(Level.STRICT_SERIALIZABLE), Proofs.check(history.build(), literal).strongest());
  }

  @Test
  void commitTimestampsAreAHintAndNoProof() {
    txn("t1", 1, 0).timestamp(2).write("x", 1).commit(9);
    txn("t2", 2, 10).timestamp(1).read("x", 1).commit(19);
    strongest(Level.STRICT_SERIALIZABLE);
  }

  @Test
  void anExplanationNamesTheTransactionsAndTheReads() {
    txn("first", 1, 0).write("x", 1).commit(9);
    txn("second", 2, 10).readAbsent("x").commit(19);
    var told = Proofs.check(history).explain(Level.STRICT_SERIALIZABLE);
    assertTrue(told.contains("first completed before second was invoked"), told);
    assertTrue(told.contains("second did read(x) = nothing"), told);
  }

  @Test
  void severalWritersOfOneValueAreEachConsidered() {
    txn("t1", 1, 0).write("x", 1).write("y", 1).commit(9);
    txn("t2", 2, 10).write("x", 1).write("y", 2).commit(19);
    txn("t3", 3, 20).read("x", 1).read("y", 2).commit(29);
    strongest(Level.STRICT_SERIALIZABLE);
  }

  @Test
  void ifNoWriterOfAValueWillDoAllOfThemAreShown() {
    txn("t1", 1, 0).write("x", 1).write("y", 1).commit(9);
    txn("t2", 2, 0).write("x", 1).write("y", 2).commit(9);
    txn("t3", 3, 20).read("x", 1).readAbsent("y").commit(29);
    strongest(Level.READ_COMMITTED);
  }
}
