package meridian.coordinate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import meridian.model.Hlc;
import meridian.model.Key;
import meridian.model.Limits;
import meridian.model.NodeId;
import meridian.model.Observed;
import meridian.model.Outcome;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.model.Write;
import meridian.node.Effects;
import meridian.node.Now;
import meridian.participant.CoordinatorMessage;
import meridian.participant.Participant;
import meridian.participant.ParticipantMessage;
import meridian.participant.TxnStatus;
import meridian.paxos.Decision;
import meridian.txn.ClientMessage;
import org.jspecify.annotations.Nullable;

/// Commits transactions (protocol 2.5): asks every participant for its vote, counts, and answers
/// the client at the moment the outcome is settled. Nothing here is durable, and nothing needs to
/// be: the outcome is a function of votes in the logs, and anyone may work it out.
final class Commits {
  private static final long TICK_MICROS = 20_000;

  /// How one ended, kept for a client that asks again and a participant that did not hear.
  private record Finished(
      Outcome outcome, Optional<Decision> decision, List<ShardId> participants, long untilMicros) {}

  private final NodeId self;
  private final Hlc hlc;
  private final Router router;
  private final Patience patience;
  private final Ahead ahead = new Ahead();

  private final NavigableMap<TxnId, Commitment> running = new TreeMap<>();
  private final NavigableMap<TxnId, Finished> finished = new TreeMap<>();
  private final ArrayDeque<TxnId> finishedInOrder = new ArrayDeque<>();
  private long tickedMicros;

  Commits(NodeId self, Hlc hlc, Router router, Patience patience) {
    this.self = self;
    this.hlc = hlc;
    this.router = router;
    this.patience = patience;
  }

  int inFlight() {
    return running.size();
  }

  // ---- requests

  void on(ClientMessage.Commit m, NodeId client, Now now, Effects out) {
    if (answerIfFinished(m.txn(), m.id(), client, now, out)) {
      return;
    }
    long due = now.monotonicMicros() + bounded(m.timeoutMicros());
    Commitment known = running.get(m.txn());
    if (known != null) {
      await(known, new Commitment.Waiter(client, m.id(), due), now, out);
      return;
    }
    Optional<ClientMessage.Refused> refusal = refusal(m, now);
    if (refusal.isPresent()) {
      out.sendAhead(client, refusal.get());
      return;
    }
    begin(m, client, due, now, out);
  }

  private static long bounded(long timeoutMicros) {
    return Math.max(0, Math.min(timeoutMicros, 1_000 * Limits.TXN_MILLIS_MAX));
  }

  /// Why a commit cannot even be tried; then nothing has been sent and nothing has changed (rule
  /// C6).
  private Optional<ClientMessage.Refused> refusal(ClientMessage.Commit m, Now now) {
    Timestamp clock = hlc.peek(now.wallMicros());
    if (m.timeoutMicros() <= 0) {
      return Optional.of(
          refused(
              m.id(),
              ClientMessage.Code.DEADLINE_EXCEEDED,
              "the deadline passed before the commit began: allow more time",
              0,
              now));
    }
    boolean skewed =
        m.txn().begin().isAfter(clock.plusMillis(patience.skewMillisMax()))
            || m.txn().begin().isBefore(clock.minusMillis(2 * Limits.TXN_MILLIS_MAX));
    if (skewed) {
      return Optional.of(
          refused(
              m.id(),
              ClientMessage.Code.CLOCK_SKEW,
              "the transaction says it began at "
                  + m.txn().begin()
                  + ", and the clock here is "
                  + clock
                  + ": begin it again",
              0,
              now));
    }
    Optional<String> complaint = complaint(m);
    if (complaint.isPresent()) {
      return Optional.of(
          refused(m.id(), ClientMessage.Code.INVALID_ARGUMENT, complaint.get(), 0, now));
    }
    if (running.size() >= patience.inFlightMax()) {
      return Optional.of(
          refused(
              m.id(),
              ClientMessage.Code.RESOURCE_EXHAUSTED,
              "this coordinator has "
                  + running.size()
                  + " transactions under way: try again later, or another coordinator",
              100_000,
              now));
    }
    return Optional.empty();
  }

