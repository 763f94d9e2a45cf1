package meridian.paxos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import meridian.model.NodeId;
import meridian.node.Effects;
import meridian.node.Now;
import meridian.sim.DurableLog;
import meridian.sim.Exhaustive;
import meridian.storage.RecoveredLog;
import org.junit.jupiter.api.Test;

/// One follower, and three leaders after one another whose messages arrive in every order, late
/// ones too, with restarts and snapshots in between.
///
/// ```
/// slot     1    2    3    4    5
/// ballot 1 |1   x    y                 x is chosen, y is not
/// ballot 2 |1   x    |2   z            all through |2 is chosen, z is not
/// ballot 3 |1   x    |2   |3   w       all is chosen
/// ```
class FollowerTest {
  private static final LogEntry X = Entries.entry(2, Entries.B1);
  private static final List<LogEntry> LOG_1 =
      List.of(Entries.barrier(1, Entries.B1), X, Entries.entry(3, Entries.B1));
  private static final List<LogEntry> LOG_2 =
      List.of(LOG_1.get(0), X, Entries.barrier(3, Entries.B2), Entries.entry(4, Entries.B2));
  private static final List<LogEntry> LOG_3 =
      List.of(
          LOG_1.get(0),
          X,
          LOG_2.get(2),
          Entries.barrier(4, Entries.B3),
          Entries.entry(5, Entries.B3));

  /// A leader, its whole log, where its barrier stands, and how far that log is chosen.
  private record Led(Ballot ballot, List<LogEntry> log, long barrierSlot, long chosen) {
    PaxosMessage.Accept accept(int prev, int entries) {
      Ballot originPrev = prev == 0 ? Ballot.ZERO : log.get(prev - 1).origin();
      return new PaxosMessage.Accept(
          Entries.SHARD,
          ballot,
          barrierSlot,
          prev,
          originPrev,
          log.subList(prev, prev + entries),
          log.size(),
          chosen,
          7);
    }
  }

  private static final Led FIRST = new Led(Entries.B1, LOG_1, 1, 2);
  private static final Led SECOND = new Led(Entries.B2, LOG_2, 3, 3);
  private static final Led THIRD = new Led(Entries.B3, LOG_3, 4, 5);

  private static Led led(Ballot ballot) {
    return ballot.equals(Entries.B1) ? FIRST : ballot.equals(Entries.B2) ? SECOND : THIRD;
  }

  private static final List<PaxosMessage> ACCEPTS =
      List.of(
          FIRST.accept(0, 3),
          FIRST.accept(2, 1),
          SECOND.accept(0, 2),
          SECOND.accept(0, 4),
          SECOND.accept(2, 1),
          SECOND.accept(4, 0),
          THIRD.accept(0, 3),
          THIRD.accept(0, 4),
          THIRD.accept(2, 3),
          THIRD.accept(3, 1),
          THIRD.accept(5, 0));

  /// The follower, its disk, and a state machine that notes what it is given.
  private static final class Follower implements StateMachine {
    final DurableLog disk = new DurableLog();
    Replica replica = recover(0, Ballot.ZERO);
    long applied;
    Ballot appliedOrigin = Ballot.ZERO;

    private Replica recover(long slot, Ballot origin) {
      RecoveredLog log = disk.recovered();
      Ballot cutOrigin = log.cutThrough() == slot ? origin : Ballot.ZERO;
      return new Replica(
          Entries.SHARD,
          new Membership(List.of(Entries.A, Entries.B, Entries.C, Entries.D), Entries.D),
          Timing.WIDE_AREA,
          FastPath.OFF,
          new Random(1),
          new Acceptor(
              Entries.SHARD,
              log.promised(),
              log.logBallot(),
              new Log(log.cutThrough(), cutOrigin, log.entries()),
              slot),
          slot,
          this,
          Optional.empty(),
          false,
          new Now(0, 0));
    }

    /// The state is durable with each slot here, so a restart finds all that was applied.
    void restart() {
      replica = recover(applied, appliedOrigin);
    }

    /// A snapshot comes from the leader of a ballot that was promised here.
    void restored(long slot, Ballot ballot) {
      if (slot > applied && !disk.promised().isBelow(ballot)) {
        Effects out = new Effects();
        applied = slot;
        appliedOrigin = LOG_3.get((int) slot - 1).origin();
        replica.restored(slot, appliedOrigin, out);
        out.writes().forEach(disk::apply);
      }
    }

    void cut() {
      Effects out = new Effects();
      replica.cut(applied, out);
      out.writes().forEach(disk::apply);
    }

    List<PaxosMessage> hear(PaxosMessage message, NodeId from) {
      Effects out = new Effects();
      replica.on(message, from, new Now(0, 0), out);
      assertTrue(out.sendsAhead().isEmpty());
      out.writes().forEach(disk::apply);
      return out.sends().stream().map(send -> (PaxosMessage) send.message()).toList();
    }

    @Override
    public boolean apply(LogEntry entry, Now now, Effects out) {
      assertEquals(applied + 1, entry.slot());
      assertEquals(LOG_3.get((int) applied), entry, "applied what was never chosen");
      applied = entry.slot();
      appliedOrigin = entry.origin();
      return true;
    }

    @Override
    public void accepted(Ballot ballot, LogEntry entry, Effects out) {
      assertEquals(led(ballot).log().get((int) entry.slot() - 1), entry);
    }

    @Override
    public void moved(Ballot ballot, List<LogEntry> undecided, Effects out) {
      undecided.forEach(entry -> accepted(ballot, entry, out));
    }

    @Override
    public void lead(Ballot ballot, Now now, Effects out) {}

    @Override
    public void follow(Effects out) {}

