package meridian.participant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import meridian.model.AbortReason;
import meridian.model.Invariant;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.NodeId;
import meridian.model.Observed;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.model.Value;
import meridian.model.Write;
import meridian.mvcc.VersionStore;
import meridian.paxos.Ballot;
import meridian.paxos.Command;
import meridian.paxos.Decision;
import meridian.paxos.Electorate;
import meridian.paxos.LogEntry;
import meridian.storage.SnapshotRow;
import meridian.storage.StateFlush;
import meridian.storage.StateStore;
import meridian.storage.Tables;
import meridian.storage.Version;
import meridian.storage.lmdb.StoredRecords;
import meridian.storage.memory.MemoryDisk;
import org.junit.jupiter.api.Test;

/// The state as a function of the chosen log.
class LedgerTest {
  private static final ShardId SHARD = new ShardId(1);
  private static final ShardId ELSEWHERE = new ShardId(2);
  private static final Ballot BALLOT = new Ballot(1, new NodeId(1));
  private static final Key A = Key.utf8("a");
  private static final Key B = Key.utf8("b");

  /// One replica's state, with a disk behind it.
  private static final class Replica {
    final StateStore store = new MemoryDisk(new StoredRecords()).openState();
    VersionStore versions = new VersionStore(SHARD, store);
    Ledger ledger = new Ledger(SHARD, versions, Tables.empty());

    void apply(Command command) {
      ledger.apply(new LogEntry(ledger.slot() + 1, BALLOT, command));
    }

    void flush() {
      store.flush(versions.flush(ledger.tables()));
      versions.flushed();
    }

    /// Starts again from what is on disk.
    void restart() {
      Tables tables = store.tables(SHARD).orElse(Tables.empty());
      versions = new VersionStore(SHARD, store);
      ledger = new Ledger(SHARD, versions, tables);
    }
  }

  private static TxnId txn(int number) {
    return new TxnId(new Timestamp(100 + number), 1, number, 0);
  }

  private static TxnPart part(int number, List<Observed> reads, Write... writes) {
    return TxnPart.of(
        txn(number),
        SHARD,
        new Timestamp(1),
        Timestamp.MAX,
        NodeId.NONE,
        List.of(SHARD, ELSEWHERE),
        reads,
        List.of(writes));
  }

  private static Write put(Key key, String value) {
    return new Write.Put(key, Value.utf8(value));
  }

  private static Timestamp ts(long number) {
    return new Timestamp(number);
  }

  private static Command commit(int txn, long ts) {
    return new Command.Decide(txn(txn), new Decision.Commit(ts(ts)));
  }

  /// Every kind of entry.
  private static final List<Command> STORY =
      List.of(
          new Command.Barrier(BALLOT, Electorate.EMPTY, Optional.empty()),
          new Command.Prepare(part(1, List.of(), put(A, "1"), new Write.Add(B, 5)), ts(1_000)),
          new Command.Prepare(
              part(2, List.of(new Observed(KeyRange.of(A, B), 0)), put(Key.utf8("c"), "2")),
              ts(1_001)),
          commit(1, 1_005),
          new Command.Fence(
              txn(3),
              List.of(SHARD, ELSEWHERE),
              NodeId.NONE,
              AbortReason.of(AbortReason.Kind.RECOVERED, "")),
          new Command.Decide(
              txn(2), new Decision.Abort(AbortReason.of(AbortReason.Kind.RECOVERED, ""))),
          new Command.OnePhase(
              part(4, List.of(new Observed(KeyRange.point(A), 0)), new Write.Add(B, -2)),
              ts(1_010)),
          new Command.TsLimit(ts(1_006)),
          new Command.OnePhase(part(5, List.of(), new Write.Delete(A)), ts(1_020)),
          new Command.Prepare(part(6, List.of(), put(A, "6")), ts(1_030)),
          new Command.Collect(ts(103), new TreeMap<>(), 4, ts(1_000)));

  @Test
  void twoReplicasThatApplyTheSameLogAreTheSameWheneverTheyFlushAndRestart() {
    Replica plain = new Replica();
    Replica flushing = new Replica();
    for (int i = 0; i < STORY.size(); i++) {
      plain.apply(STORY.get(i));
      flushing.apply(STORY.get(i));
      if (i % 2 == 0) {
        flushing.flush();
      }
      if (i % 3 == 0) {
        int behind =
            (int)
                (flushing.ledger.slot()
                    - flushing.store.tables(SHARD).map(Tables::slot).orElse(0L));
        flushing.restart();
        STORY.subList(i + 1 - behind, i + 1).forEach(flushing::apply);
      }
      assertEquals(plain.ledger.digest(), flushing.ledger.digest(), "after " + STORY.get(i));
      assertEquals(plain.ledger.tables(), flushing.ledger.tables());
    }
  }

