package meridian.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import meridian.model.Invariant;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.paxos.Ballot;
import meridian.paxos.LogEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every log store does.
public abstract class LogStoreContract {
  protected static final ShardId SHARD = Samples.shard(1);
  protected static final ShardId OTHER = Samples.shard(2);

  protected final RandomGenerator random = new Random(1);

  /// Opens the store again, after closing it if it was open.
  protected abstract LogStore reopen();

  @Test
  void holdsNothingAtFirst() {
    assertEquals(new TreeMap<>(), reopen().recovered());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void recoversWhatWasCommittedAfterEveryStep(long seed) {
    RandomGenerator chance = new Random(seed);
    LogModel model = new LogModel();
    for (int step = 0; step < 60; step++) {
      LogStore store = reopen();
      String where = "seed " + seed + ", step " + step;
      assertEquals(model.logs(), store.recovered(), where);
      assertEquals(model.clockBound(), store.recoveredClockBound(), where);
      int batches = chance.nextInt(1, 4);
      for (int i = 0; i < batches; i++) {
        List<LogWrite> batch = model.nextBatch(chance);
        store.commit(batch);
        model.take(batch);
      }
    }
    assertTrue(model.logs().values().stream().anyMatch(log -> log.entries().size() > 3));
  }

  @Test
  void refusesAHole() {
    LogStore store = reopen();
    store.commit(List.of(append(1)));

    assertThrows(Invariant.Broken.class, () -> store.commit(List.of(append(2), append(4))));

    store.commit(List.of(append(2)));
    assertEquals(List.of(1L, 2L), slotsOf(SHARD));
  }

  @Test
  void neverBringsBackWhatWasTruncated() {
    LogStore store = reopen();
    store.commit(List.of(append(1), append(2), append(3)));
    LogEntry successor = Samples.entry(2, random);

    store.commit(List.of(new LogWrite.Truncate(SHARD, 2), new LogWrite.Append(SHARD, successor)));

    List<LogEntry> entries = Samples.recovered(reopen(), SHARD).entries();
    assertEquals(List.of(1L, 2L), entries.stream().map(LogEntry::slot).toList());
    assertEquals(successor, entries.getLast());
  }

  @Test
  void aLargeTruncationIsDoneInItsCommit() {
    reopen().commit(LongStream.rangeClosed(1, 500).mapToObj(this::append).toList());
    reopen().commit(List.of(new LogWrite.Truncate(SHARD, 2)));
    assertEquals(List.of(1L), slotsOf(SHARD));
    assertFalse(Samples.recovered(reopen(), SHARD).damaged());
    reopen().commit(List.of(append(2)));
    assertEquals(List.of(1L, 2L), slotsOf(SHARD));
  }

  /// A cut this large is cleared away over many commits; each of them must recover right.
  @Test
  void aLargeCutHoldsFromTheCommitItWasIn() {
    int slots = 2_000;
    LogStore store = reopen();
    store.commit(LongStream.rangeClosed(1, slots).mapToObj(this::append).toList());
    store.commit(List.of(new LogWrite.Cut(SHARD, slots - 2)));

    for (int i = 1; i <= 40; i++) {
      assertEquals(slots - 2, Samples.recovered(reopen(), SHARD).cutThrough());
      assertEquals(slots - 2 + 1, slotsOf(SHARD).getFirst());
      reopen().commit(List.of(append(slots + i)));
    }
    assertEquals(42, slotsOf(SHARD).size());
  }

  @Test
  void goesOnAfterASnapshotPastItsEnd() {
    LogStore store = reopen();
    store.commit(List.of(append(1), append(2), new LogWrite.Cut(SHARD, 70), append(71)));

    assertEquals(70, Samples.recovered(reopen(), SHARD).cutThrough());
    assertEquals(List.of(71L), slotsOf(SHARD));
  }

  @Test
  void holdsAnEntryAsLargeAsATransactionMayBe() {
    LogEntry large = Samples.entryOf(1, 9, 1024 * 1024);
    reopen().commit(List.of(new LogWrite.Append(SHARD, large)));
    assertEquals(List.of(large), Samples.recovered(reopen(), SHARD).entries());
  }

  @Test
  void keepsShardsApart() {
    Ballot ballot = new Ballot(3, new NodeId(2));
    LogStore store = reopen();
    store.commit(List.of(append(1), new LogWrite.Ballots(OTHER, ballot, Ballot.ZERO), append(2)));
    store.commit(List.of(new LogWrite.Cut(OTHER, 5), new LogWrite.Truncate(SHARD, 2)));

    assertEquals(List.of(1L), slotsOf(SHARD));
    assertEquals(
        new RecoveredLog(ballot, Ballot.ZERO, 5, List.of()), Samples.recovered(reopen(), OTHER));
  }

  protected LogWrite append(long slot) {
    return new LogWrite.Append(SHARD, Samples.entry(slot, random));
  }

  protected List<Long> slotsOf(ShardId shard) {
    return Samples.recovered(reopen(), shard).entries().stream().map(LogEntry::slot).toList();
  }
}
