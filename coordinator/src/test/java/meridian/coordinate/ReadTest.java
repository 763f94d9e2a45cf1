package meridian.coordinate;

import static meridian.coordinate.CoordinatorBench.A;
import static meridian.coordinate.CoordinatorBench.C;
import static meridian.coordinate.CoordinatorBench.CLIENT;
import static meridian.coordinate.CoordinatorBench.LAYOUT;
import static meridian.coordinate.CoordinatorBench.LOW;
import static meridian.coordinate.CoordinatorBench.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.NodeId;
import meridian.model.ShardMap;
import meridian.model.Timestamp;
import meridian.model.Value;
import meridian.node.Effects;
import meridian.participant.CoordinatorMessage;
import meridian.participant.ParticipantMessage;
import meridian.paxos.Ballot;
import meridian.sim.Exhaustive;
import meridian.txn.ClientMessage;
import meridian.txn.Reading;
import org.junit.jupiter.api.Test;

/// Reading over shards (rules 2.11 and S1).
class ReadTest {
  private final CoordinatorBench bench = new CoordinatorBench();
  private final NavigableSet<Key> keys = new TreeSet<>();

  ReadTest() {
    List.of("b", "d", "g", "h", "k", "o", "p", "x").forEach(text -> keys.add(key(text)));
  }

  private void read(Reading.Mode mode, Reading.Range... ranges) {
    bench.from(CLIENT, new ClientMessage.Read(1, List.of(ranges), mode, 3_000_000));
  }

  private static Reading.Range range(String first, String end, int limit, boolean reverse) {
    return new Reading.Range(KeyRange.of(key(first), key(end)), limit, reverse);
  }

  /// Plays the shards until the client has its answer.
  private ClientMessage.ReadDone answer(boolean strong) {
    for (int i = 0; i < 20; i++) {
      for (Effects.Send send : requests()) {
        reply(send, strong);
      }
      List<ClientMessage.ReadDone> done = bench.take(ClientMessage.ReadDone.class);
      if (!done.isEmpty()) {
        return done.getFirst();
      }
    }
    throw new AssertionError("no answer: " + bench.sent);
  }

  private List<Effects.Send> requests() {
    List<Effects.Send> found =
        bench.sent.stream()
            .filter(s -> s.message() instanceof ParticipantMessage.ReadRequest)
            .toList();
    bench.sent.removeAll(found);
    return found;
  }

  private void reply(Effects.Send send, boolean strong) {
    var request = (ParticipantMessage.ReadRequest) send.message();
    ShardMap.Shard shard = LAYOUT.map().find(request.shard()).orElseThrow();
    assertEquals(shard.generation(), request.generation());
    List<Reading.Page> pages = new ArrayList<>();
    for (Reading.Range range : request.ranges()) {
      assertEquals(
          range.keys(), range.keys().intersect(shard.range()), "asked for another shard's keys");
      pages.add(page(shard, range));
    }
    bench.from(
        send.to(), new CoordinatorMessage.ReadReply(request.shard(), request.id(), pages, strong));
  }

  /// What a shard answers: up to the limit, and how far that reaches.
  private Reading.Page page(ShardMap.Shard shard, Reading.Range range) {
    List<Reading.Row> rows = new ArrayList<>();
    for (Key key : range.reverse() ? keys.descendingSet() : keys) {
      if (range.keys().contains(key) && (range.limit() == 0 || rows.size() < range.limit())) {
        rows.add(new Reading.Row(key, Value.EMPTY, new Timestamp(1)));
      }
    }
    boolean full = range.limit() > 0 && rows.size() == range.limit() && !range.keys().isPoint();
    KeyRange all = range.keys();
    KeyRange covered = all;
    Optional<KeyRange> rest = Optional.empty();
    if (full) {
      Key last = rows.getLast().key();
      covered =
          range.reverse() ? new KeyRange(last, all.end()) : KeyRange.of(all.start(), last.next());
      KeyRange left =
          range.reverse() ? KeyRange.of(all.start(), last) : new KeyRange(last.next(), all.end());
      rest = Optional.of(left).filter(r -> !r.isEmpty());
    }
    return new Reading.Page(shard.id(), shard.generation(), 7, covered, rows, rest);
  }

  private static List<Key> keysOf(ClientMessage.RangeResult result) {
    return result.pages().stream()
        .flatMap(page -> page.rows().stream())
        .map(Reading.Row::key)
        .toList();
  }

