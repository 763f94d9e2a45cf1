package meridian.participant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Timestamp;
import org.junit.jupiter.api.Test;

/// What readers leave behind (rule 2.10).
class FloorsTest {
  private final Floors floors = new Floors();

  private static Timestamp ts(long packed) {
    return new Timestamp(packed);
  }

  @Test
  void aFloorIsTheLargestOfThePointAndTheRangesThatHoldTheKey() {
    floors.raise(KeyRange.point(Key.utf8("b")), ts(5));
    floors.raise(KeyRange.point(Key.utf8("b")), ts(3));
    floors.raise(KeyRange.of(Key.utf8("a"), Key.utf8("c")), ts(4));
    floors.raise(KeyRange.of(Key.utf8("c"), Key.utf8("e")), ts(9));
    assertEquals(ts(5), floors.at(Key.utf8("b")));
    assertEquals(ts(4), floors.at(Key.utf8("bb")));
    assertEquals(ts(9), floors.at(Key.utf8("c")));
    assertEquals(Timestamp.ZERO, floors.at(Key.utf8("e")));
    assertEquals(ts(9), floors.max());
    floors.dropThrough(ts(4));
    assertEquals(ts(5), floors.at(Key.utf8("b")));
    assertEquals(Timestamp.ZERO, floors.at(Key.utf8("bb")));
  }

  /// Floors are sent with the tables in one message: a few long keys count like many short ones.
  @Test
  void longKeysAreManySoonerThanShortOnes() {
    String rest = "k".repeat(4_000);
    for (int i = 0; i < 300; i++) {
      floors.raise(KeyRange.point(Key.utf8(i % 200 + rest)), ts(i + 1));
    }
    assertFalse(floors.areMany(), "a floor that is raised counts once");
    for (int i = 200; i < 300; i++) {
      floors.raise(KeyRange.point(Key.utf8(i + rest)), ts(i + 1));
    }
    assertTrue(floors.areMany());
    floors.dropThrough(ts(400));
    assertFalse(floors.areMany());
  }
}
