package meridian.coordinate;

import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import meridian.model.Hlc;
import meridian.model.Limits;
import meridian.model.NodeId;
import meridian.model.Timestamp;
import meridian.node.Effects;
import meridian.node.Now;
import meridian.participant.CoordinatorMessage;
import meridian.participant.ParticipantMessage;
import meridian.txn.ClientMessage;
import meridian.txn.Reading;

/// Reads for clients: from the nearest replica, or from the leader, shard by shard.
final class Fetches {
  private static final long TICK_MICROS = 20_000;
  private static final long SLOW_MICROS = 2_000_000;

  /// A question that a shard has not answered yet.
  private static final class Asked {
    final Fetch fetch;
    final Fetch.Question question;
    NodeId to = NodeId.NONE;
    int tries;

    /// Who has been asked since everyone had been.
    final TreeSet<NodeId> tried = new TreeSet<>();

    long nextMicros;

    boolean isSnapshot() {
      return fetch.request.at().isAfter(Timestamp.ZERO);
    }

    Asked(Fetch fetch, Fetch.Question question) {
      this.fetch = fetch;
      this.question = question;
    }
  }

  private final Hlc hlc;
  private final Router router;
  private final Patience patience;
  private final NavigableMap<Long, Asked> asked = new TreeMap<>();
  private long lastId;
  private long tickedMicros;

  Fetches(Hlc hlc, Router router, Patience patience) {
    this.hlc = hlc;
    this.router = router;
    this.patience = patience;
  }

  int inFlight() {
    return asked.size();
  }

  void on(ClientMessage.Read m, NodeId client, Now now, Effects out) {
    Optional<String> complaint = complaint(m).or(() -> complaintAboutTime(m, now));
    if (complaint.isPresent()) {
      refuse(m.id(), client, ClientMessage.Code.INVALID_ARGUMENT, complaint.get(), 0, now, out);
    } else if (asked.size() >= patience.readsMax()) {
      String message = "this coordinator has " + asked.size() + " reads under way: try again later";
      refuse(m.id(), client, ClientMessage.Code.RESOURCE_EXHAUSTED, message, 50_000, now, out);
    } else {
      long timeout = Math.min(m.timeoutMicros(), 1_000 * Limits.TXN_MILLIS_MAX);
      goOn(new Fetch(client, m, now.monotonicMicros() + timeout), now, out);
    }
  }

  /// The future cannot be read (rule 2.10).
  private Optional<String> complaintAboutTime(ClientMessage.Read m, Now now) {
    Timestamp clock = hlc.peek(now.wallMicros());
    return m.at().isAfter(clock.plusMillis(Limits.AHEAD_MILLIS_MAX))
        ? Optional.of(
            "the state is asked for as of "
                + m.at()
                + ", and the clock here is "
                + clock
                + ": read as of a time in the past")
        : Optional.empty();
  }

  private static Optional<String> complaint(ClientMessage.Read m) {
    for (Reading.Range range : m.ranges()) {
      Optional<String> complaint = Limits.complaintAbout(range.keys());
      if (complaint.isPresent()) {
        return complaint;
      }
      if (range.limit() < 0) {
        return Optional.of("the limit is " + range.limit() + ": use 1 or more, or 0 for no limit");
      }
    }
    return Limits.complaintAboutSize(m.ranges().size(), 0);
  }

  private void refuse(
      long id,
      NodeId client,
      ClientMessage.Code code,
      String why,
      long retryMicros,
      Now now,
      Effects out) {
    out.sendAhead(
        client, new ClientMessage.Refused(id, code, why, retryMicros, hlc.peek(now.wallMicros())));
  }

  private void goOn(Fetch fetch, Now now, Effects out) {
    if (fetch.isDone()) {
      out.sendAhead(
          fetch.client,
          new ClientMessage.ReadDone(
              fetch.request.id(), fetch.results(), fetch.isStrong(), hlc.peek(now.wallMicros())));
      return;
    }
    for (Fetch.Question question : fetch.questions(router.map())) {
      ask(++lastId, new Asked(fetch, question), now, out);
    }
  }

  private void ask(long id, Asked ask, Now now, Effects out) {
    asked.put(id, ask);
    ask.nextMicros = now.monotonicMicros() + patience.readMicros();
    ask.to = target(ask, now);
    ask.tries++;
    Fetch.Question q = ask.question;
    out.sendAhead(
        ask.to,
        new ParticipantMessage.ReadRequest(
            q.shard().id(),
            q.shard().generation(),
            id,
            q.ranges(),
            ask.fetch.request.mode(),
            ask.fetch.request.at()));
  }