  private static Optional<String> complaint(ClientMessage.Commit m) {
    long bytes = 0;
    Optional<Key> previous = Optional.empty();
    for (Write write : m.writes()) {
      Optional<String> complaint = Limits.complaintAbout(write);
      if (complaint.isPresent()) {
        return complaint;
      }
      if (previous.isPresent() && previous.get().compareTo(write.key()) >= 0) {
        return Optional.of(
            "writes must be in key order, a key once: " + write.key() + " after " + previous.get());
      }
      previous = Optional.of(write.key());
      bytes += write.sizeBytes();
    }
    for (ClientMessage.ShardRead read : m.reads()) {
      Optional<String> complaint = Limits.complaintAbout(read.observed().range());
      if (complaint.isPresent()) {
        return complaint;
      }
    }
    return Limits.complaintAboutSize(m.reads().size() + (long) m.writes().size(), bytes);
  }

  private ClientMessage.Refused refused(
      long id, ClientMessage.Code code, String message, long retryMicros, Now now) {
    return new ClientMessage.Refused(id, code, message, retryMicros, hlc.peek(now.wallMicros()));
  }

  private void begin(ClientMessage.Commit m, NodeId client, long due, Now now, Effects out) {
    NavigableMap<ShardId, List<Observed>> reads = new TreeMap<>();
    NavigableMap<ShardId, List<Write>> writes = new TreeMap<>();
    // A shard of which nothing is validated and where nothing is written takes no part (rule S4).
    List<ClientMessage.ShardRead> validated =
        m.isolation().validatesReads() ? m.reads() : List.of();
    for (ClientMessage.ShardRead read : validated) {
      Optional<ShardMap.Shard> shard = router.map().find(read.shard());
      if (shard.isEmpty() || shard.get().generation() != read.generation()) {
        out.sendAhead(
            client,
            refused(
                m.id(),
                ClientMessage.Code.UNAVAILABLE,
                read.shard() + " is not what it was when it was read: run the transaction again",
                0,
                now));
        return;
      }
      reads.computeIfAbsent(read.shard(), s -> new ArrayList<>()).add(read.observed());
    }
    for (Write write : m.writes()) {
      writes
          .computeIfAbsent(router.map().owner(write.key()).id(), s -> new ArrayList<>())
          .add(write);
    }
    SortedSet<ShardId> shards = new TreeSet<>(reads.keySet());
    shards.addAll(writes.keySet());
    List<ShardId> participants = List.copyOf(shards);
    Timestamp ts =
        Timestamp.max(proposed(participants, now), Timestamp.max(m.after(), m.snapshot()).next());
    if (participants.isEmpty()) {
      out.sendAhead(
          client,
          new ClientMessage.Ended(m.id(), m.txn(), new Outcome.Committed(ts), participants, ts));
      return;
    }
    Key anchor =
        m.writes().isEmpty()
            ? validated.getFirst().observed().range().start()
            : m.writes().getFirst().key();
    Commitment commitment = new Commitment(new Outcome.Token(m.txn(), participants, anchor));
    Timestamp deadline = ts.plusMillis(bounded(m.timeoutMicros()) / 1_000);
    for (ShardId shard : participants) {
      commitment.parts.put(
          shard,
          TxnPart.of(
              m.txn(),
              shard,
              ts,
              deadline,
              self,
              participants,
              m.isolation(),
              m.snapshot(),
              reads.getOrDefault(shard, List.of()),
              writes.getOrDefault(shard, List.of())));
    }
    commitment.endMicros = due + patience.finishMicros();
    running.put(m.txn(), commitment);
    commitment.waiters.add(new Commitment.Waiter(client, m.id(), due));
    commitment.nextMicros = now.monotonicMicros() + patience.resendMicros();
    commitment.parts.values().forEach(part -> askForVote(part, out));
  }

