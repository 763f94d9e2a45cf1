package meridian.paxos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import meridian.model.Invariant;
import meridian.sim.Exhaustive;
import org.junit.jupiter.api.Test;

/// A log against the plainest model of one: a list, and how much of its front is gone.
class LogTest {
  private static final Ballot[] ORIGINS = {Entries.B1, Entries.B2};

  @Test
  void aLogIsAListWithoutHolesWhateverIsAppendedTruncatedAndCut() {
    Exhaustive.forEveryChoice(
        given -> {
          Log log = new Log(0, Ballot.ZERO, List.of());
          List<LogEntry> model = new ArrayList<>();
          long cut = 0;
          for (int step = 0; step < 5; step++) {
            switch (given.index(3)) {
              case 0 -> {
                LogEntry entry = Entries.entry(model.size() + 1, given.pick(ORIGINS));
                log.append(entry);
                model.add(entry);
              }
              case 1 -> {
                long from = cut + 1 + given.index((int) (model.size() - cut) + 1);
                log.truncate(from);
                model.subList((int) from - 1, model.size()).clear();
              }
              default -> {
                long through = cut + given.index((int) (model.size() - cut) + 1);
                log.cut(through, log.originOf(through));
                cut = through;
              }
            }
            isTheSame(model, cut, log);
          }
        });
  }

  private static void isTheSame(List<LogEntry> model, long cut, Log log) {
    assertEquals(cut + 1, log.slotFirst());
    assertEquals(model.size(), log.slotLast());
    assertEquals(model.subList((int) cut, model.size()), Entries.all(log));
    for (long slot = 1; slot <= model.size() + 1; slot++) {
      boolean held = slot > cut && slot <= model.size();
      assertEquals(held, log.holds(slot));
      for (Ballot origin : ORIGINS) {
        boolean known = held || (slot == cut && slot > 0);
        boolean same = known && model.get((int) slot - 1).origin().equals(origin);
        assertEquals(same, log.matches(slot, origin), "slot " + slot + " of " + origin);
      }
    }
  }

  @Test
  void anEntryGoesOnlyIntoTheSlotAfterTheLast() {
    for (long slot = 0; slot <= 4; slot++) {
      Log log = new Log(0, Ballot.ZERO, Entries.run(1, 2, Entries.B1));
      LogEntry entry = Entries.entry(slot, Entries.B1);
      if (slot == 3) {
        log.append(entry);
      } else {
        assertThrows(Invariant.Broken.class, () -> log.append(entry));
      }
    }
  }

  @Test
  void aRunOfEntriesKeepsToItsLimitsButIsNeverEmptyWhileThereIsAnEntry() {
    Log log = new Log(2, Entries.B1, Entries.run(3, 6, Entries.B1));
    long size = log.get(3).sizeBytes();

    assertEquals(Entries.run(4, 5, Entries.B1), log.from(4, 2, Long.MAX_VALUE));
    assertEquals(Entries.run(3, 3, Entries.B1), log.from(3, 9, 1));
    assertEquals(Entries.run(3, 4, Entries.B1), log.from(3, 9, size + 1));
    assertTrue(log.from(7, 9, Long.MAX_VALUE).isEmpty());
    assertThrows(Invariant.Broken.class, () -> log.from(2, 9, Long.MAX_VALUE));
  }

  @Test
  void aLogThatEndsBeforeACutGoesOnJustAfterIt() {
    Log log = new Log(0, Ballot.ZERO, Entries.run(1, 2, Entries.B1));
    log.cut(7, Entries.B2);
    assertEquals(8, log.slotFirst());
    assertEquals(7, log.slotLast());
    assertTrue(log.matches(7, Entries.B2));
  }
}
