package meridian.paxos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.Timestamp;
import meridian.node.Effects;
import meridian.node.Now;
import meridian.sim.DurableLog;
import meridian.storage.LogWrite;
import meridian.storage.RecoveredLog;

/// A group of replicas whose messages are delivered one by one, by hand. Whatever a replica does is
/// checked: what it says is on its disk, what it applies is what every other one applies.
final class HandGroup {
  /// A message under way.
  record Letter(NodeId from, NodeId to, PaxosMessage message) {}

  final Map<NodeId, Member> members = new LinkedHashMap<>();
  final List<Letter> letters = new ArrayList<>();
  long micros = 1;

  /// What was applied in each slot, by whoever came first.
  private final Map<Long, LogEntry> chosen = new TreeMap<>();

  private final List<NodeId> ids;

  HandGroup(NodeId... ids) {
    this.ids = List.of(ids);
    for (NodeId id : ids) {
      members.put(id, new Member(id));
    }
    members.values().forEach(member -> member.start(false));
  }

  /// One replica, its disk, and what it has told its state machine.
  final class Member implements StateMachine {
    final NodeId id;
    final DurableLog disk = new DurableLog();
    final List<LogEntry> applied = new ArrayList<>();
    final List<LogEntry> accepted = new ArrayList<>();
    final List<Long> confirmed = new ArrayList<>();
    final List<NodeId> offered = new ArrayList<>();
    boolean leads;
    boolean up;

    /// Whether it takes itself for a member of its ballot's electorate.
    boolean isElector;

    /// Whether writes and what waits for them are held back until `sync`.
    boolean syncsLate;

    private final List<Effects> unsynced = new ArrayList<>();
    private Optional<Replica> replica = Optional.empty();

    Member(NodeId id) {
      this.id = id;
    }

    Replica replica() {
      return replica.orElseThrow();
    }

    Acceptor acceptor() {
      return replica().acceptor();
    }

    void start(boolean damaged) {
      RecoveredLog log = disk.recovered();
      applied.clear();
      accepted.clear();
      leads = false;
      up = true;
      replica =
          Optional.of(
              new Replica(
                  Entries.SHARD,
                  new Membership(ids, id),
                  Timing.WIDE_AREA,
                  FastPath.OFF,
                  new Random(id.number()),
                  new Acceptor(
                      Entries.SHARD,
                      log.promised(),
                      log.logBallot(),
                      new Log(log.cutThrough(), Ballot.ZERO, log.entries()),
                      0),
                  0,
                  this,
                  Optional.empty(),
                  damaged,
                  now()));
    }

    /// The process ends; what was not synced is lost, and so are messages to it that come later.
    void crash() {
      up = false;
      unsynced.clear();
      letters.removeIf(letter -> letter.to().equals(id));
    }

    void restart() {
      start(false);
    }

    void tick() {
      Effects out = new Effects();
      replica().tick(now(), out);
      emit(out);
    }

    void receive(PaxosMessage message, NodeId from) {
      Effects out = new Effects();
      replica().on(message, from, now(), out);
      emit(out);
    }

    long propose() {
      Effects out = new Effects();
      long slot = replica().propose(new Command.TsLimit(new Timestamp(++proposals)), out);
      emit(out);
      return slot;
    }

    /// Asks a majority to confirm this leader.
    long probe() {
      long number = replica().leader().orElseThrow().probe();
      emit(new Effects());
      return number;
    }

    private void emit(Effects out) {
      replica().finish(now(), out);
      out.sendsAhead().forEach(send -> mayLeaveBeforeTheSync(send.message()));
      out.sendsAhead().forEach(this::post);
      unsynced.add(out);
      if (!syncsLate) {
        sync();
      }
    }

    /// What was held back is durable, and what waited for it leaves.
    void sync() {
      for (Effects out : unsynced) {
        out.writes().forEach(disk::apply);
        for (Effects.Send send : out.sends()) {
          isOnDisk(send.message());
          post(send);
        }
      }
      unsynced.clear();
    }

    private void post(Effects.Send send) {
      letters.add(new Letter(id, send.to(), (PaxosMessage) send.message()));
    }

    /// Only what reveals nothing of this replica's own durable state.
    private void mayLeaveBeforeTheSync(Message message) {
      assertTrue(
          message instanceof PaxosMessage.PreVote
              || message instanceof PaxosMessage.Accept
              || message instanceof PaxosMessage.TakeOver,
          () -> "left before the sync: " + message);
    }

    /// Durable before visible: what a message reveals, the disk holds.
    private void isOnDisk(Message message) {
      switch (message) {
        case PaxosMessage.Prepare m -> assertFalse(disk.promised().isBelow(m.ballot()));
        case PaxosMessage.Promise m -> {
          assertFalse(disk.promised().isBelow(m.ballot()), m::toString);
          assertEquals(disk.logBallot(), m.logBallot());
          assertEquals(disk.slotLast(), m.slotLast());
        }
        case PaxosMessage.Accepted m -> {
          assertFalse(disk.promised().isBelow(m.ballot()), m::toString);
          if (m.slotLast() > 0) {
            assertEquals(disk.logBallot(), m.ballot());
            assertTrue(disk.slotLast() >= m.slotLast(), m::toString);
          }
        }
        case PaxosMessage.Rejected m -> assertFalse(disk.promised().isBelow(m.promised()));
        case PaxosMessage.PreVoteReply m -> assertFalse(disk.promised().isBelow(m.promised()));
        case PaxosMessage.Behind m -> assertFalse(disk.promised().isBelow(m.ballot()));
        case PaxosMessage.LogSuffix m ->
            m.entries().forEach(entry -> assertEquals(disk.get(entry.slot()), entry));
        default -> {}
      }
    }