  /// The clock, and ahead of it as much as the fast path wants (rule C1).
  private Timestamp proposed(List<ShardId> participants, Now now) {
    long millis = 0;
    for (ShardId shard : participants) {
      if (!router.electorate(shard).isEmpty()) {
        millis = Math.max(millis, ahead.millis(shard, router.wayMicros(router.leader(shard))));
      }
    }
    return hlc.tick(now.wallMicros()).plusMillis(millis);
  }

  /// Asks the leader of a participant, and beside it the members of the electorate where there is
  /// one.
  private void askForVote(TxnPart part, Effects out) {
    NodeId leader = router.leader(part.shard());
    boolean fast = isFast(part);
    out.sendAhead(leader, new ParticipantMessage.PrepareTxn(part, fast));
    if (fast) {
      for (NodeId member : router.electorate(part.shard()).members()) {
        if (!member.equals(leader)) {
          out.sendAhead(member, new ParticipantMessage.PrepareTxn(part, true));
        }
      }
    }
  }

  private boolean isFast(TxnPart part) {
    return !router.electorate(part.shard()).isEmpty()
        && (!part.isOnlyParticipant() || router.isFarFrom(part.shard()));
  }

  void on(ClientMessage.Resolve m, NodeId client, Now now, Effects out) {
    if (answerIfFinished(m.token().txn(), m.id(), client, now, out)) {
      return;
    }
    long due = now.monotonicMicros() + bounded(m.timeoutMicros());
    Commitment commitment =
        running.computeIfAbsent(m.token().txn(), txn -> new Commitment(m.token()));
    commitment.resolving = true;
    commitment.endMicros = Math.max(commitment.endMicros, due);
    await(commitment, new Commitment.Waiter(client, m.id(), due), now, out);
    if (commitment.decision().isEmpty()) {
      send(commitment, now, out);
    }
  }

  private boolean answerIfFinished(TxnId txn, long request, NodeId client, Now now, Effects out) {
    Finished known = finished.get(txn);
    if (known == null) {
      return false;
    }
    out.sendAhead(
        client,
        new ClientMessage.Ended(
            request, txn, known.outcome(), known.participants(), hlc.peek(now.wallMicros())));
    return true;
  }

  private void await(Commitment commitment, Commitment.Waiter waiter, Now now, Effects out) {
    commitment.waiters.removeIf(
        w -> w.client().equals(waiter.client()) && w.request() == waiter.request());
    commitment.waiters.add(waiter);
    commitment.decision().ifPresent(decision -> answer(commitment, outcome(decision), now, out));
  }

  // ---- votes

  void on(CoordinatorMessage.Voted m, NodeId from, Now now, Effects out) {
    if (!router.replicas(m.shard()).contains(from)) {
      return;
    }
    router.heard(m.shard(), m.ballot(), m.electorate());
    for (CoordinatorMessage.Vote vote : m.votes()) {
      Commitment commitment = running.get(vote.txn());
      if (commitment == null || commitment.votes.containsKey(m.shard())) {
        continue;
      }
      TxnPart part = commitment.parts.get(m.shard());
      boolean sameContent = vote.hash() == 0 || (part != null && part.hash() == vote.hash());
      if (sameContent) {
        commitment
            .ballots
            .computeIfAbsent(m.shard(), s -> new Ballots())
            .count(m, vote, from, router.replicas(m.shard()).size())
            .ifPresent(status -> proven(commitment, m.shard(), status, now, out));
      }
    }
  }

  /// The votes of a participant's replicas prove something.
  private void proven(
      Commitment commitment, ShardId shard, TxnStatus status, Now now, Effects out) {
    TxnPart part = commitment.parts.get(shard);
    if (part != null && status instanceof TxnStatus.Prepared prepared) {
      ahead.prepared(shard, part.ts(), prepared.ts());
    }
    settle(commitment, shard, status, now, out);
  }

  void on(CoordinatorMessage.Status m, Now now, Effects out) {
    Commitment commitment = running.get(m.txn());
    if (commitment == null) {
      return;
    }
    if (commitment.decision().isPresent()) {
      if (m.status() instanceof TxnStatus.Settled settled) {
        commitment.decide(settled.decision());
        acknowledged(commitment, m.shard(), now);
      }
      return;
    }
    settle(commitment, m.shard(), m.status(), now, out);
  }

