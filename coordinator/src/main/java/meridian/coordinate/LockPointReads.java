package meridian.coordinate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import meridian.model.Hlc;
import meridian.model.KeyRange;
import meridian.model.NodeId;
import meridian.model.Observed;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.node.Effects;
import meridian.node.Now;
import meridian.participant.CoordinatorMessage;
import meridian.participant.Enquiry;
import meridian.participant.ParticipantMessage;
import meridian.participant.TxnStatus;
import meridian.paxos.Ballot;
import meridian.paxos.Decision;
import meridian.txn.ClientMessage;
import meridian.txn.Reading;

/// Strictly serializable reads of several shards in one round (rule 2.11): a transaction that
/// writes nothing, and whose votes read.
///
/// When every participant is proven prepared, all of them hold their locks at once, so what their
/// votes have read was true together at that moment, which lies between question and answer. No
/// clock has a part in it. What a leader's answer says is believed only if it is of the ballot and
/// the slot that the proof is of (rule C2): another leader may have voted anew, on another state.
///
/// It is an attempt. Where something is in the way, or an answer is lost, the reads are done as
/// they are otherwise, and validated by a commit; the transaction begun here is left to end by
/// itself (protocol 2.7), which harms nobody, since it writes nothing.
final class LockPointReads {
  /// So long an answer is waited for before the reads are done in the usual way.
  private static final long PATIENCE_MICROS = 700_000;

  /// So long the transaction is finished for those who hold locks for it, and remembered.
  private static final long FINISH_MICROS = 10_000_000;

  private static final long TELL_MICROS = 500_000;
  private static final int SHARDS_MAX = 8;
  private static final long TICK_MICROS = 20_000;

  /// Where a vote is proven to stand.
  private record Place(Ballot ballot, long slot) {}

  private static final class Running {
    final Fetch fetch;
    final List<ShardId> participants;
    final Map<ShardId, TxnPart> parts = new TreeMap<>();
    final Map<ShardId, Ballots> ballots = new TreeMap<>();
    final Map<ShardId, TxnStatus> votes = new TreeMap<>();
    final Map<ShardId, Place> proofs = new TreeMap<>();
    final Map<ShardId, List<CoordinatorMessage.ReadAtVote>> read = new TreeMap<>();
    final long patienceMicros;
    final long endMicros;
    Optional<Decision> decision = Optional.empty();
    boolean answered;
    long toldMicros;

    /// Whether nobody waits for it or holds locks for it any more.
    boolean isOver() {
      return answered
          && decision.isPresent()
          && participants.stream().allMatch(s -> votes.get(s) instanceof TxnStatus.Settled);
    }

    Running(Fetch fetch, List<ShardId> participants, Now now) {
      this.fetch = fetch;
      this.participants = participants;
      this.patienceMicros = Math.min(fetch.dueMicros, now.monotonicMicros() + PATIENCE_MICROS);
      this.endMicros = now.monotonicMicros() + FINISH_MICROS;
    }
  }

  private final NodeId self;
  private final Hlc hlc;
  private final Router router;

  /// In the order in which they began.
  private final Map<TxnId, Running> running = new LinkedHashMap<>();

  private long tickedMicros;

  LockPointReads(NodeId self, Hlc hlc, Router router) {
    this.self = self;
    this.hlc = hlc;
    this.router = router;
  }

  /// What each shard is asked for, if a request is one for this class: strong, over several shards,
  /// and without a limit that would have to be shared among them.
  private Optional<NavigableMap<ShardId, List<KeyRange>>> questions(ClientMessage.Read request) {
    if (request.mode() != Reading.Mode.STRONG || request.at().isAfter(Timestamp.ZERO)) {
      return Optional.empty();
    }
    NavigableMap<ShardId, List<KeyRange>> questions = new TreeMap<>();
    for (Reading.Range range : request.ranges()) {
      if (range.limit() > 0 && !range.keys().isPoint()) {
        return Optional.empty();
      }
      for (ShardMap.Shard shard : router.map().overlapping(range.keys())) {
        questions
            .computeIfAbsent(shard.id(), s -> new ArrayList<>())
            .add(range.keys().intersect(shard.range()));
      }
    }
    boolean suits = questions.size() > 1 && questions.size() <= SHARDS_MAX;
    return suits ? Optional.of(questions) : Optional.empty();
  }

