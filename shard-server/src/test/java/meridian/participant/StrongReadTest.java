package meridian.participant;

import static meridian.participant.LeaderBench.COORDINATOR;
import static meridian.participant.LeaderBench.SHARD;
import static meridian.participant.LeaderBench.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.ShardId;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.paxos.Command;
import meridian.paxos.Decision;
import meridian.sim.Exhaustive;
import meridian.txn.Reading;
import org.junit.jupiter.api.Test;

/// Reads of one shard (rules 2.10 and 2.11).
class StrongReadTest {
  private final LeaderBench bench = new LeaderBench();
  private long ids;

  private void read(Reading.Mode mode, Reading.Range... ranges) {
    bench.ask(new ParticipantMessage.ReadRequest(SHARD, 3, ++ids, List.of(ranges), mode));
  }

  private static Reading.Range point(String key) {
    return Reading.Range.point(Key.utf8(key));
  }

  private static Reading.Range range(String first, String end, int limit, boolean reverse) {
    return new Reading.Range(KeyRange.of(Key.utf8(first), Key.utf8(end)), limit, reverse);
  }

  private List<CoordinatorMessage.ReadReply> replies() {
    return bench.take(CoordinatorMessage.ReadReply.class);
  }

  private CoordinatorMessage.ReadReply reply() {
    return bench.takeOne(CoordinatorMessage.ReadReply.class);
  }

  private static List<String> rows(CoordinatorMessage.ReadReply reply) {
    return reply.pages().stream()
        .flatMap(page -> page.rows().stream())
        .map(row -> row.key() + "=" + row.value().toUtf8())
        .toList();
  }

  @Test
  void aStrongReadIsAnsweredOnlyAfterAMajorityHasConfirmedTheLeaderSinceItBegan() {
    bench.written("a", "1");
    bench.confirm();
    read(Reading.Mode.STRONG, point("a"));
    assertEquals(List.of(), replies());
    bench.confirm();
    var reply = reply();
    assertTrue(reply.strong());
    assertEquals(List.of("a=1"), rows(reply));
  }

  @Test
  void anAnswerToAnEarlierQuestionDoesNotConfirmALaterRead() {
    bench.written("a", "1");
    read(Reading.Mode.STRONG, point("a"));
    read(Reading.Mode.STRONG, point("b"));
    bench.from(
        LeaderBench.PEER, new meridian.paxos.PaxosMessage.Accepted(SHARD, bench.ballot(), 0, 1));
    assertEquals(1, replies().size());
    bench.confirm();
    assertEquals(1, replies().size());
  }

  /// T20: whatever may have been acknowledged to somebody is waited for.
  @Test
  void aStrongReadWaitsForEveryWriteInItsWayThatIsUndecidedOrNotApplied() {
    Exhaustive.forEveryChoice(
        given -> {
          StrongReadTest test = new StrongReadTest();
          LeaderBench bench = test.bench;
          String key = given.pick("a", "b", "c");
          boolean inTheWay = key.equals("b");
          TxnId txn = bench.txn();
          boolean onePhase = given.flip();
          if (onePhase) {
            bench.prepare(bench.part(txn, List.of(SHARD), List.of(), put(key, "1")));
          } else {
            bench.prepare(bench.part(txn, List.of(), put(key, "1")));
          }
          test.read(Reading.Mode.STRONG, range("b", "c", 0, false));
          bench.confirm();
          assertEquals(inTheWay ? 0 : 1, test.replies().size());
          bench.chooseAll();
          if (!onePhase) {
            assertEquals(0, test.replies().size(), "a prepared write is not waited for");
            bench.decide(txn, new Decision.Commit(bench.ts(txn)));
            assertEquals(0, test.replies().size(), "a decision that is not chosen is not enough");
            bench.chooseAll();
          }
          List<CoordinatorMessage.ReadReply> answered = test.replies();
          assertEquals(inTheWay ? 1 : 0, answered.size());
          if (inTheWay) {
            assertEquals(List.of("b=1"), rows(answered.getFirst()));
          }
        });
  }