  /// Every range between a few bounds, in both directions, with every limit that matters.
  @Test
  void aScanOverShardsReturnsTheFirstKeysInItsOrderAndSaysWhichIntervalTheySpeakFor() {
    List<String> bounds = List.of("a", "d", "h", "m", "p", "z");
    Exhaustive.forEveryChoice(
        given -> {
          ReadTest test = new ReadTest();
          String first = given.pick(bounds);
          String end = given.pick(bounds);
          if (first.compareTo(end) > 0) {
            return;
          }
          int limit = given.index(6);
          boolean reverse = given.flip();
          Reading.Range range = range(first, end, limit, reverse);
          test.read(Reading.Mode.NEAREST, range);
          ClientMessage.RangeResult result = test.answer(false).results().getFirst();

          List<Key> inRange =
              new ArrayList<>(
                  (reverse ? test.keys.descendingSet() : test.keys)
                      .stream().filter(range.keys()::contains).toList());
          List<Key> expected =
              limit == 0 ? inRange : inRange.subList(0, Math.min(limit, inRange.size()));
          assertEquals(expected, keysOf(result));
          coversWithoutAGap(range, result, expected);
        });
  }

  /// The pages follow on one another from the beginning, and every key in them that exists is
  /// shown.
  private void coversWithoutAGap(
      Reading.Range range, ClientMessage.RangeResult result, List<Key> shown) {
    Key reached = range.reverse() ? range.keys().end().orElseThrow() : range.keys().start();
    for (Reading.Page page : result.pages()) {
      KeyRange covered = page.covered();
      assertEquals(reached, range.reverse() ? covered.end().orElseThrow() : covered.start());
      reached = range.reverse() ? covered.start() : covered.end().orElseThrow();
      for (Key key : keys) {
        assertTrue(!covered.contains(key) || shown.contains(key), key + " was passed over");
      }
    }
    KeyRange rest =
        range.reverse()
            ? KeyRange.of(range.keys().start(), reached)
            : new KeyRange(reached, range.keys().end());
    assertEquals(Optional.of(rest).filter(r -> !r.isEmpty()), result.rest());
  }

  @Test
  void severalRangesAreAnsweredInTheOrderAskedForWithOneQuestionPerShardAtATime() {
    read(
        Reading.Mode.NEAREST,
        Reading.Range.point(key("x")),
        range("a", "z", 0, false),
        Reading.Range.point(key("b")),
        Reading.Range.point(key("c")));
    List<Effects.Send> first = requests();
    assertEquals(2, first.size(), "the first shard and the last");
    first.forEach(send -> reply(send, false));
    List<ClientMessage.RangeResult> results = answer(false).results();
    assertEquals(List.of(key("x")), keysOf(results.get(0)));
    assertEquals(List.copyOf(keys), keysOf(results.get(1)));
    assertEquals(List.of(key("b")), keysOf(results.get(2)));
    assertEquals(List.of(), keysOf(results.get(3)));
  }

  /// 2.11: two shards, or one asked twice, are two moments.
  @Test
  void anAnswerIsStrongOnlyIfOneShardThatWasAskedOnceSaysSo() {
    Exhaustive.forEveryChoice(
        given -> {
          ReadTest test = new ReadTest();
          boolean shardSaysSo = given.flip();
          int shards = 1 + given.index(2);
          test.read(
              Reading.Mode.STRONG,
              shards == 1 ? range("a", "g", 0, false) : range("a", "z", 0, false));
          assertEquals(shardSaysSo && shards == 1, test.answer(shardSaysSo).strong());
        });
  }

  @Test
  void aStrongReadIsAskedOfTheLeaderAndFollowsIt() {
    read(Reading.Mode.STRONG, Reading.Range.point(key("b")));
    Effects.Send first = requests().getFirst();
    assertEquals(A, first.to());
    long id = ((ParticipantMessage.ReadRequest) first.message()).id();
    bench.from(A, new CoordinatorMessage.NotLeader(LOW, new Ballot(2, C), Optional.empty(), id));
    Effects.Send second = requests().getFirst();
    assertEquals(C, second.to());
    assertEquals(first.message(), second.message());
    reply(second, true);
    assertTrue(bench.takeOne(ClientMessage.ReadDone.class).strong());
  }

  @Test
  void aReplicaThatIsLateIsNotWaitedForAndItsLateAnswerIsNotCountedTwice() {
    read(Reading.Mode.NEAREST, range("a", "g", 0, false));
    Effects.Send first = requests().getFirst();
    bench.pass(700_000);
    Effects.Send second = requests().getFirst();
    assertFalse(second.to().equals(first.to()));
    reply(second, false);
    reply(first, false);
    var done = bench.takeOne(ClientMessage.ReadDone.class);
    assertEquals(List.of(key("b"), key("d")), keysOf(done.results().getFirst()));
  }

