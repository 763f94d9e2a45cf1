package meridian.coordinate;

import static meridian.coordinate.CoordinatorBench.A;
import static meridian.coordinate.CoordinatorBench.C;
import static meridian.coordinate.CoordinatorBench.CLIENT;
import static meridian.coordinate.CoordinatorBench.GENERATION;
import static meridian.coordinate.CoordinatorBench.HIGH;
import static meridian.coordinate.CoordinatorBench.LOW;
import static meridian.coordinate.CoordinatorBench.key;
import static meridian.coordinate.CoordinatorBench.yes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import meridian.model.AbortReason;
import meridian.model.KeyRange;
import meridian.model.Observed;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnPart;
import meridian.model.Value;
import meridian.participant.CoordinatorMessage;
import meridian.participant.ParticipantMessage;
import meridian.paxos.Ballot;
import meridian.paxos.Decision;
import meridian.sim.Exhaustive;
import meridian.txn.ClientMessage;
import meridian.txn.Reading;
import org.junit.jupiter.api.Test;

/// Strong reads of several shards in one round (rules 2.11 and C2).
class LockPointReadTest {
  private static final Ballot FIRST = new Ballot(1, A);
  private static final Ballot SECOND = new Ballot(2, C);

  private final CoordinatorBench bench = new CoordinatorBench();

  private void read(String... keys) {
    List<Reading.Range> ranges =
        List.of(keys).stream().map(text -> Reading.Range.point(key(text))).toList();
    bench.from(CLIENT, new ClientMessage.Read(1, ranges, Reading.Mode.STRONG, 3_000_000));
  }

  private void says(TxnPart part, Ballot ballot, long slot, String value) {
    List<Reading.Page> pages =
        part.reads().stream()
            .map(
                read ->
                    new Reading.Page(
                        part.shard(),
                        GENERATION,
                        slot,
                        read.range(),
                        List.of(
                            new Reading.Row(
                                read.range().start(), Value.utf8(value), new Timestamp(3))),
                        Optional.empty()))
            .toList();
    bench.from(A, new CoordinatorMessage.ReadAtVote(part.shard(), part.txn(), ballot, slot, pages));
  }

  private void proves(ShardId shard, Ballot ballot, CoordinatorMessage.Vote vote) {
    bench.voted(shard, A, ballot, vote);
    bench.voted(shard, C, ballot, vote);
  }

  private static List<String> values(ClientMessage.ReadDone done) {
    return done.results().stream()
        .flatMap(result -> result.pages().stream())
        .flatMap(page -> page.rows().stream())
        .map(row -> row.key() + "=" + row.value().toUtf8())
        .toList();
  }

  @Test
  void everyParticipantIsAskedForAVoteThatReadsAndWritesNothing() {
    read("z", "a", "b");
    TxnPart low = bench.part(LOW);
    TxnPart high = bench.part(HIGH);
    assertEquals(List.of(LOW, HIGH), low.participants());
    assertEquals(List.of(LOW, HIGH), high.participants());
    assertEquals(low.txn(), high.txn());
    assertTrue(low.writes().isEmpty() && high.writes().isEmpty());
    assertEquals(
        List.of(KeyRange.point(key("a")), KeyRange.point(key("b"))),
        low.reads().stream().map(Observed::range).toList());
    assertTrue(low.reads().stream().allMatch(Observed::isAtVote));
    assertEquals(0, bench.take(ParticipantMessage.ReadRequest.class).size());
  }

  @Test
  void theClientIsAnsweredOnceEveryVoteIsProvenAndWhatItReadIsThere() {
    read("z", "a");
    TxnPart low = bench.part(LOW);
    TxnPart high = bench.part(HIGH);
    says(low, FIRST, 5, "1");
    says(high, FIRST, 6, "2");
    proves(LOW, FIRST, yes(low, 5, 50));
    bench.voted(HIGH, A, FIRST, yes(high, 6, 60));
    assertEquals(0, bench.take(ClientMessage.ReadDone.class).size(), "one vote is not chosen");
    bench.voted(HIGH, C, FIRST, yes(high, 6, 60));
    var done = bench.takeOne(ClientMessage.ReadDone.class);
    assertTrue(done.strong());
    assertEquals(List.of("z=2", "a=1"), values(done));
    for (var decided : bench.take(ParticipantMessage.Decided.class)) {
      assertEquals(new Decision.Commit(new Timestamp(60)), decided.decision());
    }
  }

  /// C2: "values carried by a leader's answer are used only if its (ballot, slot) is that of the
  /// proof".
  @Test
  void whatWasReadInAnotherBallotOrSlotThanTheProofsIsNotBelieved() {
    Exhaustive.forEveryChoice(
        given -> {
          LockPointReadTest test = new LockPointReadTest();
          test.read("a", "z");
          TxnPart low = test.bench.part(LOW);
          TxnPart high = test.bench.part(HIGH);
          test.says(high, FIRST, 6, "2");
          test.proves(HIGH, FIRST, yes(high, 6, 60));
          Ballot said = given.pick(FIRST, SECOND);
          Ballot proven = given.pick(FIRST, SECOND);
          long saidSlot = given.pick(5L, 7L);
          boolean first = given.flip();
          if (first) {
            test.says(low, said, saidSlot, "1");
          }
          test.proves(LOW, proven, yes(low, 5, 50));
          if (!first) {
            test.says(low, said, saidSlot, "1");
          }
          boolean matches = said.equals(proven) && saidSlot == 5;
          assertEquals(matches ? 1 : 0, test.bench.take(ClientMessage.ReadDone.class).size());
        });
  }

  @Test
  void whatIsRefusedOrNotAnsweredIsReadInTheUsualWay() {
    for (boolean refused : new boolean[] {false, true}) {
      LockPointReadTest test = new LockPointReadTest();
      test.read("a", "z");
      TxnPart low = test.bench.part(LOW);
      TxnPart high = test.bench.part(HIGH);
      test.says(high, FIRST, 6, "2");
      test.proves(HIGH, FIRST, yes(high, 6, 60));
      if (refused) {
        AbortReason why = AbortReason.of(AbortReason.Kind.LOCK_CONFLICT, "for a test");
        test.proves(
            LOW,
            FIRST,
            new CoordinatorMessage.Vote(5, low.txn(), 0, new CoordinatorMessage.Choice.No(why)));
        assertFalse(test.bench.take(ParticipantMessage.Decided.class).isEmpty());
      }
      test.bench.pass(refused ? 100_000 : 1_000_000);
      assertTrue(test.bench.take(ParticipantMessage.ReadRequest.class).size() >= 2);
      assertEquals(0, test.bench.take(ClientMessage.ReadDone.class).size());
    }
  }

  @Test
  void aReadOfOneShardOrWithALimitOverSeveralIsNotDoneSo() {
    read("a", "b");
    assertEquals(0, bench.take(ParticipantMessage.PrepareTxn.class).size());
    Reading.Range limited = new Reading.Range(KeyRange.ALL, 3, false);
    bench.from(CLIENT, new ClientMessage.Read(2, List.of(limited), Reading.Mode.STRONG, 3_000_000));
    assertEquals(0, bench.take(ParticipantMessage.PrepareTxn.class).size());
  }
}
