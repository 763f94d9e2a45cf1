package meridian.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every state store does.
public abstract class StateStoreContract {
  protected static final ShardId SHARD = Samples.shard(1);

  /// Opens the store again, after closing it if it was open.
  protected abstract StateStore reopen();

  @Test
  void holdsNothingAtFirst() {
    StateStore store = reopen();
    assertEquals(Optional.empty(), store.tables(SHARD));
    assertEquals(List.of(), store.rows(SHARD, KeyRange.ALL, false, 9));
    assertEquals(List.of(), store.rows(SHARD, KeyRange.ALL, true, 9));
    assertEquals(Optional.empty(), store.version(SHARD, Key.utf8("a"), Timestamp.MAX));
    assertEquals(List.of(), store.outcomesAfter(SHARD, Optional.empty(), 9));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void readsWhatWasFlushedAfterEveryStep(long seed) {
    RandomGenerator random = new Random(seed);
    StateModel model = new StateModel();
    for (int step = 0; step < 40; step++) {
      StateFlush flush = model.nextFlush(random, 0);
      StateStore store = reopen();
      store.flush(flush);
      model.take(flush);
      if (random.nextBoolean()) {
        store = reopen();
      }
      String where = "seed " + seed + ", step " + step;
      assertEquals(Optional.of(flush.tables()), store.tables(SHARD), where);
      assertReadsLike(model, store, random, where);
    }
    assertTrue(model.rows.size() > 60, "too few keys to prove anything: " + model.rows.size());
  }

  /// Also with a horizon: then what it allows to be dropped is dropped from the keys of the flush
  /// at once, and from all others after a while.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void dropsExactlyWhatNobodyWillReadAgain(long seed) {
    RandomGenerator random = new Random(seed);
    StateModel model = new StateModel();
    StateStore store = reopen();
    long horizon = 0;
    for (int step = 0; step < 60; step++) {
      horizon += random.nextInt(15);
      StateFlush flush = model.nextFlush(random, horizon);
      store.flush(flush);
      model.take(flush);
      String where = "seed " + seed + ", step " + step;
      for (SnapshotRow all : model.rows(KeyRange.ALL, false, Integer.MAX_VALUE)) {
        SnapshotRow least = StateModel.collected(all, horizon);
        List<Version> stored = versionsOf(store, all.key());
        assertTrue(all.versions().containsAll(stored), where);
        assertTrue(stored.containsAll(least.versions()), where + ": lost of " + all.key());
        if (flush.rows().stream().anyMatch(row -> row.key().equals(all.key()))) {
          assertEquals(least.versions(), stored, where);
        }
      }
    }
    sweepAll(store, horizon);
    long finalHorizon = horizon;
    List<SnapshotRow> left =
        model.rows(KeyRange.ALL, false, Integer.MAX_VALUE).stream()
            .map(row -> StateModel.collected(row, finalHorizon))
            .filter(row -> !row.versions().isEmpty())
            .toList();
    assertEquals(left, store.rows(SHARD, KeyRange.ALL, false, Integer.MAX_VALUE), "seed " + seed);
    assertEquals(
        left.reversed(), store.rows(SHARD, KeyRange.ALL, true, Integer.MAX_VALUE), "seed " + seed);
  }

  /// Long keys lie in layers of their own; the last one to go takes its layers along.
  @Test
  void forgetsLongKeysWithoutTrace() {
    StateStore store = reopen();
    Key key = Key.wrap(new byte[4_096]);
    flush(store, 1, 0, key, Optional.of(Value.EMPTY));
    flush(store, 2, 2, key, Optional.empty());

    assertEquals(List.of(), store.rows(SHARD, KeyRange.ALL, false, 9));
    assertEquals(List.of(), store.rows(SHARD, KeyRange.ALL, true, 9));
    assertEquals(List.of(), store.rows(SHARD, KeyRange.from(key), false, 9));
  }

  @Test
  void aVersionThatIsThereStaysAsItIs() {
    StateStore store = reopen();
    Key key = Key.utf8("a");
    flush(store, 1, 0, key, Optional.of(Value.utf8("first")));
    flush(store, 1, 0, key, Optional.of(Value.utf8("second")));
    assertEquals(
        Optional.of(Value.utf8("first")),
        store.version(SHARD, key, Timestamp.MAX).orElseThrow().value());
  }