  @Test
  void aLeaderWithTooManyReadsWaitingSendsTheNextBackAtOnce() {
    LeaderBench scarce =
        new LeaderBench(
            new Settings(1_000_000, 600_000, 10_000_000, 500, 300_000, 90_000, 2_000, 1, 1_000));
    List<Reading.Range> ranges = List.of(point("a"));
    for (long id = 1; id <= 2; id++) {
      scarce.ask(new ParticipantMessage.ReadRequest(SHARD, 3, id, ranges, Reading.Mode.STRONG));
    }
    var refused = scarce.takeOne(CoordinatorMessage.ReadRefused.class);
    assertEquals(2, refused.id());
    scarce.confirm();
    assertEquals(1, scarce.takeOne(CoordinatorMessage.ReadReply.class).id());
  }

  @Test
  void aReaderInTheLogIsInNobodysWay() {
    bench.prepared(bench.txn(), List.of(bench.sees("a")));
    read(Reading.Mode.STRONG, point("a"));
    bench.confirm();
    assertTrue(reply().strong());
  }

  /// 2.11: the next leader must not give a later write a timestamp below what was shown together.
  @Test
  void aStrongReadOfSeveralKeysIsStrongOnlyUnderAChosenTsLimit() {
    bench.written("a", "1");
    bench.written("b", "1");
    read(Reading.Mode.STRONG, range("a", "c", 0, false));
    bench.confirm();
    var weak = reply();
    assertFalse(weak.strong());
    assertEquals(List.of("a=1", "b=1"), rows(weak));

    bench.pass(2_000_000);
    assertTrue(
        bench.log().get(bench.log().slotLast()).command() instanceof Command.TsLimit,
        "nobody logs the limit that is wanted");
    read(Reading.Mode.STRONG, range("a", "c", 0, false));
    bench.confirm();
    assertFalse(reply().strong(), "a limit that is not chosen");

    bench.chooseAll();
    read(Reading.Mode.STRONG, range("a", "c", 0, false));
    bench.confirm();
    assertTrue(reply().strong());
  }

  @Test
  void aDeletionCountsAmongTheVersionsThatMustLieUnderTheLimit() {
    bench.prepare(
        bench.part(
            bench.txn(),
            List.of(SHARD),
            List.of(),
            new meridian.model.Write.Delete(Key.utf8("a"))));
    bench.chooseAll();
    read(Reading.Mode.STRONG, range("a", "c", 0, false));
    bench.confirm();
    assertFalse(reply().strong());
  }

  /// 2.10.
  @Test
  void aTsLimitTrailsTheClockAndEveryLaterWriteIsAboveIt() {
    bench.written("a", "1");
    read(Reading.Mode.STRONG, range("a", "c", 0, false));
    bench.confirm();
    bench.pass(2_000_000);
    var limit = (Command.TsLimit) bench.log().get(bench.log().slotLast()).command();
    long lag = Settings.DEFAULT.closedLagMillis();
    assertFalse(limit.limit().isAfter(bench.clock().minusMillis(lag)));

    TxnId txn = bench.txn();
    var late = limit.limit().minusMillis(100);
    bench.prepare(
        meridian.model.TxnPart.of(
            txn,
            SHARD,
            late,
            bench.clock().plusMillis(9_000),
            COORDINATOR,
            List.of(SHARD, LeaderBench.ELSEWHERE),
            List.of(),
            List.of(put("b", "1"))));
    assertTrue(bench.ts(txn).isAfter(limit.limit()));
  }

  @Test
  void aDeposedLeaderAnswersNoStrongReadAndSendsThoseWhoWaitElsewhere() {
    bench.written("a", "1");
    read(Reading.Mode.STRONG, point("a"));
    bench.depose();
    bench.confirm();
    assertEquals(List.of(), replies());
    bench.takeOne(CoordinatorMessage.NotLeader.class);
    read(Reading.Mode.STRONG, point("a"));
    bench.takeOne(CoordinatorMessage.NotLeader.class);
  }