    @Override
    public boolean apply(LogEntry entry, Now now, Effects out) {
      assertEquals(applied.size() + 1, entry.slot());
      LogEntry before = chosen.putIfAbsent(entry.slot(), entry);
      assertTrue(before == null || before.equals(entry), () -> before + " and " + entry);
      applied.add(entry);
      return true;
    }

    @Override
    public void accepted(Ballot ballot, LogEntry entry, Effects out) {
      accepted.add(entry);
    }

    @Override
    public void moved(Ballot ballot, List<LogEntry> undecided, Effects out) {
      accepted.addAll(undecided);
    }

    @Override
    public boolean mayHaveVoted() {
      return isElector;
    }

    @Override
    public void lead(Ballot ballot, Now now, Effects out) {
      leads = true;
    }

    @Override
    public void follow(Effects out) {
      leads = false;
    }

    @Override
    public void confirmed(long probe, Now now, Effects out) {
      confirmed.add(probe);
    }

    @Override
    public void offerSnapshot(NodeId follower, Ballot ballot, Effects out) {
      offered.add(follower);
    }
  }

  private long proposals;

  private Now now() {
    return new Now(micros, micros);
  }

  Member get(NodeId id) {
    return members.get(id);
  }

  /// So long that whoever is not held back by others would try to lead.
  void pass(long passing) {
    micros += passing;
  }

  static Predicate<Letter> of(Class<? extends PaxosMessage> kind) {
    return letter -> kind.isInstance(letter.message());
  }

  static Predicate<Letter> between(NodeId... some) {
    List<NodeId> side = List.of(some);
    return letter -> side.contains(letter.from()) && side.contains(letter.to());
  }

  static Predicate<Letter> to(NodeId node) {
    return letter -> letter.to().equals(node);
  }

  static Predicate<Letter> from(NodeId node) {
    return letter -> letter.from().equals(node);
  }

  /// Delivers what matches, and what comes of it and matches, until there is no more.
  void deliver(Predicate<Letter> which) {
    for (int steps = 0; steps < 10_000; steps++) {
      Optional<Letter> next = letters.stream().filter(which).findFirst();
      if (next.isEmpty()) {
        return;
      }
      letters.remove(next.get());
      hand(next.get());
    }
    throw new AssertionError("no end of " + letters.getFirst());
  }

  /// Delivers the first message that matches, and nothing else.
  PaxosMessage deliverOne(Predicate<Letter> which) {
    Letter letter =
        letters.stream()
            .filter(which)
            .findFirst()
            .orElseThrow(() -> new AssertionError("nothing like that among " + letters));
    letters.remove(letter);
    hand(letter);
    return letter.message();
  }

  void hand(Letter letter) {
    Member member = get(letter.to());
    if (member.up) {
      member.receive(letter.message(), letter.from());
    }
  }

  List<Letter> lose(Predicate<Letter> which) {
    List<Letter> lost = letters.stream().filter(which).toList();
    letters.removeAll(lost);
    return lost;
  }

  /// Has one of them lead, with the help of some, who do not hear any other leader meanwhile.
  void elect(NodeId leader, NodeId... helpers) {
    elect(leader, letter -> true, helpers);
  }

  /// The same, but the new leader's Accepts stay under way.
  void electUnheard(NodeId leader, NodeId... helpers) {
    elect(leader, of(PaxosMessage.Accept.class).negate(), helpers);
  }

  private void elect(NodeId leader, Predicate<Letter> which, NodeId... helpers) {
    List<NodeId> all = new ArrayList<>(List.of(helpers));
    all.add(leader);
    NodeId[] side = all.toArray(NodeId[]::new);
    Predicate<Letter> others = of(PaxosMessage.Accept.class).and(from(leader).negate());
    for (int i = 0; i < 8 && !leadsAll(leader, all); i++) {
      pass(2 * Timing.WIDE_AREA.suspectMicros() + 1);
      // Whoever else leads is heard by nobody, notices, and lets go.
      all.stream().map(this::get).filter(member -> member.leads).forEach(Member::tick);
      get(leader).tick();
      deliver(between(side).and(which).and(others.negate()));
      lose(others);
    }
    assertTrue(leadsAll(leader, all), leader + " does not lead");
  }

  private boolean leadsAll(NodeId leader, List<NodeId> all) {
    Ballot ballot = get(leader).replica().ballot();
    return get(leader).leads
        && all.stream().noneMatch(node -> get(node).replica().ballot().isAbove(ballot));
  }

  /// The leader speaks up a few times, and some hear it.
  void beat(NodeId leader, NodeId... others) {
    List<NodeId> all = new ArrayList<>(List.of(others));
    all.add(leader);
    for (int i = 0; i < 6; i++) {
      pass(Timing.WIDE_AREA.heartbeatMicros() + 1);
      get(leader).tick();
      deliver(between(all.toArray(NodeId[]::new)));
    }
  }

  void propose(NodeId leader, int entries) {
    for (int i = 0; i < entries; i++) {
      get(leader).propose();
    }
  }

  /// Writes of a disk that a test makes up.
  void write(NodeId node, List<LogEntry> entries, Ballot promised, Ballot logBallot) {
    DurableLog disk = get(node).disk;
    entries.forEach(entry -> disk.apply(new LogWrite.Append(Entries.SHARD, entry)));
    disk.apply(new LogWrite.Ballots(Entries.SHARD, promised, logBallot));
    get(node).restart();
  }

  long chosenThrough() {
    return chosen.size();
  }
}
