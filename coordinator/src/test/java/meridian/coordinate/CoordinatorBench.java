package meridian.coordinate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import meridian.model.Hlc;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.Outcome;
import meridian.model.RegionId;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.model.Value;
import meridian.model.Write;
import meridian.node.Effects;
import meridian.node.Input;
import meridian.node.Now;
import meridian.participant.CoordinatorMessage;
import meridian.participant.ParticipantMessage;
import meridian.participant.TxnStatus;
import meridian.paxos.Ballot;
import meridian.shard.Layout;
import meridian.txn.ClientMessage;

/// A coordinator by itself: shards and clients are played by the test.
final class CoordinatorBench {
  static final NodeId SELF = new NodeId(70_000);
  static final NodeId CLIENT = new NodeId(80_000);
  static final NodeId A = new NodeId(1);
  static final NodeId B = new NodeId(2);
  static final NodeId C = new NodeId(3);

  /// Of the keys below h, from h to p, and from p on; led by A, B and C at first.
  static final ShardId LOW = new ShardId(1);

  static final ShardId MIDDLE = new ShardId(2);
  static final ShardId HIGH = new ShardId(3);

  static final int GENERATION = 4;

  static final Layout LAYOUT =
      new Layout(
          new ShardMap(
              1,
              List.of(
                  shard(LOW, KeyRange.of(Key.EMPTY, key("h")), List.of(A, B, C)),
                  shard(MIDDLE, KeyRange.of(key("h"), key("p")), List.of(B, C, A)),
                  shard(HIGH, KeyRange.from(key("p")), List.of(C, A, B)))),
          List.of(A, B, C));

  private static final long START_MICROS = 1_000_000_000_000L;
  private static final Ballot FIRST = new Ballot(1, A);

  final List<Effects.Send> sent = new ArrayList<>();
  private final Coordinator coordinator;
  private long micros = 1;
  private long requests;
  private long sequence;

  CoordinatorBench() {
    this(Patience.DEFAULT);
  }

  CoordinatorBench(Patience patience) {
    Router router = new Router(LAYOUT, new TreeMap<>());
    coordinator =
        new Coordinator(SELF, new RegionId("here"), new Hlc(Timestamp.ZERO, 500), router, patience);
    step(new Input.Tick());
    sent.clear();
  }

  private static ShardMap.Shard shard(ShardId id, KeyRange range, List<NodeId> replicas) {
    return new ShardMap.Shard(id, range, GENERATION, replicas);
  }

  static Key key(String text) {
    return Key.utf8(text);
  }

  static Write put(String key) {
    return new Write.Put(key(key), Value.utf8("1"));
  }

  private Now now() {
    return new Now(micros, START_MICROS + micros);
  }

  Timestamp clock() {
    return Timestamp.ofMicros(START_MICROS + micros);
  }

  private void step(Input input) {
    Effects out = new Effects();
    coordinator.step(input, now(), out);
    coordinator.finish(now(), out);
    assertTrue(out.writes().isEmpty(), "a coordinator keeps nothing on disk");
    sent.addAll(out.sendsAhead());
    sent.addAll(out.sends());
  }

  void from(NodeId node, Message message) {
    step(new Input.Deliver(node, clock(), message));
  }

  void pass(long passing) {
    for (long left = passing; left > 0; left -= 100_000) {
      micros += Math.min(left, 100_000);
      step(new Input.Tick());
    }
  }

  // ---- the client

  TxnId txn() {
    return new TxnId(clock(), 5, ++sequence, 0);
  }

  ClientMessage.Commit request(TxnId txn, Write... writes) {
    return new ClientMessage.Commit(
        ++requests, txn, List.of(), List.of(writes), Timestamp.ZERO, 3_000_000);
  }

  TxnId commit(Write... writes) {
    TxnId txn = txn();
    from(CLIENT, request(txn, writes));
    return txn;
  }

  /// How a request was answered, if once.
  List<Outcome> outcomes() {
    return take(ClientMessage.Ended.class).stream().map(ClientMessage.Ended::outcome).toList();
  }

  // ---- the shards

  /// The part that a shard was asked to vote on.
  TxnPart part(ShardId shard) {
    return sent.stream()
        .map(Effects.Send::message)
        .filter(ParticipantMessage.PrepareTxn.class::isInstance)
        .map(message -> ((ParticipantMessage.PrepareTxn) message).part())
        .filter(part -> part.shard().equals(shard))
        .findFirst()
        .orElseThrow();
  }

  static CoordinatorMessage.Vote yes(TxnPart part, long slot, long ts) {
    return new CoordinatorMessage.Vote(
        slot, part.txn(), part.hash(), new CoordinatorMessage.Choice.Yes(new Timestamp(ts)));
  }

  void voted(ShardId shard, NodeId by, Ballot ballot, CoordinatorMessage.Vote vote) {
    from(by, new CoordinatorMessage.Voted(shard, ballot, List.of(vote)));
  }

  /// Two of three replicas say that they hold the vote.
  void chosen(ShardId shard, CoordinatorMessage.Vote vote) {
    voted(shard, A, FIRST, vote);
    voted(shard, C, FIRST, vote);
  }

  void status(ShardId shard, TxnId txn, TxnStatus status) {
    from(
        LAYOUT.map().find(shard).orElseThrow().replicas().getFirst(),
        new CoordinatorMessage.Status(shard, txn, status));
  }

  // ---- what came of it

  <M extends Message> List<M> take(Class<M> kind) {
    List<M> found =
        sent.stream().map(Effects.Send::message).filter(kind::isInstance).map(kind::cast).toList();
    sent.removeIf(send -> kind.isInstance(send.message()));
    return found;
  }

  <M extends Message> M takeOne(Class<M> kind) {
    List<M> found = take(kind);
    assertEquals(1, found.size(), found::toString);
    return found.getFirst();
  }

  /// To whom messages of one kind went.
  List<NodeId> receivers(Class<? extends Message> kind) {
    return sent.stream()
        .filter(send -> kind.isInstance(send.message()))
        .map(Effects.Send::to)
        .toList();
  }
}