  /// Something is proven of a participant; perhaps the outcome is (rule C3).
  private void settle(
      Commitment commitment, ShardId shard, TxnStatus status, Now now, Effects out) {
    commitment.votes.put(shard, status);
    if (commitment.isForgotten()
        && commitment.tally().filter(Decision.Commit.class::isInstance).isEmpty()) {
      // Told to a client, this is Unknown for ever, and nothing is tried again on it.
      answer(commitment, new Outcome.Unknown(commitment.token), now, out);
      finish(commitment, new Outcome.Unknown(commitment.token), Optional.empty(), now);
      return;
    }
    Optional<Decision> tally = commitment.tally();
    if (tally.isEmpty()) {
      return;
    }
    commitment.decide(tally.get());
    commitment.votes.forEach(
        (participant, vote) -> {
          if (vote instanceof TxnStatus.Settled) {
            commitment.acknowledged.add(participant);
          }
        });
    answer(commitment, outcome(tally.get()), now, out);
    commitment.nextMicros = now.monotonicMicros() + patience.resendMicros();
    commitment.endMicros = now.monotonicMicros() + patience.finishMicros();
    tellDecision(commitment, false, out);
    finishIfAcknowledged(commitment, now);
  }

  private static Outcome outcome(Decision decision) {
    return switch (decision) {
      case Decision.Commit commit -> new Outcome.Committed(commit.ts());
      case Decision.Abort abort -> new Outcome.Aborted(abort.reason());
    };
  }

  private void answer(Commitment commitment, Outcome outcome, Now now, Effects out) {
    for (Commitment.Waiter waiter : commitment.waiters) {
      out.sendAhead(
          waiter.client(),
          new ClientMessage.Ended(
              waiter.request(),
              commitment.txn,
              outcome,
              commitment.token.participants(),
              hlc.peek(now.wallMicros())));
    }
    commitment.waiters.clear();
  }

  /// Tells the participants that still hold it (rule C4): their leaders, or everyone once that has
  /// not helped.
  private void tellDecision(Commitment commitment, boolean everyone, Effects out) {
    Decision decision = commitment.decision().orElseThrow();
    for (ShardId shard : commitment.token.participants()) {
      if (!commitment.acknowledged.contains(shard)) {
        Collection<NodeId> to = everyone ? router.replicas(shard) : List.of(router.leader(shard));
        to.forEach(
            node ->
                out.sendAhead(
                    node,
                    new ParticipantMessage.Decided(
                        shard, commitment.txn, decision, commitment.isProvenFast(shard))));
      }
    }
  }

  private void acknowledged(Commitment commitment, ShardId shard, Now now) {
    commitment.acknowledged.add(shard);
    finishIfAcknowledged(commitment, now);
  }

  private void finishIfAcknowledged(Commitment commitment, Now now) {
    if (commitment.acknowledged.containsAll(commitment.token.participants())) {
      Decision decision = commitment.decision().orElseThrow();
      finish(commitment, outcome(decision), Optional.of(decision), now);
    }
  }

  private void finish(
      Commitment commitment, Outcome outcome, Optional<Decision> decision, Now now) {
    running.remove(commitment.txn);
    long until = now.monotonicMicros() + patience.rememberMicros();
    finished.put(
        commitment.txn, new Finished(outcome, decision, commitment.token.participants(), until));
    finishedInOrder.add(commitment.txn);
    while (finishedInOrder.size() > patience.inFlightMax()) {
      finished.remove(finishedInOrder.poll());
    }
  }

  // ---- trouble

  void on(CoordinatorMessage.NotLeader m, NodeId from, Now now, Effects out) {
    boolean news = router.heard(m.shard(), m.ballot());
    Commitment commitment = m.txn().map(running::get).orElse(null);
    if (commitment == null || !news || router.leader(m.shard()).equals(from)) {
      return;
    }
    TxnPart part = commitment.parts.get(m.shard());
    if (part != null
        && commitment.decision().isEmpty()
        && !commitment.votes.containsKey(m.shard())) {
      askForVote(part, out);
    }
  }

