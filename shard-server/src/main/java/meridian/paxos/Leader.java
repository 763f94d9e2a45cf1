package meridian.paxos;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import meridian.model.Invariant;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.node.Effects;
import meridian.node.Now;

/// Phase 2 of one ballot, at its leader: sends every follower the log from where it is, counts who
/// holds what, and knows what is chosen. A slot is chosen when a majority holds the log of this
/// ballot up to it; slots of earlier ballots are chosen together with the barrier, never by
/// themselves.
public final class Leader {
  private static final int ENTRIES_PER_ACCEPT_MAX = 512;
  private static final long NEWS_MICROS_MIN = 2_000;
  private static final long BYTES_PER_ACCEPT_MAX = 1024 * 1024;
  private static final int ENTRIES_IN_FLIGHT_MAX = 8_192;

  /// What the leader knows of one follower.
  private static final class Follower {
    /// The follower holds this ballot's log up to here, durably. Never decreases.
    long match;

    /// The first slot that the follower is not known to have, if only staged. `match` starts from 0
    /// with each ballot, however much the follower has of the log.
    long wanted;

    /// The next slot to send. What is between `wanted` and this is under way.
    long next;

    /// When the follower was last heard of in this ballot, and the newest probe it has answered.
    long heardMicros;

    long probe;

    /// The last chosen slot that it was told of, and when anything was last sent.
    long told;

    long sentMicros;

    /// When entries were last sent again, so that one loss is not made up for many times.
    long resentMicros;
  }

  private final ShardId shard;
  private final Membership membership;
  private final Timing timing;
  private final Ballot ballot;
  private final long barrierSlot;
  private final Acceptor acceptor;
  private final Map<NodeId, Follower> followers = new TreeMap<>();

  /// This replica's own vote: durable up to here.
  private long selfMatch;

  /// The newest probe given out, and the newest that a majority has answered.
  private long probe;

  private long probeConfirmed;
  private boolean probeWaits;

  /// Whom the leadership is being handed to, and until when that is tried.
  private Optional<NodeId> successor = Optional.empty();

  private long successorDueMicros;
  private boolean takeOverSent;

  Leader(
      ShardId shard,
      Membership membership,
      Timing timing,
      Ballot ballot,
      long barrierSlot,
      Acceptor acceptor,
      Map<NodeId, PaxosMessage.Promise> promises,
      Now now) {
    this.shard = shard;
    this.membership = membership;
    this.timing = timing;
    this.ballot = ballot;
    this.barrierSlot = barrierSlot;
    this.acceptor = acceptor;
    for (NodeId node : membership.others()) {
      Follower follower = new Follower();
      follower.heardMicros = now.monotonicMicros();
      PaxosMessage.Promise promise = promises.get(node);
      long known = promise == null ? barrierSlot - 1 : promise.chosenThrough();
      follower.wanted = Math.max(acceptor.log().slotFirst(), Math.min(barrierSlot, known + 1));
      follower.next = follower.wanted;
      followers.put(node, follower);
    }
  }

  public Ballot ballot() {
    return ballot;
  }

  public long barrierSlot() {
    return barrierSlot;
  }

  /// Whether the barrier is chosen, and with it everything the ballot started from.
  public boolean barrierChosen() {
    return acceptor.chosenThrough() >= barrierSlot;
  }

  /// Asks a majority to confirm this leader, with the next messages that leave.
  ///
  /// @return the number that `StateMachine.confirmed` will reach
  public long probe() {
    if (!probeWaits) {
      probe++;
      probeWaits = true;
    }
    return probe;
  }

  /// Whether leadership is being handed over: then nothing new is to be proposed.
  public boolean isHandingOver() {
    return successor.isPresent();
  }

  void handOver(NodeId to, Now now) {
    if (followers.containsKey(to)) {
      successor = Optional.of(to);
      takeOverSent = false;
      successorDueMicros = now.monotonicMicros() + timing.suspectMicros();
    }
  }

  /// This replica's own vote is durable.
  ///
  /// @return whether more is chosen now
  boolean selfAccepted(long slot) {
    selfMatch = Math.max(selfMatch, slot);
    return choose();
  }

  /// A follower holds the log up to a slot (0: it follows, but has not got as far as the barrier).
  ///
  /// @return whether more is chosen now
  boolean accepted(NodeId from, long slot, long probeSeen, Now now) {
    Follower follower = heard(from, probeSeen, now);
    Invariant.check(
        slot <= acceptor.log().slotLast(),
        "%s: %s holds slot %s of %s, the last is %s",
        shard,
        from,
        slot,
        ballot,
        acceptor.log().slotLast());
    follower.match = Math.max(follower.match, slot);
    if (slot > 0) {
      follower.wanted = Math.max(follower.wanted, follower.match + 1);
      follower.next = Math.max(follower.next, follower.wanted);
    }
    return choose();
  }

  /// A follower wants entries from an earlier slot on.
  ///
  /// @return whether they are cut, so that it needs a snapshot
  boolean behind(NodeId from, long slotWanted, long probeSeen, Now now) {
    Follower follower = heard(from, probeSeen, now);
    long wanted = Math.min(slotWanted, acceptor.log().slotLast() + 1);
    if (wanted < acceptor.log().slotFirst()) {
      boolean due = now.monotonicMicros() - follower.resentMicros > timing.resendMicros();
      if (due) {
        follower.resentMicros = now.monotonicMicros();
      }
      return due;
    }
    boolean again =
        wanted < follower.next
            && now.monotonicMicros() - follower.resentMicros < timing.heartbeatMicros() / 4;
    if (!again) {
      // Below `match` if its log was damaged since.
      follower.wanted = wanted;
      follower.next = follower.wanted;
      follower.resentMicros = now.monotonicMicros();
    }
    return false;
  }