  @Test
  void theDigestTellsStatesApart() {
    var digests = new java.util.TreeSet<Long>();
    Replica replica = new Replica();
    for (Command command : STORY) {
      replica.apply(command);
      assertTrue(digests.add(replica.ledger.digest()));
    }
    Replica other = new Replica();
    STORY.subList(0, 3).forEach(other::apply);
    other.apply(commit(1, 1_006));
    Replica same = new Replica();
    STORY.subList(0, 4).forEach(same::apply);
    assertNotEquals(same.ledger.digest(), other.ledger.digest());
  }

  /// S1.
  @Test
  void aVersionCarriesTheSlotOfTheEntryThatMadeItVisible() {
    Replica replica = new Replica();
    STORY.subList(0, 7).forEach(replica::apply);
    assertEquals(
        Optional.of(new Version(ts(1_005), 4, Optional.of(Value.utf8("1")))),
        replica.ledger.latest(A));
    assertEquals(
        Optional.of(new Version(ts(1_010), 7, Optional.of(Value.number(3)))),
        replica.ledger.latest(B));
    replica.apply(STORY.get(7));
    replica.apply(STORY.get(8));
    assertEquals(
        Optional.of(new Version(ts(1_020), 9, Optional.empty())), replica.ledger.latest(A));
  }

  @Test
  void whatIsPreparedIsNotVisibleAndWhatIsAbortedNeverIs() {
    Replica replica = new Replica();
    STORY.subList(0, 3).forEach(replica::apply);
    assertEquals(Optional.empty(), replica.ledger.latest(A));
    STORY.subList(3, 6).forEach(replica::apply);
    assertEquals(Optional.empty(), replica.ledger.latest(Key.utf8("c")));
    assertTrue(replica.ledger.prepared().isEmpty());
  }

  /// 2.10: floors are applied state and part of every snapshot, until a limit covers them.
  @Test
  void whatCommittedReadersSawSurvivesInTheTablesUntilALimitCoversIt() {
    Replica replica = new Replica();
    STORY.subList(0, 7).forEach(replica::apply);
    List<Tables.Floor> floors = List.of(new Tables.Floor(KeyRange.point(A), ts(1_010)));
    assertEquals(floors, replica.ledger.tables().floors());
    replica.flush();
    replica.restart();
    assertEquals(floors, replica.ledger.tables().floors());
    replica.apply(new Command.TsLimit(ts(1_009)));
    assertEquals(floors, replica.ledger.tables().floors());
    replica.apply(new Command.TsLimit(ts(1_010)));
    assertEquals(List.of(), replica.ledger.tables().floors());
  }

  @Test
  void theLargestTimestampOfAnythingPreparedOrCommittedIsKnown() {
    Replica replica = new Replica();
    STORY.subList(0, 2).forEach(replica::apply);
    assertEquals(ts(1_000), replica.ledger.ctsMax());
    STORY.subList(2, 4).forEach(replica::apply);
    assertEquals(ts(1_005), replica.ledger.ctsMax());
  }

  /// G3, over every combination of who has settled what.
  @Test
  void anOutcomeIsCollectedOnlyBelowTheWatermarkAndOnlyOnceItIsSettledEverywhere() {
    for (long watermark : List.of(102L, 103L, 104L)) {
      for (long elsewhere : List.of(0L, 102L, 103L, 104L)) {
        Replica replica = new Replica();
        STORY.subList(0, 5).forEach(replica::apply);
        var resolved = new TreeMap<ShardId, Timestamp>();
        resolved.put(ELSEWHERE, ts(elsewhere));
        replica.apply(new Command.Collect(ts(watermark), resolved, 0, Timestamp.ZERO));
        boolean kept = replica.versions.outcome(txn(3)).isPresent();
        assertEquals(watermark < 103 || elsewhere < 103, kept, watermark + ", " + elsewhere);
      }
    }
  }