  /// B3: until its barrier is chosen a new leader does not know what is.
  @Test
  void aNewLeaderAnswersNoStrongReadBeforeItsBarrierIsChosen() {
    bench.written("a", "1");
    bench.depose();
    bench.leadAgain();
    read(Reading.Mode.STRONG, point("a"));
    bench.confirm();
    assertEquals(List.of(), replies());
    bench.chooseAll();
    bench.confirm();
    assertEquals(List.of("a=1"), rows(reply()));
  }

  @Test
  void aReadNearByShowsOnlyWhatIsAppliedAndSaysAsOfWhichSlot() {
    bench.written("a", "1");
    long slot = bench.ledger().slot();
    bench.prepare(bench.part(bench.txn(), List.of(SHARD), List.of(), put("a", "2")));
    read(Reading.Mode.NEAREST, point("a"));
    var reply = reply();
    assertFalse(reply.strong());
    assertEquals(List.of("a=1"), rows(reply));
    assertEquals(slot, reply.pages().getFirst().slot());
  }

  /// S1: a page speaks for the interval that it covered, and for no more.
  @Test
  void aPageEndsAtTheLastKeyReturnedWhenALimitEndsIt() {
    for (String key : List.of("b", "d", "f")) {
      bench.written(key, "1");
    }
    read(Reading.Mode.NEAREST, range("a", "h", 2, false));
    var forward = reply().pages().getFirst();
    assertEquals(KeyRange.of(Key.utf8("a"), Key.utf8("d").next()), forward.covered());
    assertEquals(KeyRange.of(Key.utf8("d").next(), Key.utf8("h")), forward.rest().orElseThrow());

    read(Reading.Mode.NEAREST, range("a", "h", 2, true));
    var reverse = reply();
    assertEquals(List.of("f=1", "d=1"), rows(reverse));
    assertEquals(KeyRange.of(Key.utf8("d"), Key.utf8("h")), reverse.pages().getFirst().covered());
    assertEquals(
        KeyRange.of(Key.utf8("a"), Key.utf8("d")), reverse.pages().getFirst().rest().orElseThrow());

    read(Reading.Mode.NEAREST, range("a", "h", 3, false));
    read(Reading.Mode.NEAREST, range("a", "h", 4, false));
    var last = replies().getLast().pages().getFirst();
    assertEquals(KeyRange.of(Key.utf8("a"), Key.utf8("h")), last.covered());
    assertTrue(last.rest().isEmpty());
  }

  @Test
  void keysOfOtherShardsAndOtherGenerationsAreNotAnswered() {
    read(Reading.Mode.NEAREST, point("z"));
    bench.ask(
        new ParticipantMessage.ReadRequest(
            SHARD, 2, 99, List.of(point("a")), Reading.Mode.NEAREST));
    assertEquals(2, bench.take(CoordinatorMessage.ReadRefused.class).size());
    assertEquals(List.of(), replies());
  }

  /// Whoever asks looks elsewhere at once, rather than when its patience ends.
  @Test
  void aShardThatIsNotHereIsDeclined() {
    ShardId unknown = new ShardId(9);
    bench.ask(
        new ParticipantMessage.ReadRequest(
            unknown, 3, 7, List.of(point("a")), Reading.Mode.NEAREST));
    assertEquals(7, bench.takeOne(CoordinatorMessage.ReadRefused.class).id());
    TxnId txn = bench.txn();
    bench.ask(
        new ParticipantMessage.PrepareTxn(
            TxnPart.of(
                txn,
                unknown,
                bench.clock(),
                bench.clock().plusMillis(10_000),
                COORDINATOR,
                List.of(unknown),
                List.of(),
                List.of(put("a", "1")))));
    assertEquals(Optional.of(txn), bench.takeOne(CoordinatorMessage.NotLeader.class).txn());
  }

  @Test
  void aReplyToManyQuestionsEndsWhenItIsLargeEnough() {
    String large = "v".repeat(300_000);
    List<String> keys = List.of("a", "b", "c", "d", "e");
    keys.forEach(key -> bench.written(key, large));
    read(Reading.Mode.NEAREST, keys.stream().map(k -> point(k)).toArray(Reading.Range[]::new));
    assertEquals(2, reply().pages().size());
  }
}
