package meridian.txn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import meridian.client.fake.FakeStore;
import meridian.model.Digest;
import meridian.model.Key;
import meridian.model.Outcome;
import meridian.model.TxnId;
import meridian.model.Value;
import org.junit.jupiter.api.Test;

/// Many seeds of a bad network: whatever happens to messages, streams and coordinators, what a
/// session says is true. Every transaction appends one word of its own to two lists that are always
/// equal.
class SessionChaosTest {
  private static final int SEEDS = Integer.getInteger("meridian.session.seeds", 300);
  private static final int TXNS = 12;
  private static final long SECOND = 1_000_000;

  @Test
  void neverAppliesTwiceNorTakesUnknownForAbortedNorShowsATornRead() {
    var all = new Tally();
    for (long seed = 0; seed < SEEDS; seed++) {
      try {
        new Chaos(seed).play(all);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "seed "
                + seed
                + "; run it alone: SessionChaosTest.oneSeed with -Dmeridian.seed="
                + seed,
            e);
      }
    }
    // A run in which nothing happens proves nothing.
    int txns = SEEDS * TXNS * Chaos.CLIENTS;
    assertTrue(all.committed > txns / 2, all.toString());
    assertTrue(all.unknown > SEEDS / 10, all.toString());
    assertTrue(all.attempts > all.committed + all.committed / 10, all.toString());
    assertTrue(all.resolved > SEEDS / 10, all.toString());
    assertTrue(all.torn > SEEDS / 10, all.toString());
    assertTrue(all.resent > SEEDS, all.toString());
  }

  @Test
  void oneSeed() {
    new Chaos(Long.getLong("meridian.seed", 1)).play(new Tally());
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    assertEquals(new Chaos(11).play(new Tally()), new Chaos(11).play(new Tally()));
  }

  /// How often what happened.
  private static final class Tally {
    private int committed;
    private int aborted;
    private int unknown;
    private int attempts;
    private int resolved;
    private int resent;
    private int torn;

    @Override
    public String toString() {
      return "committed %d, aborted %d, unknown %d, attempts %d, resolved %d, resent %d, torn %d"
          .formatted(committed, aborted, unknown, attempts, resolved, resent, torn);
    }
  }

  /// One run.
  private static final class Chaos {
    private static final int CLIENTS = 3;
    private static final Key LEFT = Key.utf8("left");
    private static final Key RIGHT = Key.utf8("right");

    private final FakeStore store = new FakeStore(10, "m");
    private final SessionWorld world;
    private final Random chance;
    private final List<Txn> txns = new ArrayList<>();

    Chaos(long seed) {
      this.chance = new Random(seed * 31 + 7);
      this.world = new SessionWorld(seed, store, 3);
    }

    long play(Tally tally) {
      world.worsen(SessionWorld.Faults.ALL);
      for (int i = 0; i < CLIENTS; i++) {
        runNext(world.newClient(), i, 0);
      }
      for (int i = 0; i < 20; i++) {
        breakSomething();
        world.run(3 * SECOND);
      }
      heal();
      world.run(40 * SECOND);
      txns.forEach(Txn::resolve);
      world.run(20 * SECOND);
      var digest = new Digest().add(store.slot());
      txns.forEach(txn -> txn.check(tally));
      txns.forEach(txn -> digest.add(txn.client.session().digest()));
      assertEquals(CLIENTS * TXNS, txns.size(), "every transaction came to an end");
      return digest.value();
    }

    private void runNext(SessionWorld.Client client, int number, int done) {
      if (done < TXNS) {
        var txn = new Txn(client, number + "." + done);
        txns.add(txn);
        client.session().tick(world.nowMicros());
        client
            .session()
            .transact(
                TxnOptions.within((1 + chance.nextInt(8)) * SECOND),
                txn,
                result -> {
                  txn.result = Optional.of(result);
                  world.after(chance.nextInt(50_000), () -> runNext(client, number, done + 1));
                });
      }
    }

    private void breakSomething() {
      SessionWorld.Coordinator victim = world.coordinator(chance.nextInt(3));
      switch (chance.nextInt(4)) {
        case 0 -> victim.crash();
        case 1 -> victim.mute(true);
        case 2 -> victim.inner().withClockAhead(chance.nextInt(40_000) - 20_000);
        default -> {
          victim.restart();
          victim.mute(false);
        }
      }
    }

    private void heal() {
      world.worsen(SessionWorld.Faults.NONE);
      for (int i = 0; i < 3; i++) {
        world.coordinator(i).restart();
        world.coordinator(i).mute(false);
        world.coordinator(i).inner().withClockAhead(0);
      }
    }

    private List<String> words(Key key) {
      return store
          .value(key)
          .map(list -> Arrays.asList(list.toUtf8().split(" ")))
          .orElse(List.of());
    }

    /// Appends its word to both lists.
    private final class Txn implements Body {
      private final SessionWorld.Client client;
      private final String word;
      private final List<TxnEnd> ends = new ArrayList<>();
      private final List<TxnId> ids = new ArrayList<>();
      private Optional<TxnResult> result = Optional.empty();
      private Optional<Outcome> found = Optional.empty();
      private int torn;

      Txn(SessionWorld.Client client, String word) {
        this.client = client;
        this.word = word;
      }

      @Override
      public void run(Attempt attempt) {
        assertEquals(ids.size(), ends.size(), "the attempt before has ended");
        assertTrue(
            ends.stream().allMatch(end -> end instanceof TxnEnd.Aborted),
            () -> "runs again although an attempt may have happened: " + ends);
        ids.add(attempt.txn());
        read(attempt, LEFT, left -> read(attempt, RIGHT, right -> append(attempt, left, right)));
      }

      private void read(Attempt attempt, Key key, Consumer<String> then) {
        attempt.get(
            key,
            answer -> {
              switch (answer) {
                case Answer.Failed<Optional<Entry>>(RuntimeException why) -> attempt.fail(why);
                case Answer.Ok<Optional<Entry>>(Optional<Entry> list) ->
                    then.accept(list.map(entry -> entry.value().toUtf8() + " ").orElse(""));
              }
            });
      }

      private void append(Attempt attempt, String left, String right) {
        attempt.put(LEFT, Value.utf8(left + word));
        attempt.put(RIGHT, Value.utf8(right + word));
        if (left.equals(right)) {
          attempt.commit();
        } else {
          torn++;
          attempt.fail(new IllegalStateException("torn: " + left + " against " + right));
        }
      }

      @Override
      public void ended(Attempt attempt, TxnEnd end) {
        ends.add(end);
      }

      void resolve() {
        if (result.orElseThrow().end() instanceof TxnEnd.Unknown unknown) {
          client
              .session()
              .resolve(unknown.token(), 20 * SECOND, outcome -> found = Optional.of(outcome));
        }
      }

      void check(Tally tally) {
        TxnResult end = result.orElseThrow(() -> new AssertionError(word + " never ended"));
        long left = words(LEFT).stream().filter(word::equals).count();
        assertEquals(left, words(RIGHT).stream().filter(word::equals).count());
        assertTrue(left <= 1, word + " was applied " + left + " times");
        switch (end.end()) {
          case TxnEnd.Committed committed -> assertEquals(1, left, word);
          case TxnEnd.Aborted aborted -> assertEquals(0, left, word + " " + aborted);
          case TxnEnd.Unknown unknown ->
              assertEquals(
                  left == 1,
                  found.orElseThrow() instanceof Outcome.Committed,
                  word + " turned out as " + found);
          case TxnEnd.Failed failed -> throw new AssertionError("surfaced", failed.error());
        }
        assertFalse(found.isPresent() && found.get() instanceof Outcome.Unknown);
        count(tally, end);
      }

      private void count(Tally tally, TxnResult end) {
        switch (end.end()) {
          case TxnEnd.Committed committed -> tally.committed++;
          case TxnEnd.Aborted aborted -> tally.aborted++;
          case TxnEnd.Unknown unknown -> tally.unknown++;
          case TxnEnd.Failed failed -> {}
        }
        tally.attempts += end.attempts();
        tally.torn += torn;
        if (word.endsWith(".0")) {
          countSent(tally);
        }
      }

      private void countSent(Tally tally) {
        List<ClientMessage.Commit> commits = client.commitsSent();
        tally.resent +=
            (int)
                (commits.size()
                    - commits.stream().map(ClientMessage.Commit::txn).distinct().count());
        tally.resolved +=
            (int)
                client.sent().stream()
                    .filter(send -> send.request() instanceof ClientMessage.Resolve)
                    .count();
      }
    }
  }
}
