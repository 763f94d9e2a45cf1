package meridian.participant;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.node.Effects;
import meridian.node.Now;
import meridian.paxos.Decision;
import meridian.storage.Tables;

/// Finishes transactions that were left undecided (protocol 2.7): first asks the coordinator, since
/// to refuse a live transaction is a waste; then asks every participant, which makes each of them
/// vote or refuse; and applies the same rule as a coordinator would (C3). Any number of shards may
/// do so at once: all read the same chosen votes.
final class Orphans {
  /// How far the enquiry about one transaction has come.
  private static final class Question {
    long nextMicros;
    int asked;
    final NavigableMap<ShardId, TxnStatus> votes = new TreeMap<>();

    Question(long nextMicros) {
      this.nextMicros = nextMicros;
    }
  }

  private final ShardId shard;
  private final Settings settings;
  private final Group group;
  private final RandomGenerator random;
  private final Map<TxnId, Question> questions = new TreeMap<>();

  Orphans(ShardId shard, Settings settings, Group group, RandomGenerator random) {
    this.shard = shard;
    this.settings = settings;
    this.group = group;
    this.random = random;
  }

  void follow() {
    questions.clear();
  }

  /// Asks after everything that has been undecided for too long.
  ///
  /// @return the decisions for which nobody else need be asked
  NavigableMap<TxnId, Decision> tick(
      NavigableMap<TxnId, Tables.Prepared> prepared, Now now, Effects out) {
    NavigableMap<TxnId, Decision> decisions = new TreeMap<>();
    questions.keySet().removeIf(txn -> !prepared.containsKey(txn));
    for (Tables.Prepared p : prepared.values()) {
      Question question =
          questions.computeIfAbsent(
              p.part().txn(), t -> new Question(now.monotonicMicros() + patience()));
      if (now.monotonicMicros() >= question.nextMicros) {
        question.nextMicros = now.monotonicMicros() + patience() / 2;
        ask(p, question, out).ifPresent(decision -> decisions.put(p.part().txn(), decision));
      }
    }
    return decisions;
  }

  private long patience() {
    return settings.orphanMicros() + random.nextLong(settings.orphanMicros() / 2);
  }

  private Optional<Decision> ask(Tables.Prepared p, Question question, Effects out) {
    TxnPart part = p.part();
    if (question.asked++ == 0) {
      out.sendAhead(part.coordinator(), new CoordinatorMessage.WhatBecameOf(shard, part.txn()));
      return Optional.empty();
    }
    question.votes.put(shard, new TxnStatus.Prepared(p.ts()));
    for (ShardId participant : part.participants()) {
      if (!participant.equals(shard) && !question.votes.containsKey(participant)) {
        for (NodeId replica : group.replicas(participant)) {
          out.send(
              replica,
              new ParticipantMessage.QueryOrFence(
                  participant, part.txn(), part.participants(), shard));
        }
      }
    }
    return Enquiry.decide(part.participants(), question.votes);
  }

  /// Takes another participant's answer.
  ///
  /// @return the decision, once the answers tell
  Optional<Decision> on(ParticipantMessage.StatusReport report, Tables.Prepared p) {
    Question question = questions.get(report.txn());
    if (question == null) {
      return Optional.empty();
    }
    question.votes.put(report.from(), report.status());
    question.votes.put(shard, new TxnStatus.Prepared(p.ts()));
    return Enquiry.decide(p.part().participants(), question.votes);
  }
}
