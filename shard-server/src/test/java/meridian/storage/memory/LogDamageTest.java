package meridian.storage.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.random.RandomGenerator;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.paxos.Ballot;
import meridian.storage.LogWrite;
import meridian.storage.RecoveredLog;
import meridian.storage.Samples;
import meridian.storage.StoreUnusable;
import meridian.storage.cells.CellNames;
import meridian.storage.lmdb.StoredRecords;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// "A record corrupt at the tail is cut only if provably not voted for; in the middle it is never
/// cut, it is fetched from peers" (protocol 5). Whatever a commit returned for may have been voted
/// for.
class LogDamageTest {
  private static final ShardId A = Samples.shard(1);
  private static final ShardId B = Samples.shard(2);
  private static final ShardId C = Samples.shard(3);
  private static final Ballot BALLOT = new Ballot(4, new NodeId(2));

  /// A bit of the head's slot, and one of the body; a content is checksum (4 bytes), shard (4),
  /// slot (8), checksum (4), body.
  private static final int BIT_OF_HEAD = 80;

  private static final int BIT_OF_BODY = 200;

  private final RandomGenerator random = new Random(1);
  private MemoryDisk disk = new MemoryDisk(new StoredRecords());
  private SortedMap<ShardId, RecoveredLog> before = disk.openLog().recovered();

  /// Sequences 1 to 6 are A1 B1 A2 B2 A3 B3, of which B1 is cut; C has ballots alone.
  @BeforeEach
  void write() {
    MemoryLogStore store = disk.openLog();
    for (int slot = 1; slot <= 3; slot++) {
      store.commit(List.of(append(A, slot), append(B, slot)));
    }
    store.commit(
        List.of(
            new LogWrite.Ballots(A, BALLOT, BALLOT),
            new LogWrite.Ballots(C, BALLOT, BALLOT),
            new LogWrite.Truncate(C, 1)));
    before = disk.openLog().recovered();
  }

  @Test
  void aDamagedEntryInTheMiddleHidesWhatFollowsAndSaysSo() {
    flip(3, BIT_OF_BODY);
    var recovered = disk.openLog().recovered();
    assertDamagedAfter(recovered, A, 1);
    assertEquals(before.get(B), recovered.get(B));
    assertEquals(before.get(C), recovered.get(C));
  }

  @Test
  void aDamagedLastEntryIsNotForgotten() {
    flip(6, BIT_OF_BODY);
    var recovered = disk.openLog().recovered();
    assertDamagedAfter(recovered, B, 2);
    assertEquals(before.get(A), recovered.get(A));
  }

  @Test
  void anEntryOfNobodyMayHaveBeenTheLastOfAnybody() {
    flip(5, BIT_OF_HEAD);
    var recovered = disk.openLog().recovered();
    assertDamagedAfter(recovered, A, 2);
    assertDamagedAfter(recovered, C, 0);
    assertEquals(before.get(B), recovered.get(B)); // it went on afterwards, without a hole
  }

  @Test
  void damageToWhatWasCutIsOfNoConsequence() {
    MemoryLogStore store = disk.openLog();
    for (int slot = 4; slot <= 200; slot++) {
      store.commit(List.of(append(A, slot)));
    }
    store.commit(List.of(new LogWrite.Cut(A, 200), append(B, 4)));
    var whole = disk.openLog().recovered();
    var notYetCleared = entries().subList(0, entries().size() - 1);
    assertTrue(notYetCleared.size() > 50);
    disk.log().flip(notYetCleared.getLast(), BIT_OF_BODY);
    assertEquals(whole, disk.openLog().recovered());
  }

  /// A vote that cannot be read may have been counted by somebody.
  @Test
  void aDamagedVoteIsDamageToItsShardOrWhereThatIsUnknownToAll() {
    disk.openLog().commit(List.of(new LogWrite.Vote(A, Samples.vote(random)), append(B, 4)));
    byte[] vote = disk.log().names().stream().filter(CellNames::isVote).findFirst().orElseThrow();
    assertEquals(1, Samples.recovered(disk.openLog(), A).tentatives().size());
    MemoryDisk other = disk.copy();

    disk.log().flip(vote, BIT_OF_BODY);
    var recovered = disk.openLog().recovered();
    assertTrue(Samples.recovered(recovered, A).damaged());
    assertEquals(3, Samples.recovered(recovered, A).slotLast());
    assertFalse(Samples.recovered(recovered, B).damaged());

    other.log().flip(vote, BIT_OF_HEAD);
    assertTrue(other.openLog().recovered().values().stream().allMatch(RecoveredLog::damaged));
  }

