package meridian.participant;

import static meridian.participant.LeaderBench.SHARD;
import static meridian.participant.LeaderBench.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeMap;
import meridian.model.AbortReason;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Observed;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.Write;
import meridian.node.Effects;
import meridian.node.Now;
import meridian.paxos.Command;
import meridian.paxos.Decision;
import meridian.paxos.LogEntry;
import meridian.sim.Exhaustive;
import meridian.txn.Reading;
import org.junit.jupiter.api.Test;

/// Reads as of a timestamp, and the closing of the past that makes them final (rules 2.10, 2.11).
class SnapshotReadTest {
  private final LeaderBench bench = new LeaderBench();
  private long ids;

  private void read(Timestamp at, Reading.Mode mode, String first, String end) {
    Reading.Range range = new Reading.Range(KeyRange.of(Key.utf8(first), Key.utf8(end)), 0, false);
    bench.ask(new ParticipantMessage.ReadRequest(SHARD, 3, ++ids, List.of(range), mode, at));
  }

  private void read(Timestamp at) {
    read(at, Reading.Mode.NEAREST, "a", "d");
  }

  private Timestamp written(String key, String value) {
    Timestamp ts = bench.written(key, value);
    bench.pass(2_000);
    return ts;
  }

  private List<String> rows() {
    return rows(bench.takeOne(CoordinatorMessage.ReadReply.class));
  }

  private static List<String> rows(CoordinatorMessage.ReadReply reply) {
    return reply.pages().stream()
        .flatMap(page -> page.rows().stream())
        .map(row -> row.key() + "=" + row.value().toUtf8())
        .toList();
  }

  private int replies() {
    return bench.take(CoordinatorMessage.ReadReply.class).size();
  }

  /// Enough time for whatever has happened to be closed, and everybody hears of it.
  private void close() {
    bench.pass(1_000_000);
    bench.chooseAll();
    bench.sent.clear();
  }

  @Test
  void aSnapshotShowsWhatWasThereAtItsTimestampWhateverCameLater() {
    Timestamp one = written("a", "1");
    Timestamp two = written("b", "1");
    Timestamp three = written("a", "2");
    bench.prepare(
        bench.part(bench.txn(), List.of(SHARD), List.of(), new Write.Delete(Key.utf8("b"))));
    bench.chooseAll();
    close();
    read(new Timestamp(one.packed() - 1));
    assertEquals(List.of(), rows());
    read(one);
    assertEquals(List.of("a=1"), rows());
    read(two);
    assertEquals(List.of("a=1", "b=1"), rows());
    read(three);
    assertEquals(List.of("a=2", "b=1"), rows());
    read(three.plusMillis(100));
    assertEquals(List.of("a=2"), rows());
  }

  /// T22: what is not closed by a chosen entry may yet get a version in the past.
  @Test
  void aSnapshotWaitsUntilALimitAtOrAboveItIsApplied() {
    Timestamp written = bench.written("a", "1");
    read(written);
    assertEquals(0, replies());
    bench.pass(1_000_000);
    assertTrue(bench.log().get(bench.log().slotLast()).command() instanceof Command.TsLimit);
    assertEquals(0, replies(), "a limit that is not chosen");
    bench.chooseAll();
    assertEquals(List.of("a=1"), rows());
  }

  @Test
  void theLeaderClosesThePastAtOnceForWhoeverWaitsButNeverTheFuture() {
    Timestamp now = bench.clock();
    read(now, Reading.Mode.LEADER, "a", "d");
    bench.tick();
    var limit = (Command.TsLimit) bench.log().get(bench.log().slotLast()).command();
    assertEquals(now, limit.limit());
    bench.chooseAll();
    assertEquals(1, replies());

    long slots = bench.log().slotLast();
    read(bench.clock().plusMillis(1_000), Reading.Mode.LEADER, "a", "d");
    bench.tick();
    assertEquals(slots, bench.log().slotLast());
  }

  /// T21: cts may yet be at or below the snapshot where the vote is; above, it cannot.
  @Test
  void aSnapshotWaitsForWhatIsUndecidedAtOrBelowItAmongWhatItReadsAndForNothingElse() {
    Exhaustive.forEveryChoice(
        given -> {
          SnapshotReadTest test = new SnapshotReadTest();
          LeaderBench bench = test.bench;
          String key = given.pick("b", "x");
          boolean commits = given.flip();
          boolean later = given.flip();
          TxnId txn = bench.txn();
          bench.prepared(txn, List.of(), put(key, "1"));
          Timestamp voted = bench.ts(txn);
          test.close();
          Timestamp at = later ? new Timestamp(voted.packed() - 1) : voted;
          test.read(at);
          boolean waits = key.equals("b") && !later;
          assertEquals(waits ? 0 : 1, test.replies());
          if (waits) {
            Decision abort =
                new Decision.Abort(AbortReason.of(AbortReason.Kind.RECOVERED, "for a test"));
            bench.decide(txn, commits ? new Decision.Commit(voted) : abort);
            assertEquals(0, test.replies(), "a decision that is not chosen");
            bench.chooseAll();
            assertEquals(commits ? List.of("b=1") : List.of(), test.rows());
          }
        });
  }

