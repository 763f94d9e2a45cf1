package meridian.simulate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import meridian.model.Invariant;
import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.Outcome;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.participant.CoordinatorMessage;
import meridian.participant.ParticipantMessage;
import meridian.participant.TxnStatus;
import meridian.paxos.Command;
import meridian.paxos.Decision;
import meridian.paxos.LogEntry;
import meridian.sim.Observer;
import meridian.txn.ClientMessage;

/// Knows how every transaction ended, from nothing but the votes that are chosen, and holds to it
/// whoever speaks about transactions.
///
/// A transaction is committed at the moment when every participant has chosen a YES, at the largest
/// of their timestamps (rule C3); aborted when one has chosen a refusal. There is no other moment
/// and no other record, so nobody may say so earlier, and nobody may ever say otherwise.
///
/// A YES is chosen in a log, or by a fast quorum of tentative votes (rule C2): then it must come to
/// stand in the log, at the same timestamp, whatever becomes of the leader. Who voted is taken from
/// what replicas say, which they may only once it is on their disks.
public final class Outcomes implements Observer {
  /// One transaction, as the chosen logs tell it.
  private static final class Txn {
    final TxnId id;

    /// Empty until the first vote that names them.
    List<ShardId> participants = List.of();

    /// YES votes in logs.
    final SortedMap<ShardId, Timestamp> prepared = new TreeMap<>();

    /// YES votes of fast quorums, whether they are in logs by now or not.
    final SortedMap<ShardId, Timestamp> fast = new TreeMap<>();

    /// Whether it was committed before every YES was in a log.
    boolean committedFast;

    /// The first refusal.
    Optional<ShardId> fenced = Optional.empty();

    /// What the logs say became of it, by shard.
    final SortedMap<ShardId, Decision> decided = new TreeMap<>();

    /// Somebody was told that it had not happened and never would.
    boolean toldAborted;

    Txn(TxnId id) {
      this.id = id;
    }

    boolean isCommitted() {
      return !participants.isEmpty()
          && participants.stream().allMatch(p -> prepared.containsKey(p) || fast.containsKey(p));
    }

    Timestamp ts() {
      List<Timestamp> all = new ArrayList<>(prepared.values());
      all.addAll(fast.values());
      return Collections.max(all, Comparator.naturalOrder());
    }

    Optional<Timestamp> prepared(ShardId shard) {
      return Optional.ofNullable(prepared.get(shard))
          .or(() -> Optional.ofNullable(fast.get(shard)));
    }

    @Override
    public String toString() {
      return id
          + " over "
          + participants
          + ", prepared "
          + prepared
          + (fast.isEmpty() ? "" : ", by fast quorums " + fast)
          + fenced.map(shard -> ", refused by " + shard).orElse("")
          + ", decided "
          + decided;
    }
  }

  private final SortedMap<TxnId, Txn> txns = new TreeMap<>();

  private final FastQuorums fastVotes;

  /// How far each shard has forgotten (rule G3).
  private final SortedMap<ShardId, Timestamp> watermarks = new TreeMap<>();

  /// @param members the replicas of each shard
  Outcomes(SortedMap<ShardId, List<NodeId>> members) {
    this.fastVotes = new FastQuorums(members);
  }