  @Test
  void aWriteThatWentToTheWrongPlaceIsDamageToo() {
    for (int seed = 0; seed < 50; seed++) {
      MemoryDisk astray = disk.copy();
      assertTrue(astray.misdirectLogEntry(new Random(seed)));
      var recovered = astray.openLog().recovered();
      assertTrue(recovered.values().stream().anyMatch(RecoveredLog::damaged), "seed " + seed);
    }
  }

  @Test
  void theDamageIsFoundAgainAtEveryStartUntilItIsRepaired() {
    flip(3, BIT_OF_BODY);
    MemoryLogStore store = disk.openLog();
    assertFalse(store.damage().isEmpty());
    // Half of what was lost comes back from a peer, then the node crashes.
    store.commit(List.of(new LogWrite.Append(A, Samples.recovered(before, A).entries().get(1))));
    disk.crash(random);

    store = disk.openLog();
    assertDamagedAfter(store.recovered(), A, 2);
    store.commit(List.of(append(A, 3), new LogWrite.Repaired(A)));

    RecoveredLog repaired = Samples.recovered(disk.openLog(), A);
    assertFalse(repaired.damaged());
    assertEquals(3, repaired.slotLast());
  }

  @Test
  void aMarkThatFoundNoRoomIsMadeWithTheNextCommit() {
    flip(5, BIT_OF_HEAD);
    MemoryLogStore store = disk.openLog();
    disk.setFull(true);
    assertThrows(RuntimeException.class, () -> store.commit(List.of(append(B, 4))));
    disk.setFull(false);
    store.commit(List.of(append(B, 4)));
    var recovered = disk.openLog().recovered();
    assertDamagedAfter(recovered, A, 2);
    assertDamagedAfter(recovered, C, 0);
    assertEquals(4, Samples.recovered(recovered, B).slotLast());
  }

  /// Every bit of the whole log, one at a time: it is either of no consequence, or its shard is
  /// reported, or the store refuses to open. Never does an entry go missing in silence.
  @Test
  void noBitMayFlipUnnoticed() {
    disk.openLog().commit(List.of(new LogWrite.Cut(B, 1)));
    before = disk.openLog().recovered();
    MemoryDisk whole = disk;
    int refused = 0;
    int reported = 0;
    for (byte[] name : whole.log().names()) {
      for (int bit = 0; bit < whole.log().bitsOf(name); bit++) {
        disk = whole.copy();
        disk.log().flip(name, bit);
        try {
          var recovered = disk.openLog().recovered();
          assertTrue(CellNames.isLogEntry(name));
          assertTrue(recovered.values().stream().anyMatch(RecoveredLog::damaged));
          recovered.forEach(
              (shard, log) -> {
                if (!log.damaged()) {
                  assertEquals(before.get(shard), log);
                }
              });
          reported++;
        } catch (StoreUnusable unusable) {
          assertFalse(CellNames.isLogEntry(name));
          refused++;
        }
      }
    }
    assertTrue(refused > 500 && reported > 1_000, refused + " and " + reported);
  }

  private void assertDamagedAfter(
      SortedMap<ShardId, RecoveredLog> recovered, ShardId shard, long slot) {
    RecoveredLog log = Samples.recovered(recovered, shard);
    RecoveredLog whole = Samples.recovered(before, shard);
    assertTrue(log.damaged());
    assertEquals(slot, log.slotLast());
    assertEquals(whole.promised(), log.promised());
    assertEquals(whole.logBallot(), log.logBallot());
    assertEquals(whole.entries().subList(0, (int) slot), log.entries());
  }

  private void flip(int entry, int bit) {
    disk.log().flip(entries().get(entry - 1), bit);
  }

  private List<byte[]> entries() {
    return disk.log().names().stream().filter(CellNames::isLogEntry).toList();
  }

  private LogWrite append(ShardId shard, long slot) {
    return new LogWrite.Append(shard, Samples.entry(slot, random));
  }
}
