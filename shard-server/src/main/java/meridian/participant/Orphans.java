package meridian.participant;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import meridian.model.AbortReason;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.node.Effects;
import meridian.node.Now;
import meridian.paxos.Decision;
import meridian.storage.Tables;

/// Finishes transactions that were left undecided (protocol 2.7): first asks the coordinator, since to
/// refuse a live transaction is a waste; then asks every participant, which makes each of them vote or
/// refuse; and applies the same rule as a coordinator would (C3). Any number of shards may do so at
/// once: all read the same chosen votes.
final class Orphans {
  /// How far the enquiry about one transaction has come.
  private static final class Enquiry {
    long nextMicros;
    int asked;
    final NavigableMap<ShardId, TxnStatus> votes = new TreeMap<>();

    Enquiry(long nextMicros) {
      this.nextMicros = nextMicros;
    }
  }

  private final ShardId shard;
  private final Settings settings;
  private final Group group;
  private final RandomGenerator random;
  private final Map<TxnId, Enquiry> enquiries = new TreeMap<>();

  Orphans(ShardId shard, Settings settings, Group group, RandomGenerator random) {
    this.shard = shard;
    this.settings = settings;
    this.group = group;
    this.random = random;
  }

  void follow() {
    enquiries.clear();
  }

  /// Asks after everything that has been undecided for too long.
  void tick(NavigableMap<TxnId, Tables.Prepared> prepared, Now now, Effects out) {
    enquiries.keySet().removeIf(txn -> !prepared.containsKey(txn));
    for (Tables.Prepared p : prepared.values()) {
      Enquiry enquiry = enquiries.computeIfAbsent(p.part().txn(), t -> new Enquiry(now.monotonicMicros() + patience()));
      if (now.monotonicMicros() >= enquiry.nextMicros) {
        enquiry.nextMicros = now.monotonicMicros() + patience() / 2;
        ask(p, enquiry, out);
      }
    }
  }

  private long patience() {
    return settings.orphanMicros() + random.nextLong(settings.orphanMicros() / 2);
  }

  private void ask(Tables.Prepared p, Enquiry enquiry, Effects out) {
    TxnPart part = p.part();
    if (enquiry.asked++ == 0) {
      out.sendAhead(part.coordinator(), new CoordinatorMessage.WhatBecameOf(shard, part.txn()));
      return;
    }
    enquiry.votes.put(shard, new TxnStatus.Prepared(p.ts()));
    for (ShardId participant : part.participants()) {
      if (!participant.equals(shard) && !enquiry.votes.containsKey(participant)) {
        for (NodeId replica : group.replicas(participant)) {
          out.send(
              replica,
              new ParticipantMessage.QueryOrFence(participant, part.txn(), part.participants(), shard));
        }
      }
    }
  }

  /// Takes another participant's answer.
  ///
  /// @return the decision, once the answers tell
  Optional<Decision> on(ParticipantMessage.StatusReport report, Tables.Prepared p) {
    Enquiry enquiry = enquiries.get(report.txn());
    if (enquiry == null) {
      return Optional.empty();
    }
    enquiry.votes.put(report.from(), report.status());
    enquiry.votes.put(shard, new TxnStatus.Prepared(p.ts()));
    return decide(p.part().participants(), enquiry.votes);
  }

  /// What the votes of the participants come to (rule C3): committed if all are prepared, at the largest
  /// of their timestamps; aborted if one has refused; nothing yet otherwise.
  static Optional<Decision> decide(List<ShardId> participants, Map<ShardId, TxnStatus> votes) {
    Timestamp cts = Timestamp.ZERO;
    boolean allPrepared = true;
    for (ShardId participant : participants) {
      TxnStatus status = votes.get(participant);
      switch (status) {
        case null -> allPrepared = false;
        case TxnStatus.Prepared prepared -> cts = Timestamp.max(cts, prepared.ts());
        case TxnStatus.Settled settled -> {
          return Optional.of(settled.decision());
        }
        // Below the watermark and unknown: it cannot have committed while this shard holds it undecided.
        case TxnStatus.Forgotten forgotten -> {
          return Optional.of(
              new Decision.Abort(
                  AbortReason.of(AbortReason.Kind.RECOVERED, participant + " has forgotten it")));
        }
      }
    }
    return allPrepared ? Optional.of(new Decision.Commit(cts)) : Optional.empty();
  }
}