  @Test
  void aReadThatNobodyAnswersInTimeIsRefusedOnceAndNobodyIsAskedAfterThat() {
    for (Reading.Mode mode : Reading.Mode.values()) {
      ReadTest test = new ReadTest();
      test.read(mode, range("a", "g", 0, false));
      test.bench.pass(3_100_000);
      var asked = new TreeSet<NodeId>();
      test.requests().forEach(send -> asked.add(send.to()));
      assertEquals(3, asked.size(), mode + " asked " + asked);
      assertEquals(
          ClientMessage.Code.UNAVAILABLE, test.bench.takeOne(ClientMessage.Refused.class).code());
      test.bench.pass(5_000_000);
      assertEquals(List.of(), test.requests());
      assertEquals(List.of(), test.bench.take(ClientMessage.Refused.class));
    }
  }

  @Test
  void aRangeUpsideDownOrANegativeLimitIsRefused() {
    read(Reading.Mode.NEAREST, range("b", "a", 0, false));
    read(Reading.Mode.NEAREST, range("a", "b", -1, false));
    List<ClientMessage.Refused> refused = bench.take(ClientMessage.Refused.class);
    assertEquals(2, refused.size());
    refused.forEach(r -> assertEquals(ClientMessage.Code.INVALID_ARGUMENT, r.code()));
    assertEquals(List.of(), requests());
  }

  @Test
  void aCoordinatorWithTooManyReadsUnderWaySaysWhenToComeBackAndAsksNobody() {
    CoordinatorBench full =
        new CoordinatorBench(new Patience(600_000, 600_000, 10_000_000, 1, 1, 1, 1_000));
    List<Reading.Range> ranges = List.of(Reading.Range.point(key("b")));
    full.from(CLIENT, new ClientMessage.Read(1, ranges, Reading.Mode.NEAREST, 3_000_000));
    full.sent.clear();
    full.from(CLIENT, new ClientMessage.Read(2, ranges, Reading.Mode.NEAREST, 3_000_000));
    var refused = full.takeOne(ClientMessage.Refused.class);
    assertEquals(ClientMessage.Code.RESOURCE_EXHAUSTED, refused.code());
    assertTrue(refused.retryAfterMicros() > 0);
    assertEquals(List.of(), full.sent);
  }

  @Test
  void anEmptyRangeNeedsNobody() {
    read(Reading.Mode.NEAREST, range("b", "b", 0, false));
    assertEquals(List.of(), requests());
    assertTrue(bench.takeOne(ClientMessage.ReadDone.class).results().getFirst().pages().isEmpty());
  }

  @Test
  void whoWasSlowIsAskedLastForAWhile() {
    Router router = new Router(LAYOUT, new java.util.TreeMap<>());
    List<NodeId> before = router.nearest(LOW, 0);
    router.slow(before.getFirst(), 100);
    assertEquals(before.getFirst(), router.nearest(LOW, 50).getLast());
    assertEquals(before, router.nearest(LOW, 100));
    router.slow(before.getFirst(), 100);
    router.answered(before.getFirst());
    assertEquals(before, router.nearest(LOW, 50));
  }

  /// A hundred values of a megabyte are no message: the client gets the first of them, whatever the
  /// shards say at once, and asks for the rest itself.
  @Test
  void anAnswerHoldsNoMoreThanAMessageAndLeavesTheRestToBeAskedFor() {
    Value large = Value.wrap(new byte[1 << 20]);
    List<Reading.Range> points = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      points.add(Reading.Range.point(key("cjw".charAt(i % 3) + "%02d".formatted(i))));
    }
    read(Reading.Mode.NEAREST, points.toArray(Reading.Range[]::new));
    List<ClientMessage.ReadDone> done = List.of();
    while (done.isEmpty()) {
      for (Effects.Send send : requests()) {
        var request = (ParticipantMessage.ReadRequest) send.message();
        Reading.Range first = request.ranges().getFirst();
        var row = new Reading.Row(first.keys().start(), large, new Timestamp(1));
        var page =
            new Reading.Page(request.shard(), 4, 7, first.keys(), List.of(row), Optional.empty());
        bench.from(
            send.to(),
            new CoordinatorMessage.ReadReply(request.shard(), request.id(), List.of(page), false));
      }
      done = bench.take(ClientMessage.ReadDone.class);
    }
    List<ClientMessage.RangeResult> results = done.getFirst().results();
    assertEquals(100, results.size());
    long rows = results.stream().filter(result -> !result.pages().isEmpty()).count();
    assertTrue(rows >= 8 && rows < 15, () -> rows + " of a megabyte each");
    for (int i = 0; i < 100; i++) {
      boolean answered = !results.get(i).pages().isEmpty();
      assertEquals(
          answered ? Optional.empty() : Optional.of(points.get(i).keys()), results.get(i).rest());
    }
  }
}