  /// Takes note of an entry that was just chosen.
  void chosen(ShardId shard, LogEntry entry) {
    switch (entry.command()) {
      case Command.Prepare prepare -> {
        Txn txn = voting(shard, prepare.part().txn());
        name(txn, prepare.part().participants());
        txn.prepared.put(shard, prepare.ts());
        checkOneTimestamp(shard, txn);
        checkCommitted(txn);
      }
      case Command.OnePhase onePhase -> {
        Txn txn = voting(shard, onePhase.part().txn());
        name(txn, onePhase.part().participants());
        Invariant.check(
            txn.participants.equals(List.of(shard)), "%s: one phase for %s", shard, txn);
        txn.prepared.put(shard, onePhase.ts());
        checkOneTimestamp(shard, txn);
        txn.decided.put(shard, new Decision.Commit(onePhase.ts()));
        checkCommitted(txn);
      }
      case Command.Fence fence -> {
        boolean forgotten = !fence.txn().begin().isAfter(watermark(shard));
        Txn txn = forgotten ? txn(fence.txn()) : voting(shard, fence.txn());
        // A fence may stand for a transaction of which this shard was told no more than its name.
        if (!(forgotten && txn.isCommitted())) {
          Invariant.check(
              !txn.fast.containsKey(shard), "%s refuses what a fast quorum chose: %s", shard, txn);
          txn.fenced = txn.fenced.or(() -> Optional.of(shard));
          txn.decided.put(shard, new Decision.Abort(fence.reason()));
          checkCommitted(txn);
        }
      }
      case Command.Decide decide -> {
        Txn txn = txn(decide.txn());
        Invariant.check(
            txn.prepared.containsKey(shard), "%s decides what it has not prepared: %s", shard, txn);
        Invariant.check(!txn.decided.containsKey(shard), "%s decides twice: %s", shard, txn);
        check(txn, decide.decision(), shard + "'s log");
        txn.decided.put(shard, decide.decision());
      }
      case Command.Collect collect -> watermarks.merge(shard, collect.watermark(), Timestamp::max);
      case Command.Barrier barrier -> {}
      case Command.TsLimit limit -> {}
    }
  }

  @Override
  public void sent(NodeId from, NodeId to, Timestamp stamp, Message message) {
    switch (message) {
      case CoordinatorMessage.Voted m -> votes(m, from);
      case ParticipantMessage.PrepareTxn m -> name(txn(m.part().txn()), m.part().participants());
      case ParticipantMessage.Decided m ->
          check(txn(m.txn()), m.decision(), from + " to " + m.shard());
      case ParticipantMessage.StatusReport m -> check(m.from(), txn(m.txn()), m.status(), from);
      case CoordinatorMessage.Status m -> check(m.shard(), txn(m.txn()), m.status(), from);
      case ClientMessage.Ended m -> {
        switch (m.outcome()) {
          case Outcome.Committed committed ->
              check(txn(m.txn()), new Decision.Commit(committed.ts()), from + " to its client");
          case Outcome.Aborted aborted ->
              check(txn(m.txn()), new Decision.Abort(aborted.reason()), from + " to its client");
          case Outcome.Unknown unknown -> {}
        }
      }
      default -> {}
    }
  }

  private void votes(CoordinatorMessage.Voted m, NodeId from) {
    for (CoordinatorMessage.Vote vote : m.votes()) {
      fastVotes.count(m, vote, from).ifPresent(ts -> chosenFast(m.shard(), txn(vote.txn()), ts));
    }
  }

  /// A fast quorum has voted. Where the log had the YES first this is no news.
  private void chosenFast(ShardId shard, Txn txn, Timestamp ts) {
    boolean wasCommitted = txn.isCommitted();
    txn.fast.putIfAbsent(shard, ts);
    Invariant.check(
        txn.fast.get(shard).equals(ts), "%s has a fast quorum at %s, too: %s", shard, ts, txn);
    checkOneTimestamp(shard, txn);
    Invariant.check(
        txn.fenced.filter(shard::equals).isEmpty(),
        "a fast quorum of %s chose what it had refused: %s",
        shard,
        txn);
    checkCommitted(txn);
    txn.committedFast |= !wasCommitted && txn.isCommitted();
  }

  /// A shard prepares a transaction at one timestamp, on whichever path (invariant I1).
  private static void checkOneTimestamp(ShardId shard, Txn txn) {
    Optional<Timestamp> fast = Optional.ofNullable(txn.fast.get(shard));
    Optional<Timestamp> logged = Optional.ofNullable(txn.prepared.get(shard));
    Invariant.check(
        fast.isEmpty() || logged.isEmpty() || fast.equals(logged),
        "%s prepared at %s in its log, and at %s by a fast quorum: %s",
        shard,
        logged,
        fast,
        txn);
  }

