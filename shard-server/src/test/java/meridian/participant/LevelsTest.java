package meridian.participant;

import static meridian.participant.LeaderBench.COORDINATOR;
import static meridian.participant.LeaderBench.ELSEWHERE;
import static meridian.participant.LeaderBench.SHARD;
import static meridian.participant.LeaderBench.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeMap;
import meridian.model.AbortReason;
import meridian.model.Isolation;
import meridian.model.Key;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.model.Write;
import meridian.node.Effects;
import meridian.node.Now;
import meridian.paxos.Command;
import meridian.paxos.LogEntry;
import meridian.sim.Exhaustive;
import org.junit.jupiter.api.Test;

/// What each level has a participant validate (rule S4).
class LevelsTest {
  private final LeaderBench bench = new LeaderBench();

  private TxnPart part(Isolation level, Timestamp snapshot, Timestamp ts, Write write) {
    return TxnPart.of(
        bench.txn(),
        SHARD,
        ts,
        bench.clock().plusMillis(10_000),
        COORDINATOR,
        List.of(SHARD, ELSEWHERE),
        level,
        snapshot,
        List.of(),
        List.of(write));
  }

  /// "No version of WS with cts > r": the first to commit wins, whoever reads what.
  @Test
  void aSnapshotTransactionIsRefusedIfWhatItWritesWasWrittenSinceItsSnapshot() {
    Exhaustive.forEveryChoice(
        given -> {
          LevelsTest test = new LevelsTest();
          Timestamp before = test.bench.written("a", "1");
          boolean overwritten = given.flip();
          boolean chosen = given.flip();
          Isolation level = given.pick(Isolation.SNAPSHOT, Isolation.PARALLEL_SNAPSHOT);
          String other = overwritten ? "a" : "b";
          TxnId writer = test.bench.txn();
          test.bench.prepare(test.bench.part(writer, List.of(SHARD), List.of(), put(other, "2")));
          if (chosen) {
            test.bench.chooseAll();
          }
          TxnPart part = test.part(level, before, test.bench.clock(), put("a", "3"));
          test.bench.prepare(part);
          assertEquals(!overwritten, test.bench.isPrepared(part.txn()));
          if (overwritten) {
            assertEquals(
                AbortReason.Kind.WRITE_CONFLICT,
                test.bench.refusal(part.txn()).orElseThrow().kind());
          }
        });
  }

  @Test
  void aDeletionSinceTheSnapshotIsAWriteToo() {
    Timestamp before = bench.written("a", "1");
    bench.prepare(
        bench.part(bench.txn(), List.of(SHARD), List.of(), new Write.Delete(Key.utf8("a"))));
    TxnPart part = part(Isolation.SNAPSHOT, before, bench.clock(), put("a", "3"));
    bench.prepare(part);
    assertFalse(bench.isPrepared(part.txn()));
  }

  /// A deletion before the horizon may have been collected: it cannot be told whether there was
  /// one.
  @Test
  void aSnapshotTransactionFromBeforeTheHorizonIsRefusedAsTooOld() {
    Timestamp horizon = bench.clock();
    LogEntry collect =
        new LogEntry(
            bench.ledger().slot() + 1,
            bench.ballot(),
            new Command.Collect(Timestamp.ZERO, new TreeMap<>(), 1, horizon));
    bench.replica().participant().apply(collect, new Now(0, 0), new Effects());
    for (boolean tooOld : new boolean[] {false, true}) {
      Timestamp snapshot = tooOld ? new Timestamp(horizon.packed() - 1) : horizon;
      TxnPart part = part(Isolation.SNAPSHOT, snapshot, bench.clock(), put("a" + tooOld, "1"));
      bench.prepare(part);
      assertEquals(!tooOld, bench.isPrepared(part.txn()));
      assertEquals(
          tooOld,
          bench.refusal(part.txn()).filter(r -> r.kind() == AbortReason.Kind.TOO_OLD).isPresent());
    }
  }

  /// Its own versions must not be part of what it has read.
  @Test
  void aSnapshotTransactionCommitsAboveItsSnapshot() {
    Timestamp snapshot = bench.clock().plusMillis(100);
    TxnPart part = part(Isolation.SNAPSHOT, snapshot, bench.clock(), put("a", "1"));
    bench.prepare(part);
    assertTrue(bench.ts(part.txn()).isAfter(snapshot));
  }

  @Test
  void whoeverReadsWhatIsCommittedOverwritesWhatOthersHaveWrittenSince() {
    bench.written("a", "1");
    TxnPart part = part(Isolation.READ_COMMITTED, Timestamp.ZERO, bench.clock(), put("a", "2"));
    bench.prepare(part);
    assertTrue(bench.isPrepared(part.txn()));
  }

  /// Every level locks what it writes: another's undecided write is in its way.
  @Test
  void everyLevelWaitsForOrGivesWayToAnUndecidedWriter() {
    for (Isolation level : Isolation.values()) {
      LevelsTest test = new LevelsTest();
      test.bench.prepared(test.bench.txn(), List.of(), put("a", "1"));
      TxnPart part = test.part(level, test.bench.clock(), test.bench.clock(), put("a", "2"));
      test.bench.prepare(part);
      assertEquals(
          AbortReason.Kind.LOCK_CONFLICT, test.bench.refusal(part.txn()).orElseThrow().kind());
    }
  }

  /// 2.1: what a transaction was promised is part of what it is.
  @Test
  void theSameIdWithAnotherLevelOrSnapshotIsOtherContent() {
    TxnPart part = part(Isolation.SNAPSHOT, bench.clock(), bench.clock(), put("a", "1"));
    bench.prepare(part);
    bench.sent.clear();
    bench.prepare(
        TxnPart.of(
            part.txn(),
            SHARD,
            part.ts(),
            part.deadline(),
            COORDINATOR,
            part.participants(),
            Isolation.SNAPSHOT,
            part.snapshot().next(),
            part.reads(),
            part.writes()));
    bench.takeOne(CoordinatorMessage.Busy.class);
  }
}