  void on(CoordinatorMessage.Busy m, Now now) {
    Commitment commitment = running.get(m.txn());
    if (commitment != null && commitment.decision().isEmpty()) {
      commitment.nextMicros =
          Math.min(commitment.nextMicros, now.monotonicMicros() + m.retryAfterMicros());
    }
  }

  void on(CoordinatorMessage.WhatBecameOf m, NodeId from, Effects out) {
    Optional<Decision> decision =
        Optional.ofNullable(finished.get(m.txn()))
            .flatMap(Finished::decision)
            .or(() -> Optional.ofNullable(running.get(m.txn())).flatMap(Commitment::decision));
    decision.ifPresent(
        d -> out.sendAhead(from, new ParticipantMessage.Decided(m.shard(), m.txn(), d)));
  }

  /// Sends again what is late, gives clients an honest Unknown when their time is up, and lets go
  /// of what has been tried for long enough.
  void tick(Now now, Effects out) {
    if (now.monotonicMicros() - tickedMicros < TICK_MICROS) {
      return;
    }
    tickedMicros = now.monotonicMicros();
    for (Commitment commitment : List.copyOf(running.values())) {
      expireWaiters(commitment, now, out);
      if (now.monotonicMicros() >= commitment.endMicros) {
        giveUp(commitment, now);
      } else if (now.monotonicMicros() >= commitment.nextMicros) {
        send(commitment, now, out);
      }
    }
    while (!finishedInOrder.isEmpty() && isPast(finished.get(finishedInOrder.peek()), now)) {
      finished.remove(finishedInOrder.poll());
    }
  }

  private static boolean isPast(@Nullable Finished old, Now now) {
    return old == null || old.untilMicros() < now.monotonicMicros();
  }

  private void expireWaiters(Commitment commitment, Now now, Effects out) {
    for (Commitment.Waiter waiter : List.copyOf(commitment.waiters)) {
      if (now.monotonicMicros() >= waiter.dueMicros()) {
        commitment.waiters.remove(waiter);
        commitment.resolving = true;
        out.sendAhead(
            waiter.client(),
            new ClientMessage.Ended(
                waiter.request(),
                commitment.txn,
                new Outcome.Unknown(commitment.token),
                commitment.token.participants(),
                hlc.peek(now.wallMicros())));
      }
    }
  }

  private void giveUp(Commitment commitment, Now now) {
    commitment
        .decision()
        .ifPresentOrElse(
            decision -> finish(commitment, outcome(decision), Optional.of(decision), now),
            () -> running.remove(commitment.txn));
  }

  /// Asks again for what is missing: votes by the same PrepareTxn (rule C5), or, past the deadline
  /// and for others' transactions, by QueryOrFence (rule R1).
  private void send(Commitment commitment, Now now, Effects out) {
    commitment.sends++;
    commitment.nextMicros = now.monotonicMicros() + patience.resendMicros();
    if (commitment.decision().isPresent()) {
      tellDecision(commitment, true, out);
      return;
    }
    List<ShardId> asked =
        commitment.token.participants().isEmpty()
            ? List.of(router.map().owner(commitment.token.anchor()).id())
            : commitment.token.participants();
    for (ShardId shard : asked) {
      boolean proven =
          commitment.votes.containsKey(shard) && !commitment.token.participants().isEmpty();
      if (!proven) {
        TxnPart part = commitment.parts.get(shard);
        ParticipantMessage question =
            commitment.resolving || part == null
                ? new ParticipantMessage.QueryOrFence(
                    shard, commitment.txn, asked, Participant.COORDINATOR)
                : new ParticipantMessage.PrepareTxn(part, isFast(part));
        router.replicas(shard).forEach(node -> out.sendAhead(node, question));
      }
    }
  }

  /// For each transaction under way, by age: what it waits for. For people.
  Map<TxnId, String> describe() {
    Map<TxnId, String> text = new TreeMap<>();
    running.forEach(
        (txn, c) ->
            text.put(
                txn,
                c.decision()
                    .map(Object::toString)
                    .orElse("votes of " + c.votes.keySet() + " of " + c.token.participants())));
    return text;
  }
}
