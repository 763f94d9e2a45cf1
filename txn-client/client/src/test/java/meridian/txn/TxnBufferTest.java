package meridian.txn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import meridian.client.fake.FakeStore;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Limits;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.Value;
import meridian.model.Write;
import org.junit.jupiter.api.Test;

class TxnBufferTest {
  private static final Key A = Key.utf8("a");
  private static final Key B = Key.utf8("b");
  private static final Key C = Key.utf8("c");
  private static final Value ONE = Value.utf8("1");

  private final TxnBuffer buffer = new TxnBuffer();

  /// "Overlays the transaction's own puts, deletes and adds on each page, and fetches on until the
  /// limit is met" (S2): for every small store, every own write, every limit, both directions.
  @Test
  void everyScanSeesTheStoreUnderTheTransactionsOwnWrites() {
    int runs =
        Exhaustive.forEveryChoice(
            given -> {
              var store = new FakeStore(given.pick(1, 3), "b");
              var model = new TreeMap<Key, String>();
              for (String key : List.of("a", "b", "c")) {
                if (given.pickFlag()) {
                  store.set(key, "10");
                  model.put(Key.utf8(key), "10");
                }
              }
              var transaction = new TxnBuffer();
              for (Key key : List.of(A, B, C)) {
                writeSomething(transaction, key, model, given.pickBelow(4));
              }
              boolean reverse = given.pickFlag();
              int limit = given.pickBelow(3);
              KeyRange range = given.pick(KeyRange.ALL, KeyRange.of(B, C), KeyRange.from(B));

              List<String> found = new ArrayList<>();
              for (Entry entry : walk(transaction, store, range, limit, reverse)) {
                found.add(entry.key() + "=" + entry.value());
              }

              assertEquals(expected(model, range, limit, reverse), found);
              assertReadsAreDisjointAndWithin(transaction, range);
            });
    assertTrue(runs > 10_000, "ran " + runs);
  }

  /// "A scan records, per page, the interval it actually covered ... and the slot" (S1).
  @Test
  void recordsForEachPageWhatItCoveredAndTheSlotOfItsShard() {
    var store = new FakeStore(2, "c");
    List.of("a", "b", "c", "d", "e").forEach(key -> store.set(key, "1"));

    walk(buffer, store, KeyRange.ALL, 4, false);

    List<ClientMessage.ShardRead> reads = buffer.reads();
    assertEquals(
        List.of(new KeyRange(Key.EMPTY, Optional.of(B.next())), KeyRange.of(B.next(), C)),
        reads.subList(0, 2).stream().map(read -> read.observed().range()).toList());
    assertEquals(Key.utf8("d").next(), reads.getLast().observed().range().end().orElseThrow());
    assertEquals(new ShardId(1), reads.getFirst().shard());
    assertEquals(new ShardId(2), reads.getLast().shard());
    assertTrue(reads.stream().allMatch(read -> read.observed().slot() == 5));
  }

  @Test
  void seesAKeyTheSameWayEverAfter() {
    var store = new FakeStore(10);
    store.set("a", "old");
    fetch(store, A);
    store.set("a", "new");

    assertTrue(buffer.missing(A).isEmpty(), "what was read is not read again");
    buffer.learn(store.read(Reading.Range.point(A), store.slot()).pages().getFirst());
    List<Entry> scanned = walk(buffer, store, KeyRange.ALL, 0, false);

    assertEquals("old", buffer.get(A).orElseThrow().value().toUtf8());
    assertEquals("old", scanned.getFirst().value().toUtf8());
    assertEquals(1, buffer.reads().get(1).observed().slot(), "as of the slot of the first answer");
  }

  @Test
  void answersForKeysBetweenThoseItHasReadOnlyOnceTheyWereReadToo() {
    var store = new FakeStore(10);
    store.set("b", "1");
    fetch(store, A);
    fetch(store, C);

    assertEquals(1, walk(buffer, store, KeyRange.ALL, 0, false).size());
    assertEquals(5, buffer.reads().size());
  }

  @Test
  void readsItsOwnWritesWithoutAskingAnybody() {
    buffer.put(A, ONE);
    buffer.delete(B);

    assertEquals(new Entry(A, ONE, Optional.empty()), buffer.get(A).orElseThrow());
    assertTrue(buffer.get(B).isEmpty());
    assertTrue(buffer.reads().isEmpty(), "nobody else's writes can matter to it");
  }

  @Test
  void keepsOneWritePerKeyTheLastWins() {
    buffer.put(A, ONE);
    buffer.delete(A);
    assertEquals(List.of(new Write.Delete(A)), buffer.writes());

    buffer.add(A, 5);
    assertEquals(List.of(new Write.Put(A, Value.number(5))), buffer.writes(), "of nothing, plus 5");
    buffer.add(A, 5);
    assertEquals(List.of(new Write.Put(A, Value.number(10))), buffer.writes());
  }

  @Test
  void addsBlindlyToWhatItDoesNotKnowAndPutsTheSumOfWhatItKnows() {
    var store = new FakeStore(10);
    store.set("a", "40");
    store.set("b", "40");
    buffer.add(A, 1);
    buffer.add(A, 1);
    fetch(store, B);
    buffer.add(B, 2);

    assertEquals(List.of(new Write.Add(A, 2), new Write.Put(B, Value.number(42))), buffer.writes());
    assertFalse(buffer.missing(A).isEmpty(), "its sum is not known before it is read");
    fetch(store, A);
    assertEquals(Value.number(42), buffer.get(A).orElseThrow().value());
  }

