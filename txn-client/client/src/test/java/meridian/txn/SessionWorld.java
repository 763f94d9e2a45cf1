package meridian.txn;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeSet;
import meridian.client.fake.FakeCoordinator;
import meridian.client.fake.FakeStore;
import meridian.model.AbortReason;
import meridian.model.NodeId;
import meridian.model.Outcome;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.txn.ClientMessage.Commit;
import meridian.txn.ClientMessage.Ended;
import meridian.txn.ClientMessage.Refused;
import meridian.txn.ClientMessage.Reply;
import meridian.txn.ClientMessage.Request;

/// Sessions, coordinators and a network that is as bad as its seed makes it, in one thread and in
/// virtual time. What is sent may be lost or late, answers may come twice, streams break with or
/// without what was on them, coordinators refuse, die in the middle, and say that they do not know.
final class SessionWorld {
  /// How bad the network is, in chances out of 1,000.
  record Faults(int loss, int duplication, int breaks, int refusals, int unknowns, int slowness) {
    static final Faults NONE = new Faults(0, 0, 0, 0, 0, 0);
    static final Faults ALL = new Faults(60, 100, 40, 60, 80, 80);
  }

  private static final long START_MICROS = 1_700_000_000_000_000L;

  private final Random chance;
  private final Timers events = new Timers();
  private final FakeStore store;
  private final List<Coordinator> coordinators = new ArrayList<>();
  private final List<Client> clients = new ArrayList<>();
  private Faults faults = Faults.NONE;

  SessionWorld(long seed, FakeStore store, int coordinators) {
    this.chance = new Random(seed);
    this.store = store;
    events.advance(START_MICROS);
    for (int i = 0; i < coordinators; i++) {
      this.coordinators.add(new Coordinator("region-" + i));
    }
  }

  void worsen(Faults to) {
    this.faults = to;
  }

  Coordinator coordinator(int index) {
    return coordinators.get(index);
  }

  /// A session that may turn to every coordinator, in order.
  Client newClient() {
    var client = new Client(NodeId.SERVER_MAX + 1 + clients.size());
    clients.add(client);
    return client;
  }

  long nowMicros() {
    return events.nowMicros();
  }

  /// Does something at a later time.
  void after(long delayMicros, Runnable action) {
    events.after(delayMicros, action);
  }

  /// Lets time pass.
  void run(long forMicros) {
    long untilMicros = nowMicros() + forMicros;
    while (true) {
      clients.forEach(Client::step);
      OptionalLong next = nextMicros();
      if (next.isEmpty() || next.getAsLong() > untilMicros) {
        events.advance(untilMicros);
        clients.forEach(Client::step);
        return;
      }
      events.advance(next.getAsLong());
    }
  }

  private OptionalLong nextMicros() {
    OptionalLong next = events.nextMicros();
    for (Client client : clients) {
      OptionalLong tick = client.session.nextTickMicros();
      if (tick.isPresent()) {
        next = OptionalLong.of(Math.min(next.orElse(Long.MAX_VALUE), tick.getAsLong()));
      }
    }
    return next;
  }

  private boolean chance(int outOfThousand) {
    return chance.nextInt(1_000) < outOfThousand;
  }

  private long delayMicros() {
    return 200L + chance.nextInt(chance(faults.slowness()) ? 3_000_000 : 2_000);
  }

  /// A coordinator, which can be down.
  final class Coordinator {
    private final FakeCoordinator inner;

    /// Commits that it has begun to work on. It refuses none of them.
    private final TreeSet<TxnId> accepted = new TreeSet<>();

    private boolean isUp = true;

    /// Whether it takes everything and answers nothing.
    private boolean isMute;

    private int refusalsToCome;
    private ClientMessage.Code refusal = ClientMessage.Code.RESOURCE_EXHAUSTED;

    Coordinator(String region) {
      this.inner = new FakeCoordinator(store, region);
    }

    FakeCoordinator inner() {
      return inner;
    }

    void crash() {
      isUp = false;
      accepted.clear();
      int index = coordinators.indexOf(this);
      clients.forEach(client -> client.breakStream(index));
    }

    void restart() {
      isUp = true;
    }

    void mute(boolean mute) {
      isMute = mute;
    }

    /// Makes it refuse what comes next.
    void refuseNext(int times, ClientMessage.Code code) {
      refusalsToCome = times;
      refusal = code;
    }

    int refusalsToCome() {
      return refusalsToCome;
    }