  private NodeId target(Asked ask, Now now) {
    NodeId target =
        switch (ask.fetch.request.mode()) {
          // A snapshot that the nearest cannot give for long may be had of the leader, who closes
          // the
          // past for it.
          case NEAREST ->
              ask.isSnapshot() && ask.tries % 2 == 1
                  ? router.leader(ask.question.shard().id())
                  : nextNearest(ask, now);
          // The second try, and every other after it, asks around for who leads.
          case LEADER, STRONG ->
              ask.tries % 2 == 0 ? router.leader(ask.question.shard().id()) : nextNearest(ask, now);
        };
    ask.tried.add(target);
    return target;
  }

  /// The nearest of those who have not been asked yet; once all have, they come round again.
  private NodeId nextNearest(Asked ask, Now now) {
    List<NodeId> nearest = router.nearest(ask.question.shard().id(), now.monotonicMicros());
    if (ask.tried.containsAll(nearest)) {
      ask.tried.clear();
    }
    return nearest.stream().filter(node -> !ask.tried.contains(node)).findFirst().orElseThrow();
  }

  void on(CoordinatorMessage.ReadReply m, NodeId from, Now now, Effects out) {
    router.answered(from);
    Asked ask = asked.remove(m.id());
    if (ask != null) {
      ask.fetch.take(ask.question, m.pages(), m.strong());
      goOn(ask.fetch, now, out);
    }
  }

  void on(CoordinatorMessage.ReadRefused m, NodeId from, Now now, Effects out) {
    Asked ask = asked.get(m.id());
    if (ask != null && ask.to.equals(from)) {
      // Soon, but not at once: if nobody can answer, asking must not become a storm.
      ask.nextMicros = Math.min(ask.nextMicros, now.monotonicMicros() + TICK_MICROS);
    }
  }

  void on(CoordinatorMessage.ReadTooOld m, Now now, Effects out) {
    Asked ask = asked.get(m.id());
    if (ask != null) {
      asked.values().removeIf(other -> other.fetch == ask.fetch);
      String why =
          "the state as of "
              + ask.fetch.request.at()
              + " is gone: "
              + m.shard()
              + " remembers from "
              + m.horizon()
              + " on; read as of a later time, or have servers keep snapshots for longer";
      refuse(
          ask.fetch.request.id(), ask.fetch.client, ClientMessage.Code.TOO_OLD, why, 0, now, out);
    }
  }

  void on(CoordinatorMessage.NotLeader m, NodeId from, Now now, Effects out) {
    boolean news = router.heard(m.shard(), m.ballot());
    Asked ask = asked.get(m.readId());
    if (ask == null || !ask.to.equals(from)) {
      return;
    }
    NodeId leader = router.leader(m.shard());
    if (leader.equals(from) || (!news && ask.tries > 2)) {
      ask.nextMicros = Math.min(ask.nextMicros, now.monotonicMicros() + 5 * TICK_MICROS);
    } else {
      ask.tries = ask.tries + (ask.tries & 1);
      ask(m.readId(), ask, now, out);
    }
  }

  /// Asks another replica where one is late, and gives up what is past its time.
  void tick(Now now, Effects out) {
    if (now.monotonicMicros() - tickedMicros < TICK_MICROS) {
      return;
    }
    tickedMicros = now.monotonicMicros();
    for (long id : List.copyOf(asked.keySet())) {
      Asked ask = asked.get(id);
      if (ask == null) {
        continue;
      }
      if (now.monotonicMicros() >= ask.fetch.dueMicros) {
        giveUp(ask.fetch, now, out);
      } else if (now.monotonicMicros() >= ask.nextMicros) {
        if (!ask.isSnapshot()) {
          router.slow(ask.to, now.monotonicMicros() + SLOW_MICROS);
        }
        ask(id, ask, now, out);
      }
    }
  }

  private void giveUp(Fetch fetch, Now now, Effects out) {
    asked.values().removeIf(other -> other.fetch == fetch);
    String why =
        "no replica that could answer was reached in time: "
            + fetch.request.ranges().size()
            + " range(s) in mode "
            + fetch.request.mode();
    refuse(fetch.request.id(), fetch.client, ClientMessage.Code.UNAVAILABLE, why, 0, now, out);
  }
}