  @Test
  void watermarkHorizonAndLimitNeverGoBack() {
    Replica replica = new Replica();
    replica.apply(new Command.Collect(ts(50), new TreeMap<>(), 7, ts(5)));
    replica.apply(new Command.Collect(ts(40), new TreeMap<>(), 6, ts(4)));
    replica.apply(new Command.TsLimit(ts(9)));
    replica.apply(new Command.TsLimit(ts(8)));
    assertEquals(ts(50), replica.ledger.watermark());
    assertEquals(7, replica.ledger.horizonSlot());
    assertEquals(ts(5), replica.ledger.horizon());
    assertEquals(ts(9), replica.ledger.tsLimit());
  }

  @Test
  void whatALogMustNeverSayStopsTheReplica() {
    List<List<Command>> impossible =
        List.of(
            List.of(commit(1, 5)),
            List.of(STORY.get(1), STORY.get(1)),
            List.of(STORY.get(1), commit(1, 999)),
            List.of(
                new Command.OnePhase(part(1, List.of(), put(A, "1")), ts(5)),
                new Command.OnePhase(part(2, List.of(), put(A, "2")), ts(5))));
    for (List<Command> log : impossible) {
      Replica replica = new Replica();
      log.subList(0, log.size() - 1).forEach(replica::apply);
      assertThrows(Invariant.Broken.class, () -> replica.apply(log.getLast()), log::toString);
    }
    Replica replica = new Replica();
    assertThrows(
        Invariant.Broken.class,
        () -> replica.ledger.apply(new LogEntry(2, BALLOT, STORY.getFirst())));
  }

  // ---- a snapshot without freezing

  private static Command at(int number, long ts, Write... writes) {
    return new Command.OnePhase(part(number, List.of(), writes), ts(ts));
  }

  /// Rows may show any later slot; once that is applied too, the state is what it would have been.
  @Test
  void aSnapshotWhoseRowsShowLaterSlotsEndsAsTheSameStateWhereverTheCopyWasMade() {
    List<Command> log =
        List.of(
            at(1, 1_000, put(A, "1"), new Write.Add(B, 1)),
            at(2, 1_001, new Write.Add(B, 1)),
            at(3, 1_002, put(A, "3")),
            at(4, 1_003, new Write.Delete(A), new Write.Add(B, 1)),
            at(5, 1_004, put(A, "5")));
    Replica whole = new Replica();
    log.forEach(whole::apply);
    for (int tablesAt = 0; tablesAt <= 5; tablesAt++) {
      for (int rowsAt = tablesAt; rowsAt <= 5; rowsAt++) {
        Replica source = new Replica();
        log.subList(0, tablesAt).forEach(source::apply);
        Tables tables = source.ledger.tables().withWholeFrom(rowsAt);
        log.subList(tablesAt, rowsAt).forEach(source::apply);
        source.flush();

        Replica copy = new Replica();
        List<SnapshotRow> rows = source.store.rows(SHARD, KeyRange.ALL, false, 100);
        copy.store.flush(new StateFlush(SHARD, rows, List.of(), List.of(), tables));
        copy.restart();
        assertEquals(tablesAt == rowsAt, copy.ledger.isWhole());
        log.subList(tablesAt, 5).forEach(copy::apply);

        assertTrue(copy.ledger.isWhole());
        List<Optional<Version>> expected = new ArrayList<>();
        List<Optional<Version>> found = new ArrayList<>();
        for (Key key : List.of(A, B)) {
          expected.add(whole.ledger.latest(key));
          found.add(copy.ledger.latest(key));
        }
        assertEquals(expected, found, "tables as of " + tablesAt + ", rows as of " + rowsAt);
      }
    }
  }

  /// The copy took so long that a version between tables and rows has been collected at its source.
  @Test
  void anOldVersionThatTheRowsNoLongerHoldDoesNotHideTheNewerOneThatTheyDo() {
    Replica copy = new Replica();
    Version newer = new Version(ts(1_002), 3, Optional.of(Value.utf8("new")));
    copy.store.flush(
        new StateFlush(
            SHARD,
            List.of(new SnapshotRow(A, List.of(newer))),
            List.of(),
            List.of(),
            Tables.empty().withWholeFrom(3)));
    copy.restart();
    copy.apply(at(1, 1_000, put(A, "old")));
    copy.apply(at(2, 1_001, put(A, "older")));
    copy.apply(at(3, 1_002, put(A, "new")));
    assertTrue(copy.ledger.isWhole());
    assertEquals(Optional.of(newer), copy.ledger.latest(A));
  }
}