  private Follower heard(NodeId from, long probeSeen, Now now) {
    Follower follower =
        Invariant.present(followers.get(from), "%s: %s is no follower", shard, from);
    follower.heardMicros = now.monotonicMicros();
    follower.probe = Math.max(follower.probe, probeSeen);
    return follower;
  }

  /// The newest probe that a majority has answered, this leader among it.
  ///
  /// @return that number if it is new
  Optional<Long> confirmed() {
    if (probe <= probeConfirmed) {
      return Optional.empty();
    }
    long[] answered = followers.values().stream().mapToLong(f -> f.probe).sorted().toArray();
    // With this leader, the top (majority - 1) followers make a majority.
    long newest =
        answered.length == 0 ? probe : answered[answered.length - (membership.majority() - 1)];
    if (newest <= probeConfirmed) {
      return Optional.empty();
    }
    probeConfirmed = newest;
    return Optional.of(newest);
  }

  private boolean choose() {
    long[] matches = new long[followers.size() + 1];
    int i = 0;
    for (Follower follower : followers.values()) {
      matches[i++] = follower.match;
    }
    matches[i] = selfMatch;
    java.util.Arrays.sort(matches);
    long held = matches[matches.length - membership.majority()];
    if (held < barrierSlot || held <= acceptor.chosenThrough()) {
      return false;
    }
    acceptor.choose(held);
    return true;
  }

  /// Whether a majority, this leader among it, has been heard of lately. A leader that hears nobody
  /// stands down, so that its heartbeats do not keep others from electing one who can be heard.
  boolean hasQuorum(Now now) {
    long since = now.monotonicMicros() - 2 * timing.suspectMicros();
    return followers.values().stream().filter(f -> f.heardMicros >= since).count() + 1
        >= membership.majority();
  }

  /// Time has passed: heartbeats, and what has been under way for too long.
  void tick(Now now) {
    for (Follower follower : followers.values()) {
      boolean stuck =
          follower.next > follower.wanted
              && now.monotonicMicros() - Math.max(follower.sentMicros, follower.resentMicros)
                  > timing.resendMicros();
      if (stuck) {
        follower.next = Math.max(acceptor.log().slotFirst(), follower.wanted);
        follower.resentMicros = now.monotonicMicros();
      }
    }
    if (successor.isPresent() && now.monotonicMicros() > successorDueMicros) {
      successor = Optional.empty();
    }
  }

  /// Sends each follower what it lacks. Accepts need not wait for this leader's own disk: its own
  /// vote is counted only when that is durable, and a leader that forgets them comes back in
  /// another ballot.
  ///
  /// @param quietly whether only entries are worth a message, not how far the log is chosen
  void send(Now now, boolean quietly, Effects out) {
    for (Map.Entry<NodeId, Follower> entry : followers.entrySet()) {
      sendTo(entry.getKey(), entry.getValue(), now, quietly, out);
    }
    probeWaits = false;
    NodeId heir = successor.orElse(NodeId.NONE);
    Follower follower = followers.get(heir);
    if (follower != null && !takeOverSent && follower.match == acceptor.log().slotLast()) {
      out.sendAhead(heir, new PaxosMessage.TakeOver(shard, ballot));
      takeOverSent = true;
    }
  }

  private void sendTo(NodeId to, Follower follower, Now now, boolean quietly, Effects out) {
    Log log = acceptor.log();
    boolean spoke = false;
    while (follower.next >= log.slotFirst()
        && follower.next <= log.slotLast()
        && follower.next - follower.wanted <= ENTRIES_IN_FLIGHT_MAX) {
      List<LogEntry> entries =
          log.from(follower.next, ENTRIES_PER_ACCEPT_MAX, BYTES_PER_ACCEPT_MAX);
      sendAccept(to, follower, entries, now, out);
      follower.next += entries.size();
      spoke = true;
    }
    // With nothing under way that could carry the news, a follower hears at once, so that reads
    // near by
    // are not older than they must be.
    boolean idle =
        follower.match == log.slotLast()
            && now.monotonicMicros() - follower.sentMicros >= NEWS_MICROS_MIN;
    boolean news = follower.told < acceptor.chosenThrough() && (idle || !quietly);
    boolean silent = now.monotonicMicros() - follower.sentMicros >= timing.heartbeatMicros();
    if (!spoke && (news || silent || probeWaits)) {
      sendAccept(to, follower, List.of(), now, out);
    }
  }

  private void sendAccept(
      NodeId to, Follower follower, List<LogEntry> entries, Now now, Effects out) {
    Log log = acceptor.log();
    // A heartbeat joins on where the follower should be, so that a loss shows in the answer.
    long prev = Math.max(follower.next, log.slotFirst()) - 1;
    follower.told = acceptor.chosenThrough();
    follower.sentMicros = now.monotonicMicros();
    out.sendAhead(
        to,
        new PaxosMessage.Accept(
            shard,
            ballot,
            barrierSlot,
            prev,
            log.originOf(prev),
            entries,
            log.slotLast(),
            acceptor.chosenThrough(),
            probe));
  }
}