  /// How many transactions were committed by a fast quorum before all their YES were in logs.
  long fast() {
    return txns.values().stream().filter(txn -> txn.committedFast).count();
  }

  /// How many transactions are committed.
  long committed() {
    return txns.values().stream().filter(Txn::isCommitted).count();
  }

  /// The transactions that some shard has prepared and not seen the end of.
  List<String> unresolved() {
    return txns.values().stream()
        .filter(
            txn ->
                !txn.decided.keySet().containsAll(txn.prepared.keySet())
                    || !txn.decided.keySet().containsAll(txn.fast.keySet()))
        .map(Txn::toString)
        .toList();
  }

  /// Checks that what a client takes for its result is what happened.
  void checkClient(TxnId id, boolean committed) {
    Txn txn = txn(id);
    Invariant.check(
        txn.isCommitted() == committed, "a client was told committed = %s of %s", committed, txn);
    txn.toldAborted |= !committed;
  }

  private Txn txn(TxnId id) {
    return txns.computeIfAbsent(id, Txn::new);
  }

  private Timestamp watermark(ShardId shard) {
    return watermarks.getOrDefault(shard, Timestamp.ZERO);
  }

  /// A shard votes once on a transaction (invariant I1), and never on one it may have forgotten.
  private Txn voting(ShardId shard, TxnId id) {
    Txn txn = txn(id);
    Invariant.check(
        !txn.prepared.containsKey(shard) && !txn.decided.containsKey(shard),
        "%s votes twice on %s",
        shard,
        txn);
    Invariant.check(
        id.begin().isAfter(watermark(shard)),
        "%s votes on %s after its watermark rose to %s",
        shard,
        txn,
        watermark(shard));
    return txn;
  }

  private static void name(Txn txn, List<ShardId> participants) {
    Invariant.check(
        txn.participants.isEmpty() || txn.participants.equals(participants),
        "%s was over %s and is over %s",
        txn.id,
        txn.participants,
        participants);
    txn.participants = participants;
  }

  private static void checkCommitted(Txn txn) {
    Invariant.check(
        !(txn.isCommitted() && (txn.toldAborted || txn.fenced.isPresent())),
        "committed after it was said to be aborted: %s",
        txn);
  }

  /// Somebody says how a transaction ended.
  private void check(Txn txn, Decision decision, String who) {
    switch (decision) {
      case Decision.Commit commit ->
          Invariant.check(
              txn.isCommitted() && txn.ts().equals(commit.ts()),
              "%s says %s committed at %s",
              who,
              txn,
              commit.ts());
      case Decision.Abort abort -> {
        Invariant.check(!txn.isCommitted(), "%s says %s aborted: %s", who, txn, abort.reason());
        txn.toldAborted = true;
      }
    }
  }

  /// A shard says what it knows of a transaction: from chosen entries alone (rule R1).
  private void check(ShardId shard, Txn txn, TxnStatus status, NodeId who) {
    switch (status) {
      case TxnStatus.Prepared prepared ->
          Invariant.check(
              txn.prepared(shard).filter(prepared.ts()::equals).isPresent(),
              "%s says that %s has prepared at %s: %s",
              who,
              shard,
              prepared.ts(),
              txn);
      case TxnStatus.Settled settled -> {
        Decision known = txn.decided.get(shard);
        Invariant.check(
            known != null && known.agreesWith(settled.decision()),
            "%s says that %s has chosen %s: %s",
            who,
            shard,
            settled.decision(),
            txn);
      }
      case TxnStatus.Forgotten forgotten ->
          Invariant.check(
              !txn.id.begin().isAfter(watermark(shard)),
              "%s says that %s has forgotten %s, its watermark is %s",
              who,
              shard,
              txn,
              watermark(shard));
    }
  }
}