  @Test
  void holdsTheLargestValueUnderTheLargestKey() {
    byte[] bytes = new byte[1024 * 1024];
    new Random(3).nextBytes(bytes);
    byte[] keyBytes = new byte[4_096];
    new Random(4).nextBytes(keyBytes);
    Key key = Key.wrap(keyBytes);
    flush(reopen(), 1, 0, key, Optional.of(Value.of(bytes)));

    StateStore store = reopen();
    Version expected = new Version(new Timestamp(1), 1, Optional.of(Value.wrap(bytes)));
    assertEquals(Optional.of(expected), store.version(SHARD, key, Timestamp.MAX));
    assertEquals(
        List.of(new SnapshotRow(key, List.of(expected))),
        store.rows(SHARD, KeyRange.point(key), false, 2));
  }

  @Test
  void keepsShardsApart() {
    StateStore store = reopen();
    ShardId other = Samples.shard(2);
    Key longKey = Key.wrap(new byte[300]);
    flush(store, 1, 0, longKey, Optional.of(Value.EMPTY));

    assertEquals(Optional.empty(), store.version(other, longKey, Timestamp.MAX));
    assertEquals(List.of(), store.rows(other, KeyRange.ALL, false, 9));
    assertEquals(List.of(), store.rows(Samples.shard(0), KeyRange.ALL, true, 9));
    assertEquals(Optional.empty(), store.tables(other));
  }

  public static void flush(
      StateStore store, long slot, long horizon, Key key, Optional<Value> value) {
    var version = new Version(new Timestamp(slot), slot, value);
    store.flush(
        new StateFlush(
            SHARD,
            List.of(new SnapshotRow(key, List.of(version))),
            List.of(),
            List.of(),
            Samples.tables(slot, horizon)));
  }

  private static void sweepAll(StateStore store, long horizon) {
    for (int i = 0; i < 10; i++) {
      store.flush(
          new StateFlush(
              SHARD, List.of(), List.of(), List.of(), Samples.tables(1_000_000 + i, horizon)));
    }
  }

  private static void assertReadsLike(
      StateModel model, StateStore store, RandomGenerator random, String where) {
    for (int i = 0; i < 20; i++) {
      Key a = model.keyOldOrNew(random);
      Key b = model.keyOldOrNew(random);
      KeyRange range =
          switch (random.nextInt(4)) {
            case 0 -> KeyRange.ALL;
            case 1 -> KeyRange.from(a);
            case 2 -> KeyRange.prefix(a);
            default -> KeyRange.of(a.compareTo(b) < 0 ? a : b, a.compareTo(b) < 0 ? b : a);
          };
      boolean reverse = random.nextBoolean();
      int keysMax = random.nextInt(1, 100);
      assertEquals(
          model.rows(range, reverse, keysMax), store.rows(SHARD, range, reverse, keysMax), where);
      Timestamp atMost = new Timestamp(random.nextLong(2_000));
      var versions = Optional.ofNullable(model.rows.get(a));
      assertEquals(
          versions.flatMap(all -> all.tailMap(atMost).values().stream().findFirst()),
          store.version(SHARD, a, atMost),
          where);
    }
    Optional<TxnId> after = Optional.of(Samples.txn(random)).filter(_ -> random.nextBoolean());
    List<TxnRecord> expected = new ArrayList<>(model.outcomes.values());
    after.ifPresent(id -> expected.removeIf(outcome -> outcome.txn().compareTo(id) <= 0));
    assertEquals(expected.stream().limit(7).toList(), store.outcomesAfter(SHARD, after, 7), where);
    assertEquals(
        model.outcomes.values().stream().reduce((_, last) -> last),
        store.newestOutcome(SHARD),
        where);
    for (TxnRecord outcome : expected) {
      assertEquals(Optional.of(outcome), store.outcome(SHARD, outcome.txn()), where);
    }
  }

  private static List<Version> versionsOf(StateStore store, Key key) {
    return store.rows(SHARD, KeyRange.point(key), false, 2).stream()
        .flatMap(row -> row.versions().stream())
        .toList();
  }
}
