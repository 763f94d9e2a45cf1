package meridian.simulate;

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
public final class Outcomes implements Observer {
  /// One transaction, as the chosen logs tell it.
  private static final class Txn {
    final TxnId id;

    /// Empty until the first vote that names them.
    List<ShardId> participants = List.of();

    /// YES votes.
    final SortedMap<ShardId, Timestamp> prepared = new TreeMap<>();

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
      return !participants.isEmpty() && prepared.size() == participants.size();
    }

    Timestamp ts() {
      return Collections.max(prepared.values(), Comparator.naturalOrder());
    }

    @Override
    public String toString() {
      return id
          + " over "
          + participants
          + ", prepared "
          + prepared
          + fenced.map(shard -> ", refused by " + shard).orElse("")
          + ", decided "
          + decided;
    }
  }

  private final SortedMap<TxnId, Txn> txns = new TreeMap<>();

  /// How far each shard has forgotten (rule G3).
  private final SortedMap<ShardId, Timestamp> watermarks = new TreeMap<>();

  /// Takes note of an entry that was just chosen.
  void chosen(ShardId shard, LogEntry entry) {
    switch (entry.command()) {
      case Command.Prepare prepare -> {
        Txn txn = voting(shard, prepare.part().txn());
        name(txn, prepare.part().participants());
        txn.prepared.put(shard, prepare.ts());
        checkCommitted(txn);
      }
      case Command.OnePhase onePhase -> {
        Txn txn = voting(shard, onePhase.part().txn());
        name(txn, onePhase.part().participants());
        Invariant.check(
            txn.participants.equals(List.of(shard)), "%s: one phase for %s", shard, txn);
        txn.prepared.put(shard, onePhase.ts());
        txn.decided.put(shard, new Decision.Commit(onePhase.ts()));
        checkCommitted(txn);
      }
      case Command.Fence fence -> {
        boolean forgotten = !fence.txn().begin().isAfter(watermark(shard));
        Txn txn = forgotten ? txn(fence.txn()) : voting(shard, fence.txn());
        // A fence may stand for a transaction of which this shard was told no more than its name.
        if (!(forgotten && txn.isCommitted())) {
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

  /// How many transactions are committed.
  long committed() {
    return txns.values().stream().filter(Txn::isCommitted).count();
  }

  /// The transactions that some shard has prepared and not seen the end of.
  List<String> unresolved() {
    return txns.values().stream()
        .filter(txn -> !txn.decided.keySet().containsAll(txn.prepared.keySet()))
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
              prepared.ts().equals(txn.prepared.get(shard)),
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