  @Test
  void refusesSumsThatAreNone() {
    buffer.put(A, Value.utf8("x"));
    buffer.put(B, Value.number(Long.MAX_VALUE));
    buffer.add(C, Long.MIN_VALUE);

    assertThrows(InvalidRequest.class, () -> buffer.add(A, 1));
    assertThrows(InvalidRequest.class, () -> buffer.add(B, 1));
    assertThrows(InvalidRequest.class, () -> buffer.add(C, -1));
    assertEquals(new Write.Put(A, Value.utf8("x")), buffer.writes().getFirst());
  }

  @Test
  void namesTheLimitThatAnOperationIsBeyond() {
    Key longest = Key.wrap(new byte[Limits.KEY_BYTES_MAX]);
    Key tooLong = Key.wrap(new byte[Limits.KEY_BYTES_MAX + 1]);
    Value tooLarge = Value.wrap(new byte[Limits.VALUE_BYTES_MAX + 1]);

    buffer.put(longest, ONE);
    assertComplaint("4097 bytes, the limit is 4096", () -> buffer.put(tooLong, ONE));
    assertComplaint("4097 bytes, the limit is 4096", () -> buffer.missing(tooLong));
    assertComplaint("1048577 bytes, the limit is 1048576", () -> buffer.put(A, tooLarge));
    assertComplaint("the key is empty", () -> buffer.delete(Key.EMPTY));
    assertComplaint("ends before it starts", () -> buffer.scan(KeyRange.of(C, A), 0, false));
    assertComplaint("the limit is -1", () -> buffer.scan(KeyRange.ALL, -1, false));
  }

  @Test
  void refusesToGrowBeyondWhatACommitMayBe() {
    Value large = Value.wrap(new byte[Limits.VALUE_BYTES_MAX]);
    for (int i = 0; i < 9; i++) {
      buffer.put(Key.utf8("k" + i), large);
    }
    buffer.put(Key.utf8("k0"), large); // in place of the one before, so no larger

    assertComplaint(
        "the limit is 10485760",
        () -> {
          buffer.put(Key.utf8("k9"), large);
        });
    assertEquals(9, buffer.writes().size());
    assertTrue(buffer.approximateSizeBytes() > 9L * Limits.VALUE_BYTES_MAX);
  }

  @Test
  void refusesMoreKeysThanATransactionMayTouch() {
    for (int i = 0; i < Limits.TXN_KEYS_MAX; i++) {
      buffer.delete(Key.utf8("key" + i));
    }
    assertComplaint("the limit is 100000", () -> buffer.put(A, ONE));
    buffer.put(Key.utf8("key7"), ONE);
  }

  @Test
  void refusesToKeepMoreThanItMayRead() {
    Value large = Value.wrap(new byte[Limits.VALUE_BYTES_MAX]);
    assertComplaint(
        "the limit is " + Limits.TXN_READ_BYTES_MAX,
        () -> {
          for (int i = 0; i < 65; i++) {
            Key key = Key.utf8("k" + i);
            var row = new Reading.Row(key, large, Timestamp.ZERO);
            KeyRange point = KeyRange.point(key);
            buffer.learn(
                new Reading.Page(new ShardId(1), 1, 1, point, List.of(row), Optional.empty()));
          }
        });
  }

  private static void writeSomething(
      TxnBuffer buffer, Key key, NavigableMap<Key, String> model, int what) {
    switch (what) {
      case 1 -> {
        buffer.put(key, Value.utf8("p"));
        model.put(key, "p");
      }
      case 2 -> {
        buffer.delete(key);
        model.remove(key);
      }
      case 3 -> {
        buffer.add(key, 5);
        model.put(key, model.containsKey(key) ? "15" : "5");
      }
      default -> {}
    }
  }

  private static List<String> expected(
      NavigableMap<Key, String> model, KeyRange range, int limit, boolean reverse) {
    return (reverse ? model.descendingMap() : model)
        .entrySet().stream()
            .filter(entry -> range.contains(entry.getKey()))
            .limit(limit == 0 ? Long.MAX_VALUE : limit)
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .toList();
  }

  private static void assertReadsAreDisjointAndWithin(TxnBuffer buffer, KeyRange range) {
    List<KeyRange> ranges = buffer.reads().stream().map(read -> read.observed().range()).toList();
    for (int i = 0; i < ranges.size(); i++) {
      assertEquals(ranges.get(i), ranges.get(i).intersect(range));
      assertFalse(i > 0 && ranges.get(i).overlaps(ranges.get(i - 1)), ranges.toString());
    }
  }

  private static List<Entry> walk(
      TxnBuffer buffer, FakeStore store, KeyRange range, int limit, boolean reverse) {
    Scan scan = buffer.scan(range, limit, reverse);
    for (Optional<Reading.Range> next = scan.advance(); next.isPresent(); next = scan.advance()) {
      store.read(next.get(), store.slot()).pages().forEach(buffer::learn);
    }
    return scan.take();
  }

  private void fetch(FakeStore store, Key key) {
    Reading.Range missing = buffer.missing(key).orElseThrow();
    store.read(missing, store.slot()).pages().forEach(buffer::learn);
  }

  private static void assertComplaint(String part, org.junit.jupiter.api.function.Executable what) {
    String message = String.valueOf(assertThrows(InvalidRequest.class, what).getMessage());
    assertTrue(message.contains(part), message);
  }
}
