package meridian.storage.lmdb;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DiskRoomTest {
  private final DiskRoom room = new DiskRoom(10, 20);

  @Test
  void isFullBelowTheLowMarkUntilThereIsEnough() {
    assertFalse(room.isFull(10));
    assertTrue(room.isFull(9));
    assertTrue(room.isFull(19));
    assertFalse(room.isFull(20));
    assertFalse(room.isFull(10));
  }
}
