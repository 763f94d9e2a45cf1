package meridian.participant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Observed;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.model.Value;
import meridian.model.Write;
import meridian.sim.Exhaustive;
import org.junit.jupiter.api.Test;

/// Conflicts against their definition, over all small read and write sets (T14).
class LockTableTest {
  private static final Key A = Key.utf8("a");
  private static final Key B = Key.utf8("b");
  private static final Key C = Key.utf8("c");

  /// Every key that any range here could tell apart.
  private static final List<Key> KEYS =
      List.of(Key.utf8("0"), A, A.next(), Key.utf8("ab"), B, B.next(), C, Key.utf8("d"));

  private static final List<KeyRange> RANGES =
      List.of(
          KeyRange.point(A),
          KeyRange.point(B),
          KeyRange.of(A, B),
          KeyRange.of(A, C),
          KeyRange.of(B, C),
          KeyRange.of(B, B),
          KeyRange.of(B, A),
          KeyRange.of(A.next(), B),
          KeyRange.from(B),
          KeyRange.ALL);

  private static TxnId txn(int number) {
    return new TxnId(new Timestamp(5), 1, number, 0);
  }

  private static TxnPart part(int number, List<KeyRange> reads, List<Write> writes) {
    return TxnPart.of(
        txn(number),
        new ShardId(1),
        new Timestamp(9),
        Timestamp.MAX,
        meridian.model.NodeId.NONE,
        List.of(new ShardId(1)),
        reads.stream().map(range -> new Observed(range, 0)).toList(),
        writes);
  }

  private static Write write(Exhaustive given, Key key) {
    return given.flip() ? new Write.Delete(key) : new Write.Put(key, Value.EMPTY);
  }

  private static TxnPart any(Exhaustive given, int number) {
    return switch (given.index(4)) {
      case 0 -> part(number, List.of(given.pick(RANGES)), List.of());
      case 1 -> part(number, List.of(), List.of(write(given, given.pick(KEYS))));
      case 2 ->
          part(number, List.of(given.pick(RANGES)), List.of(new Write.Add(given.pick(KEYS), 1)));
      default -> part(number, List.of(KeyRange.of(A, B), given.pick(RANGES)), List.of());
    };
  }

  /// One writes a key that the other writes or reads.
  private static boolean conflict(TxnPart x, TxnPart y) {
    return KEYS.stream().anyMatch(key -> writes(x, key) && (writes(y, key) || reads(y, key)))
        || KEYS.stream().anyMatch(key -> writes(y, key) && reads(x, key));
  }

  private static boolean writes(TxnPart part, Key key) {
    return part.writes().stream().anyMatch(write -> write.key().equals(key));
  }

  /// From the definition of a range, not from its methods.
  private static boolean reads(TxnPart part, Key key) {
    return part.reads().stream()
        .map(Observed::range)
        .anyMatch(
            range ->
                range.start().compareTo(key) <= 0
                    && range.end().map(end -> key.compareTo(end) < 0).orElse(true));
  }

  @Test
  void twoPartsConflictIffOneWritesAKeyThatTheOtherWritesOrReads() {
    Exhaustive.forEveryChoice(
        given -> {
          TxnPart held = any(given, 1);
          TxnPart asked = any(given, 2);
          LockTable table = new LockTable();
          table.add(held);
          assertEquals(
              conflict(held, asked),
              table.conflicts(asked).containsKey(txn(1)),
              () -> held + " and " + asked);
        });
  }

  @Test
  void aConflictNamesAKeyWhereTheTwoMeet() {
    Exhaustive.forEveryChoice(
        given -> {
          TxnPart held = any(given, 1);
          Key key = given.pick(KEYS);
          LockTable table = new LockTable();
          table.add(held);
          var found = table.conflicts(part(2, List.of(), List.of(new Write.Delete(key))));
          assertEquals(
              writes(held, key) || reads(held, key) ? Optional.of(key) : Optional.empty(),
              Optional.ofNullable(found.get(txn(1))));
        });
  }

  @Test
  void someoneWritesInARangeIffAKeyOfItIsWritten() {
    Exhaustive.forEveryChoice(
        given -> {
          TxnPart held = any(given, 1);
          KeyRange range = given.pick(RANGES);
          LockTable table = new LockTable();
          table.add(held);
          TxnPart reader = part(2, List.of(range), List.of());
          boolean expected = KEYS.stream().anyMatch(key -> writes(held, key) && reads(reader, key));
          assertEquals(expected, table.writesIn(range));
        });
  }

  /// What is gone leaves nothing behind, and takes nobody else's locks with it.
  @Test
  void whoIsRemovedIsInNobodysWayAndTheOthersStay() {
    List<TxnPart> parts = new ArrayList<>();
    Exhaustive.forEveryChoice(given -> parts.add(any(given, parts.size() + 1)));
    LockTable table = new LockTable();
    parts.forEach(table::add);
    assertEquals(parts.size(), table.size());
    TreeSet<TxnId> left = new TreeSet<>(parts.stream().map(TxnPart::txn).toList());
    TxnPart everything =
        part(
            0, List.of(KeyRange.ALL), KEYS.stream().map(k -> (Write) new Write.Delete(k)).toList());
    for (TxnPart part : parts) {
      TreeSet<TxnId> expected = new TreeSet<>();
      parts.stream()
          .filter(p -> left.contains(p.txn()) && conflict(p, everything))
          .forEach(p -> expected.add(p.txn()));
      assertEquals(expected, new TreeSet<>(table.conflicts(everything).keySet()));
      table.remove(part.txn());
      left.remove(part.txn());
    }
    assertEquals(0, table.size());
    assertTrue(table.conflicts(everything).isEmpty());
  }

  @Test
  void nobodyIsInItsOwnWay() {
    LockTable table = new LockTable();
    TxnPart part = part(1, List.of(KeyRange.ALL), List.of(new Write.Delete(A)));
    table.add(part);
    assertTrue(table.conflicts(part).isEmpty());
  }

  /// 2.10, T23: floors against their definition.
  @Test
  void aKeysFloorIsTheLargestOfAllReadersOfItAndALimitDropsOnlyWhatItCovers() {
    Exhaustive.forEveryChoice(
        given -> {
          Floors floors = new Floors();
          List<Observed> readers = new ArrayList<>();
          for (int i = 0; i < 2; i++) {
            KeyRange range = given.pick(RANGES);
            long ts = given.pick(3L, 5L);
            floors.raise(range, new Timestamp(ts));
            readers.add(new Observed(range, ts));
          }
          long limit = given.pick(0L, 3L, 4L);
          floors.dropThrough(new Timestamp(limit));
          for (Key key : KEYS) {
            long expected = 0;
            for (Observed reader : readers) {
              boolean counts =
                  reader.slot() > limit && reads(part(1, List.of(reader.range()), List.of()), key);
              expected = counts ? Math.max(expected, reader.slot()) : expected;
            }
            assertEquals(new Timestamp(expected), floors.at(key));
          }
          Floors again = new Floors();
          floors.toList().forEach(floor -> again.raise(floor.range(), floor.ts()));
          KEYS.forEach(key -> assertEquals(floors.at(key), again.at(key)));
        });
  }
}