  /// Begins to answer a request in one round.
  ///
  /// @return whether it is one that can be
  boolean begin(Fetch fetch, Now now, Effects out) {
    Optional<NavigableMap<ShardId, List<KeyRange>>> questions = questions(fetch.request);
    if (questions.isEmpty()) {
      return false;
    }
    Timestamp ts = hlc.tick(now.wallMicros());
    // No client's own id: those carry the client's number as it is.
    TxnId txn = new TxnId(ts, ~fetch.client.number(), fetch.request.id(), 0);
    if (running.containsKey(txn)) {
      return false;
    }
    List<ShardId> participants = List.copyOf(questions.get().keySet());
    Running reading = new Running(fetch, participants, now);
    running.put(txn, reading);
    questions
        .get()
        .forEach(
            (shard, ranges) -> {
              TxnPart part =
                  TxnPart.of(
                      txn,
                      shard,
                      ts,
                      ts.plusMillis(PATIENCE_MICROS / 1_000),
                      self,
                      participants,
                      ranges.stream()
                          .distinct()
                          .map(range -> new Observed(range, Observed.AT_VOTE))
                          .toList(),
                      List.of());
              reading.parts.put(shard, part);
              out.sendAhead(router.leader(shard), new ParticipantMessage.PrepareTxn(part));
            });
    return true;
  }

  void on(CoordinatorMessage.Voted m, NodeId from, Now now, Effects out) {
    if (!router.replicas(m.shard()).contains(from)) {
      return;
    }
    for (CoordinatorMessage.Vote vote : m.votes()) {
      Running reading = running.get(vote.txn());
      TxnPart part = reading == null ? null : reading.parts.get(m.shard());
      boolean sameContent = part != null && (vote.hash() == 0 || vote.hash() == part.hash());
      if (reading != null && sameContent && !reading.proofs.containsKey(m.shard())) {
        reading
            .ballots
            .computeIfAbsent(m.shard(), s -> new Ballots())
            .count(m, vote, from, router.replicas(m.shard()).size())
            .ifPresent(
                status -> {
                  // Only a leader is asked, so the proof is a place in its log.
                  reading.proofs.put(m.shard(), new Place(m.ballot(), vote.slot()));
                  settle(vote.txn(), reading, m.shard(), status, now, out);
                });
      }
    }
  }

  void on(CoordinatorMessage.Status m, Now now, Effects out) {
    Running reading = running.get(m.txn());
    if (reading != null && reading.participants.contains(m.shard())) {
      settle(m.txn(), reading, m.shard(), m.status(), now, out);
    }
  }

  void on(CoordinatorMessage.ReadAtVote m, Now now, Effects out) {
    Running reading = running.get(m.txn());
    if (reading != null && reading.participants.contains(m.shard())) {
      reading.read.computeIfAbsent(m.shard(), s -> new ArrayList<>()).add(m);
      answerIfComplete(reading, now, out);
    }
  }

  void on(CoordinatorMessage.WhatBecameOf m, NodeId from, Effects out) {
    Optional.ofNullable(running.get(m.txn()))
        .flatMap(reading -> reading.decision)
        .ifPresent(d -> out.sendAhead(from, new ParticipantMessage.Decided(m.shard(), m.txn(), d)));
  }

  private void settle(
      TxnId txn, Running reading, ShardId shard, TxnStatus status, Now now, Effects out) {
    TxnStatus known = reading.votes.get(shard);
    if (known == null || status instanceof TxnStatus.Settled) {
      reading.votes.put(shard, status);
    }
    if (reading.decision.isEmpty()) {
      reading.decision = Enquiry.decide(reading.participants, reading.votes);
      if (reading.decision.isPresent()) {
        tell(txn, reading, now, out);
      }
    }
    answerIfComplete(reading, now, out);
    if (reading.isOver()) {
      running.remove(txn);
    }
  }