    @Override
    public void confirmed(long probe, Now now, Effects out) {}

    @Override
    public void offerSnapshot(NodeId follower, Ballot ballot, Effects out) {}
  }

  @Test
  void whateverArrivesInWhateverOrderAFollowerKeepsItsPromisesAndVotesOnlyForWholePrefixes() {
    Exhaustive.forEveryChoice(
        given -> {
          Follower follower = new Follower();
          for (int step = 0; step < 4; step++) {
            happen(given, follower);
          }
        });
  }

  private static void happen(Exhaustive given, Follower follower) {
    Ballot promised = follower.disk.promised();
    Ballot logBallot = follower.disk.logBallot();
    long slotLast = follower.disk.slotLast();
    int what = given.index(ACCEPTS.size() + 6);
    if (what < ACCEPTS.size()) {
      PaxosMessage.Accept accept = (PaxosMessage.Accept) ACCEPTS.get(what);
      hear(follower, accept, promised, logBallot, slotLast);
    } else {
      switch (what - ACCEPTS.size()) {
        case 0 -> follower.restart();
        case 1 -> follower.cut();
        case 2 -> follower.restored(3, Entries.B2);
        case 3 -> follower.restored(5, Entries.B3);
        case 4 -> prepare(follower, Entries.B2, promised);
        default -> prepare(follower, Entries.B3, promised);
      }
    }
    assertFalse(follower.disk.promised().isBelow(promised), "the promise decreased");
    holdsAWholePrefixOfItsBallot(follower);
    assertEquals(Entries.all(follower.replica.acceptor().log()), entriesOn(follower.disk));
  }

  private static void hear(
      Follower follower,
      PaxosMessage.Accept accept,
      Ballot promised,
      Ballot logBallot,
      long slotLast) {
    List<LogEntry> before = entriesOn(follower.disk);
    for (PaxosMessage reply : follower.hear(accept, accept.ballot().leader())) {
      if (accept.ballot().isBelow(promised)) {
        assertEquals(new PaxosMessage.Rejected(Entries.SHARD, promised), reply);
      } else if (reply instanceof PaxosMessage.Accepted accepted) {
        assertEquals(accept.ballot(), follower.disk.logBallot());
        assertTrue(accepted.slotLast() <= follower.disk.slotLast(), "a vote for what is not held");
        assertEquals(accept.probe(), accepted.probe());
      }
    }
    if (accept.ballot().isBelow(promised)) {
      assertEquals(before, entriesOn(follower.disk), "accepted below the promise");
    }
    if (follower.disk.logBallot().equals(logBallot)) {
      // P5: until the new log is whole, the old one stays; within its ballot it only grows.
      assertTrue(follower.disk.slotLast() >= slotLast, "an old log was touched");
      assertEquals(before, entriesOn(follower.disk).subList(0, before.size()));
    } else {
      assertTrue(
          follower.disk.slotLast() >= accept.barrierSlot(), "a ballot's log without its barrier");
    }
  }

  private static void prepare(Follower follower, Ballot ballot, Ballot promised) {
    List<PaxosMessage> replies =
        follower.hear(new PaxosMessage.Prepare(Entries.SHARD, ballot), ballot.leader());
    assertEquals(1, replies.size());
    assertEquals(!ballot.isBelow(promised), replies.getFirst() instanceof PaxosMessage.Promise);
  }

  /// P1: everything up to the last slot is there, and is what the leader of the log's ballot has.
  private static void holdsAWholePrefixOfItsBallot(Follower follower) {
    DurableLog disk = follower.disk;
    if (disk.logBallot().equals(Ballot.ZERO)) {
      assertTrue(entriesOn(disk).isEmpty());
      return;
    }
    for (LogEntry entry : entriesOn(disk)) {
      List<LogEntry> log = led(disk.logBallot()).log();
      assertTrue(entry.slot() <= log.size(), () -> entry + " in a log of " + disk.logBallot());
      assertEquals(log.get((int) entry.slot() - 1), entry);
    }
    assertTrue(disk.slotLast() >= follower.applied);
  }

  private static List<LogEntry> entriesOn(DurableLog disk) {
    List<LogEntry> entries = new ArrayList<>();
    for (long slot = disk.cutThrough() + 1; slot <= disk.slotLast(); slot++) {
      entries.add(disk.get(slot));
    }
    return entries;
  }

  @Test
  void whatIsStagedIsNotInAPromiseAndNotVotedFor() {
    Follower follower = new Follower();
    follower.hear(FIRST.accept(0, 3), Entries.A);
    var replies = follower.hear(THIRD.accept(2, 1), Entries.C);
    assertTrue(replies.getFirst() instanceof PaxosMessage.Behind, replies::toString);

    Ballot higher = new Ballot(4, Entries.A);
    var promise = follower.hear(new PaxosMessage.Prepare(Entries.SHARD, higher), Entries.A);

    assertEquals(
        List.of(new PaxosMessage.Promise(Entries.SHARD, higher, Entries.B1, 3, 1, 2)), promise);
  }

  @Test
  void whatADeadLeaderSentNeedNotBeSentAgainByTheNextOneWhoseLogAgrees() {
    Follower follower = new Follower();
    follower.hear(SECOND.accept(0, 2), Entries.B);

    var replies = follower.hear(THIRD.accept(5, 0), Entries.C);
    assertEquals(List.of(new PaxosMessage.Behind(Entries.SHARD, Entries.B3, 3, 7)), replies);

    var vote = follower.hear(THIRD.accept(2, 3), Entries.C);
    assertEquals(List.of(new PaxosMessage.Accepted(Entries.SHARD, Entries.B3, 5, 7)), vote);
  }
}