  /// What is applied is never taken back, so it does not matter who leads.
  @Test
  void aReplicaThatLeadsNoMoreGoesOnServingWhatIsClosed() {
    Timestamp written = bench.written("a", "1");
    close();
    bench.depose();
    bench.sent.clear();
    read(written);
    assertEquals(List.of("a=1"), rows());
    read(bench.clock(), Reading.Mode.LEADER, "a", "d");
    bench.takeOne(CoordinatorMessage.NotLeader.class);
    read(bench.clock());
    bench.pass(2_000_000);
    assertEquals(0, replies(), "a deposed leader closes nothing");
  }

  /// T21: an old version that may have been collected is not guessed at.
  @Test
  void aSnapshotFromBeforeTheHorizonIsRefusedAndSaysFromWhenOnThereIsOne() {
    Timestamp written = bench.written("a", "1");
    close();
    Timestamp horizon = written.plusMillis(1);
    LogEntry collect =
        new LogEntry(
            bench.ledger().slot() + 1,
            bench.ballot(),
            new Command.Collect(Timestamp.ZERO, new TreeMap<>(), 1, horizon));
    bench.replica().participant().apply(collect, new Now(0, 0), new Effects());
    read(written);
    assertEquals(horizon, bench.takeOne(CoordinatorMessage.ReadTooOld.class).horizon());
    read(horizon);
    assertEquals(List.of("a=1"), rows());
  }

  /// 2.10: "lag < 1 s + one-way delay", on a shard where nothing happens too.
  @Test
  void anIdleShardIsClosedAgainAndAgainBehindTheClock() {
    for (int i = 0; i < 20; i++) {
      bench.pass(400_000);
      bench.chooseAll();
      long lag = bench.clock().millis() - bench.ledger().tsLimit().millis();
      assertTrue(lag <= 800, () -> "closed " + lag + " ms ago");
      assertTrue(lag >= Settings.DEFAULT.closedLagMillis(), () -> "closed " + lag + " ms ago");
    }
  }

  @Test
  void aLimitIsLoggedOnceAnInterval() {
    long before = bench.log().slotLast();
    for (int i = 0; i < 300; i++) {
      bench.pass(10_000);
    }
    long logged = bench.log().slotLast() - before;
    long interval = Settings.DEFAULT.closeMicros();
    assertTrue(logged <= 3_000_000 / interval + 1, () -> "logged " + logged + " limits");
  }

  /// S1: a page of the past names a slot at which it was the present.
  @Test
  void whatWasReadInThePastIsValidOnlyIfNothingHasChangedItSince() {
    for (boolean changes : new boolean[] {false, true}) {
      SnapshotReadTest test = new SnapshotReadTest();
      Timestamp one = test.written("a", "1");
      if (changes) {
        test.bench.written("b", "1");
      }
      test.close();
      test.read(one);
      var page = test.bench.takeOne(CoordinatorMessage.ReadReply.class).pages().getFirst();
      TxnId txn = test.bench.txn();
      Observed seen = new Observed(page.covered(), page.slot());
      test.bench.prepare(test.bench.part(txn, List.of(seen), put("c", "1")));
      assertEquals(changes, test.bench.refusal(txn).isPresent());
    }
  }

  /// P5: the rows of a snapshot that is being received show some of what comes later.
  @Test
  void aSnapshotWaitsWhileTheStateIsBeingPiecedTogether() {
    Timestamp written = bench.written("a", "1");
    read(written);
    bench.ledger().pieceTogether(bench.ledger().slot() + 3);
    bench.pass(400_000);
    bench.chooseAll();
    assertFalse(written.isAfter(bench.ledger().tsLimit()));
    assertFalse(bench.ledger().isWhole());
    assertEquals(0, replies());
    bench.pass(2_000_000);
    bench.chooseAll();
    assertEquals(List.of("a=1"), rows());
  }

  @Test
  void aSnapshotWaitsInVainForFiveSecondsAtMost() {
    bench.prepared(bench.txn(), List.of(), put("b", "1"));
    close();
    read(bench.ledger().tsLimit());
    bench.pass(6_000_000);
    assertEquals(1, bench.take(CoordinatorMessage.ReadRefused.class).size());
  }
}