  /// Tells those who hold locks for it how it ended (rule C4).
  private void tell(TxnId txn, Running reading, Now now, Effects out) {
    reading.toldMicros = now.monotonicMicros();
    for (ShardId shard : reading.participants) {
      if (!(reading.votes.get(shard) instanceof TxnStatus.Settled)) {
        out.sendAhead(
            router.leader(shard),
            new ParticipantMessage.Decided(shard, txn, reading.decision.orElseThrow()));
      }
    }
  }

  /// Answers once it is committed and everything that was read is proven.
  private void answerIfComplete(Running reading, Now now, Effects out) {
    boolean committed = reading.decision.filter(Decision.Commit.class::isInstance).isPresent();
    if (reading.answered || !committed) {
      return;
    }
    Map<ShardId, List<Reading.Page>> proven = new TreeMap<>();
    for (ShardId shard : reading.participants) {
      Place proof = reading.proofs.get(shard);
      for (var read : reading.read.getOrDefault(shard, List.of())) {
        if (new Place(read.ballot(), read.slot()).equals(proof)) {
          proven.put(shard, read.pages());
        }
      }
    }
    if (proven.size() == reading.participants.size()) {
      reading.answered = true;
      out.sendAhead(
          reading.fetch.client,
          new ClientMessage.ReadDone(
              reading.fetch.request.id(),
              results(reading.fetch.request, proven),
              true,
              hlc.peek(now.wallMicros())));
    }
  }

  /// The pages of each range, from shard to shard in its own order.
  private static List<ClientMessage.RangeResult> results(
      ClientMessage.Read request, Map<ShardId, List<Reading.Page>> proven) {
    List<ClientMessage.RangeResult> results = new ArrayList<>();
    for (Reading.Range range : request.ranges()) {
      List<Reading.Page> pages = new ArrayList<>();
      for (List<Reading.Page> ofShard : proven.values()) {
        for (Reading.Page page : ofShard) {
          if (page.covered().equals(range.keys().intersect(page.covered()))) {
            pages.add(page);
          }
        }
      }
      pages.sort(java.util.Comparator.comparing(page -> page.covered().start()));
      results.add(
          new ClientMessage.RangeResult(
              range.reverse() ? pages.reversed() : pages, Optional.empty()));
    }
    return results;
  }

  /// Whoever leads now is asked instead.
  void on(CoordinatorMessage.NotLeader m, NodeId from, Effects out) {
    Running reading = m.txn().map(running::get).orElse(null);
    if (reading != null
        && !router.leader(m.shard()).equals(from)
        && reading.parts.containsKey(m.shard())
        && !reading.votes.containsKey(m.shard())) {
      out.sendAhead(
          router.leader(m.shard()),
          new ParticipantMessage.PrepareTxn(reading.parts.get(m.shard())));
    }
  }

  /// Gives back what has come to nothing, tells again what was decided, and forgets what is long
  /// over.
  ///
  /// @return reads to be done in the usual way
  List<Fetch> tick(Now now, Effects out) {
    if (now.monotonicMicros() - tickedMicros < TICK_MICROS || running.isEmpty()) {
      return List.of();
    }
    tickedMicros = now.monotonicMicros();
    List<Fetch> back = new ArrayList<>();
    running.forEach(
        (txn, reading) -> {
          boolean aborted = reading.decision.filter(Decision.Abort.class::isInstance).isPresent();
          if (!reading.answered && (aborted || now.monotonicMicros() >= reading.patienceMicros)) {
            reading.answered = true;
            back.add(reading.fetch);
          }
          boolean held =
              reading.votes.values().stream().anyMatch(TxnStatus.Prepared.class::isInstance);
          if (reading.decision.isPresent()
              && held
              && now.monotonicMicros() - reading.toldMicros >= TELL_MICROS) {
            tell(txn, reading, now, out);
          }
        });
    running
        .values()
        .removeIf(reading -> reading.isOver() || now.monotonicMicros() >= reading.endMicros);
    return back;
  }

  int inFlight() {
    return (int) running.values().stream().filter(reading -> !reading.answered).count();
  }
}