    /// Carries out a request, and answers unless it dies over it.
    List<Reply> on(Request request) {
      if (!isUp || isMute) {
        return List.of();
      }
      inner.lagging(chance(faults.equals(Faults.NONE) ? 0 : 300) ? chance.nextInt(4) : 0);
      boolean isCommit = request instanceof Commit;
      boolean isKnown = request instanceof Commit commit && accepted.contains(commit.txn());
      if (!isKnown && refusesNow(request)) {
        return List.of(refused(request));
      }
      if (request instanceof Commit commit) {
        accepted.add(commit.txn());
        if (chance(faults.unknowns())) {
          return List.of(doesNotKnow(commit));
        }
      }
      Reply reply = inner.answer(request, nowMicros());
      return isCommit && chance(faults.breaks()) ? List.of() : List.of(reply);
    }

    private boolean refusesNow(Request request) {
      if (request instanceof ClientMessage.Hello) {
        return false;
      }
      if (refusalsToCome > 0) {
        refusalsToCome--;
        return true;
      }
      return chance(faults.refusals());
    }

    private Refused refused(Request request) {
      ClientMessage.Code code =
          faults.equals(Faults.NONE) || chance(500) ? refusal : ClientMessage.Code.UNAVAILABLE;
      return new Refused(request.id(), code, "not now", 5_000, Timestamp.ofMicros(nowMicros()));
    }

    /// It will have happened, or will happen, or will not; the coordinator cannot say which.
    private Reply doesNotKnow(Commit commit) {
      Timestamp clock = Timestamp.ofMicros(nowMicros());
      switch (chance.nextInt(3)) {
        case 0 -> store.commit(commit, clock);
        case 1 -> after(delayMicros(), () -> store.commit(commit, clock));
        default -> {}
      }
      var token =
          new Outcome.Token(
              commit.txn(), store.participants(commit), meridian.model.Key.utf8("anchor"));
      return new Ended(
          commit.id(), commit.txn(), new Outcome.Unknown(token), token.participants(), clock);
    }
  }

  /// A session and its streams.
  final class Client {
    private final Session session;

    /// For each endpoint how often its stream was opened or lost; odd while it stands.
    private final int[] streams = new int[coordinators.size()];

    private final List<Output.Send> sent = new ArrayList<>();

    Client(long incarnation) {
      session =
          new Session(
              SessionConfig.of(coordinators.size()), incarnation, new Random(chance.nextLong()));
      session.tick(nowMicros());
    }

    Session session() {
      return session;
    }

    /// Everything that it ever sent.
    List<Output.Send> sent() {
      return sent;
    }

    List<Commit> commitsSent() {
      return sent.stream()
          .filter(send -> send.request() instanceof Commit)
          .map(send -> (Commit) send.request())
          .toList();
    }

    /// Ends a stream; what is on it is lost one way or the other.
    void breakStream(int endpoint) {
      if (streams[endpoint] % 2 == 1) {
        streams[endpoint]++;
        events.after(delayMicros(), () -> session.onDown(endpoint));
      }
    }

    void step() {
      session.tick(nowMicros());
      for (List<Output> now = session.takeOutputs(); !now.isEmpty(); now = session.takeOutputs()) {
        now.forEach(this::carryOut);
      }
    }

    private void carryOut(Output output) {
      switch (output) {
        case Output.Open(int endpoint) -> events.after(delayMicros(), () -> open(endpoint));
        case Output.Send send -> {
          sent.add(send);
          if (streams[send.endpoint()] % 2 == 1 && !chance(faults.loss())) {
            send(send);
          }
        }
      }
    }

    private void open(int endpoint) {
      session.tick(nowMicros());
      if (!coordinators.get(endpoint).isUp) {
        session.onDown(endpoint);
        return;
      }
      if (streams[endpoint] % 2 == 0) {
        streams[endpoint]++;
      }
      session.onUp(endpoint);
    }

    private void send(Output.Send send) {
      events.after(
          delayMicros(),
          () -> {
            for (Reply reply : coordinators.get(send.endpoint()).on(send.request())) {
              deliver(send.endpoint(), reply);
              if (chance(faults.duplication())) {
                deliver(send.endpoint(), reply);
              }
            }
            if (chance(faults.breaks())) {
              breakStream(send.endpoint());
            }
          });
    }

    private void deliver(int endpoint, Reply reply) {
      if (!chance(faults.loss())) {
        events.after(
            delayMicros(),
            () -> {
              session.tick(nowMicros());
              session.onReply(endpoint, reply);
            });
      }
    }
  }

  /// A reason to try again, as coordinators give it.
  static AbortReason conflict() {
    return AbortReason.of(AbortReason.Kind.READ_CONFLICT, "");
  }
}
