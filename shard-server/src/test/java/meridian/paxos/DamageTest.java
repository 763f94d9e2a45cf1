package meridian.paxos;

import static meridian.paxos.Entries.A;
import static meridian.paxos.Entries.B;
import static meridian.paxos.Entries.C;
import static meridian.paxos.HandGroup.between;
import static meridian.paxos.HandGroup.from;
import static meridian.paxos.HandGroup.of;
import static meridian.paxos.HandGroup.to;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import meridian.storage.LogWrite;
import org.junit.jupiter.api.Test;

/// A replica that can no longer read some of what it voted for: it follows, and backs nothing,
/// until a leader's log has made it whole.
class DamageTest {
  private final HandGroup group = new HandGroup(A, B, C);

  /// A leads, B holds everything that is chosen, C nothing; then B's last entries rot away.
  private void damageB() {
    group.elect(A, B);
    group.propose(A, 4);
    group.deliver(between(A, B));
    group.beat(A, B);
    assertEquals(5, group.get(A).applied.size());
    group.lose(letter -> true);
    group.get(B).crash();
    group.get(B).disk.apply(new LogWrite.Truncate(Entries.SHARD, 4));
    group.get(B).start(true);
  }

  @Test
  void aDamagedLogBacksNoPromise() {
    damageB();
    group.get(A).crash();
    group.pass(10 * Timing.WIDE_AREA.suspectMicros());
    group.get(B).tick();
    assertTrue(group.letters.isEmpty(), "a damaged replica wants to lead");

    group.get(C).tick();
    group.deliver(letter -> true);
    group.get(B).receive(new PaxosMessage.Prepare(Entries.SHARD, new Ballot(9, C)), C);
    group.deliver(letter -> true);
    assertFalse(group.get(C).leads, "it would lead without what A and B had chosen");
    assertTrue(group.get(B).disk.promised().isBelow(new Ballot(9, C)));
  }

  @Test
  void aDamagedLogCountsForNothingNewUntilItIsAsLongAsTheLeadersAgain() {
    damageB();
    group.propose(A, 1);
    group.lose(to(B));
    assertEquals(5, group.get(A).applied.size());
    Log log = group.get(A).acceptor().log();
    group
        .get(B)
        .receive(
            new PaxosMessage.Accept(
                Entries.SHARD,
                new Ballot(1, A),
                1,
                3,
                log.originOf(3),
                log.from(4, 1, Long.MAX_VALUE),
                6,
                5,
                0),
            A);
    var vote =
        (PaxosMessage.Accepted) group.deliverOne(from(B).and(of(PaxosMessage.Accepted.class)));
    assertEquals(0, vote.slotLast());

    group.beat(A, B);
    assertEquals(6, group.get(A).applied.size());
  }

  @Test
  void aDamagedLogThatIsWholeAgainBacksPromisesAgain() {
    damageB();
    group.beat(A, B);
    group.get(A).crash();
    group.lose(letter -> true);

    group.elect(C, B);
    group.beat(C, B);
    assertEquals(6, group.get(C).applied.size());
  }

  /// A promise was given before the damage, and says that the log is long; now it is not.
  @Test
  void aDamagedLogIsSentToNoCandidate() {
    group.elect(A, B);
    group.propose(A, 4);
    group.deliver(between(A, B));
    group.beat(A, B);
    assertEquals(5, group.get(A).applied.size());
    group.get(A).crash();
    group.lose(letter -> true);

    for (int i = 0; i < 6 && group.letters.stream().noneMatch(isFetch()); i++) {
      group.pass(2 * Timing.WIDE_AREA.suspectMicros());
      group.get(C).tick();
      group.deliver(between(B, C).and(isFetch().negate()));
    }
    List<HandGroup.Letter> fetch = group.lose(isFetch());
    assertEquals(1, fetch.size());

    group.get(B).crash();
    group.get(B).disk.apply(new LogWrite.Truncate(Entries.SHARD, 4));
    group.get(B).start(true);
    fetch.forEach(group::hand);
    group.deliver(letter -> true);

    assertFalse(group.get(C).leads, "it leads with a log that lacks what was chosen");
  }

  private static java.util.function.Predicate<HandGroup.Letter> isFetch() {
    return of(PaxosMessage.FetchLog.class);
  }

  /// The offer was on its way when the replica went down; it had everything then.
  @Test
  void aDamagedReplicaTakesNoLeadershipOver() {
    group.elect(A, B, C);
    group.propose(A, 4);
    group.lose(to(C));
    group.deliver(between(A, B));
    group.get(A).receive(new PaxosMessage.TransferLeader(Entries.SHARD, B), A);
    List<HandGroup.Letter> offer = group.lose(of(PaxosMessage.TakeOver.class));
    assertEquals(1, offer.size());
    group.get(A).crash();
    group.lose(letter -> true);
    group.get(B).crash();
    group.get(B).disk.apply(new LogWrite.Truncate(Entries.SHARD, 4));
    group.get(B).start(true);

    offer.forEach(group::hand);
    group.deliver(from(B).or(to(B)));

    assertFalse(group.get(B).leads, "it leads with a log that lacks what was chosen");
  }

  /// Votes on the fast path may be lost with what else is damaged, and no leader's log of the same
  /// ballot brings them back.
  @Test
  void aMemberOfTheElectorateIsHealedOnlyByAHigherBallot() {
    damageB();
    group.get(B).isElector = true;
    group.beat(A, B);
    assertTrue(group.get(B).replica().isDamaged());

    group.elect(C, A);
    group.beat(C, A, B);
    assertFalse(group.get(B).replica().isDamaged());
  }
}
