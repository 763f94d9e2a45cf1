package meridian.checker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// Transactions that ask for different levels, and whether one execution can give each its own.
class AskedTest {
  private static void asked(String verdict, HistoryBuilder builder) {
    var report = Proofs.check(builder);
    assertEquals(verdict, report.asked().map(Verdict::label).orElse("nobody asked"));
  }

  private static HistoryBuilder begin(HistoryBuilder builder, String name, Level level) {
    return builder.begin(name, name.charAt(0), History.NEVER_BEFORE).asking(level);
  }

  private static HistoryBuilder skew(Level first, Level second) {
    var builder = new HistoryBuilder();
    begin(builder, "a", first).readAbsent("x").readAbsent("y").write("x", 1).commit(1);
    begin(builder, "b", second).readAbsent("x").readAbsent("y").write("y", 1).commit(1);
    return builder;
  }

  @Test
  void writeSkewNeedsTwoWhoWantNone() {
    asked("violated", skew(Level.SERIALIZABLE, Level.SERIALIZABLE));
    asked("holds", skew(Level.SERIALIZABLE, Level.SNAPSHOT));
    asked("holds", skew(Level.READ_COMMITTED, Level.SERIALIZABLE));
  }

  @Test
  void nobodyIsAskedWhoNamesNothing() {
    var builder = new HistoryBuilder();
    builder.begin("t", 1, 0).read("x", 7).commit(1);
    asked("nobody asked", builder);
  }

  @Test
  void aDirtyReadIsWhatReadUncommittedAsksFor() {
    var builder = new HistoryBuilder();
    begin(builder, "a", Level.SERIALIZABLE).write("x", 1).abort(1);
    begin(builder, "b", Level.READ_UNCOMMITTED).read("x", 1).write("y", 1).commit(1);
    begin(builder, "c", Level.SERIALIZABLE).read("y", 1).readAbsent("x").commit(1);
    asked("holds", builder);
    begin(builder, "d", Level.READ_COMMITTED).read("x", 1).commit(1);
    asked("violated", builder);
  }

  @Test
  void aLostUpdateIsOneForWhoeverWantsSnapshots() {
    for (var other : Level.weakestFirst()) {
      var builder = new HistoryBuilder();
      begin(builder, "a", Level.SNAPSHOT).readAbsent("x").write("x", 1).commit(1);
      begin(builder, "b", other).readAbsent("x").write("x", 2).commit(1);
      // The first can be first, unless the second may not overwrite what it did not see.
      asked(other.implies(Level.PARALLEL_SNAPSHOT) ? "violated" : "holds", builder);
    }
  }

  @Test
  void aCauseCountsEvenIfThoseBetweenDoNotAskForIt() {
    var builder = new HistoryBuilder();
    begin(builder, "a", Level.READ_COMMITTED).write("x", 1).commit(1);
    begin(builder, "a", Level.READ_COMMITTED).write("y", 1).commit(1);
    begin(builder, "b", Level.CAUSAL).read("y", 1).readAbsent("x").commit(1);
    asked("violated", builder);
    var weaker = new HistoryBuilder();
    begin(weaker, "a", Level.SERIALIZABLE).write("x", 1).commit(1);
    begin(weaker, "a", Level.SERIALIZABLE).write("y", 1).commit(1);
    begin(weaker, "b", Level.SERIALIZABLE).read("y", 1).readAbsent("x").commit(1);
    asked("holds", weaker);
  }

  @Test
  void aTransactionOfUnknownOutcomeThatWasReadMustGetItsLevelToo() {
    var builder = new HistoryBuilder();
    begin(builder, "a", Level.SERIALIZABLE).readAbsent("x").write("x", 1).commit(1);
    begin(builder, "b", Level.SERIALIZABLE).readAbsent("x").write("x", 2).write("y", 1).unknown();
    asked("holds", builder);
    begin(builder, "c", Level.READ_COMMITTED).read("y", 1).commit(1);
    asked("violated", builder);
  }
}
