package meridian.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import meridian.client.fake.FakeStore;
import meridian.client.fake.InMemoryTransport;
import meridian.history.Recorder;
import meridian.model.AbortReason;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Outcome;
import meridian.model.RegionId;
import meridian.model.ShardId;
import meridian.model.Value;
import meridian.txn.ClientMessage;
import meridian.txn.Entry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
  private static final Key A = Key.utf8("a");
  private static final Key Z = Key.utf8("z");
  private static final Value ONE = Value.utf8("1");
  private static final Value TWO = Value.utf8("2");

  private final InMemoryTransport transport = InMemoryTransport.ofTwoRegions();
  private final Database db = Meridian.connect(transport, Options.defaults());

  @AfterEach
  void close() {
    db.close();
  }

  @Test
  void runsATransactionAndSaysWhatItCost() {
    Result<String> result =
        db.execute(
            tx -> {
              tx.put(A, ONE);
              tx.put(Z, TWO);
              return "done";
            });

    assertEquals("done", result.value());
    assertEquals(1, result.attempts());
    assertEquals(List.of(new ShardId(1), new ShardId(2)), result.shards());
    assertEquals(List.of(new RegionId("oregon")), result.regions());
    assertEquals(db.seen(), result.commitTimestamp().orElseThrow());
    assertEquals(Map.of(A, ONE, Z, TWO), db.getAll(List.of(A, Z, Key.utf8("none"))));
  }

  @Test
  void losesNoUpdateOfManyThreads() {
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(
          CompletableFuture.runAsync(
              () -> {
                for (int j = 0; j < 25; j++) {
                  db.transact(
                      tx -> {
                        long value = tx.get(A).map(v -> v.asNumber().orElseThrow()).orElse(0L);
                        tx.put(A, Value.number(value + 1));
                        return value;
                      });
                }
              },
              Thread::startVirtualThread));
    }
    threads.forEach(CompletableFuture::join);
    assertEquals(Value.number(200), db.get(A).orElseThrow());
  }

  @Test
  void runsAgainAfterAConflictAndSaysHowOften() {
    var runs = new AtomicInteger();
    Result<Integer> result =
        db.execute(
            tx -> {
              Optional<Value> before = tx.get(A);
              if (runs.incrementAndGet() < 3) {
                db.put(A, Value.number(runs.get()));
              }
              tx.put(Z, before.orElse(ONE));
              return runs.get();
            });

    assertEquals(3, result.value());
    assertEquals(3, result.attempts());
    assertEquals(Value.number(2), db.get(Z).orElseThrow());
  }

  @Test
  void throwsWhatTheCodeThrewAndWritesNothing() {
    var error = new IOException("of the application");
    var thrown =
        assertThrows(
            IOException.class,
            () ->
                db.transact(
                    tx -> {
                      tx.get(A);
                      tx.put(A, ONE);
                      throw error;
                    }));

    assertSame(error, thrown);
    assertTrue(db.get(A).isEmpty());
  }

  @Test
  void throwsThePermanentKindForWhatCanNeverWork() {
    Key tooLong = Key.wrap(new byte[5_000]);
    db.put(A, Value.utf8("text"));

    assertPermanent("the limit is 4096", () -> db.put(tooLong, ONE));
    assertPermanent("the limit is 4096", () -> db.get(tooLong));
    assertPermanent("not a number", () -> db.add(A, 1));
    assertPermanent("not a number", () -> db.batch(new Batch().add(A, 1)));
    assertPermanent("ends before it starts", () -> db.scan(KeyRange.of(Z, A)).list());
    assertPermanent("the limit is -1", () -> db.scan(KeyRange.ALL).limit(-1).list());
    assertPermanent("60000000", () -> db.withTimeout(Duration.ofHours(1)).put(A, ONE));
  }

  @Test
  void readsRangesInBothDirectionsWholeAndInPages() {
    for (int i = 0; i < 10; i++) {
      db.put(Key.utf8("k" + i), Value.number(i));
      db.put(Key.utf8("x" + i), Value.number(i));
    }
    KeyRange ks = KeyRange.prefix(Key.utf8("k"));

    assertEquals(20, db.scan(KeyRange.ALL).list().size());
    assertEquals(List.of("k9", "k8"), keys(db.scan(ks).reverse().limit(2).list()));
    assertEquals(List.of("x0", "x1"), keys(db.scan(KeyRange.from(Key.utf8("x"))).limit(2).list()));
    db.transact(
        tx -> {
          tx.delete(Key.utf8("k3"));
          List<String> all = new ArrayList<>();
          for (List<Entry> page : tx.scan(ks).limit(5).pages()) {
            assertTrue(page.size() <= 3, "a page is what the store gives at a time");
            all.addAll(keys(page));
          }
          assertEquals(List.of("k0", "k1", "k2", "k4", "k5"), all);
          return all;
        });
    List<String> paged = new ArrayList<>();
    db.scan(KeyRange.ALL, ReadOptions.NEAREST)
        .reverse()
        .limit(18)
        .pages()
        .forEach(page -> paged.addAll(keys(page)));
    assertEquals(18, paged.size());
    assertEquals("x9", paged.getFirst());
    assertEquals("k1", paged.getLast());
  }

  @Test
  void comparesAndSetsAddsAndDeletes() {
    assertTrue(db.compareAndSet(A, Optional.empty(), ONE));
    assertTrue(!db.compareAndSet(A, Optional.of(TWO), ONE));
    assertTrue(db.compareAndSet(A, Optional.of(ONE), TWO));
    assertEquals(5, db.add(A, 3));
    assertEquals(-3, db.add(Z, -3));
    db.batch(new Batch().add(A, 1).put(Z, ONE).delete(Z));
    assertEquals(Value.number(6), db.get(A, ReadOptions.NEAREST).orElseThrow());
    db.delete(A);
    assertEquals(List.of(), db.scan(KeyRange.ALL).list());
  }

  @Test
  void letsATransactionBeEndedByHand() {
    try (OpenTransaction tx = db.begin()) {
      tx.put(A, ONE);
      assertEquals(ONE, tx.get(A).orElseThrow());
      assertTrue(tx.approximateSize() > 2);
      assertTrue(db.get(A).isEmpty());
      tx.commit();
      assertThrows(IllegalStateException.class, () -> tx.put(A, TWO));
    }
    try (OpenTransaction tx = db.begin()) {
      tx.put(A, TWO);
    }
    assertEquals(ONE, db.get(A).orElseThrow(), "closed without a commit");

    OpenTransaction late = db.begin();
    late.get(A);
    db.put(A, TWO);
    late.put(Z, ONE);
    var conflict = assertThrows(RetriableException.class, late::commit);
    assertEquals(Optional.of(A), conflict.key());
    assertEquals(AbortReason.Kind.READ_CONFLICT, conflict.reason().orElseThrow().kind());
  }

  @Test
  void findsOutWhatItCouldNotTell() {
    transport.lose(0, request -> false, reply -> reply instanceof ClientMessage.Ended);
    transport.lose(1, request -> false, reply -> reply instanceof ClientMessage.Ended);
    var unknown =
        assertThrows(
            UnknownOutcomeException.class,
            () -> db.withTimeout(Duration.ofMillis(300)).put(A, ONE));
    transport.lose(0, request -> false, reply -> false);

    Outcome.Token token = Tokens.parse(Tokens.format(unknown.token()));
    assertEquals(unknown.token(), token);
    assertTrue(String.valueOf(unknown.getMessage()).contains(Tokens.format(token)));
    assertInstanceOf(Outcome.Committed.class, db.outcome(token));
    assertEquals(ONE, db.get(A).orElseThrow());
  }

  @Test
  void goesOnWhenACoordinatorDiesAndReturns() {
    db.put(A, ONE);
    transport.kill(0);
    Result<Optional<Value>> elsewhere = db.execute(tx -> tx.get(A));
    assertEquals(ONE, elsewhere.value().orElseThrow());
    assertEquals(List.of(new RegionId("belgium")), elsewhere.regions());
    transport.kill(1);
    transport.restart(0);
    assertEquals(ONE, db.get(A).orElseThrow());
  }

  @Test
  void runsOnThreadsOfItsOwnToo() {
    CompletableFuture<Value> future =
        db.transactAsync(
            tx -> {
              tx.put(A, ONE);
              return tx.get(A).orElseThrow();
            });
    assertEquals(ONE, future.join());

    var failing =
        db.transactAsync(
            tx -> {
              throw new IOException("of the application");
            });
    var thrown = assertThrows(CompletionException.class, failing::join);
    assertInstanceOf(IOException.class, thrown.getCause());
  }

  @Test
  void saysWhyItCannotConnect() {
    var dead = new InMemoryTransport(new FakeStore(1), "nowhere");
    dead.kill(0);
    Options impatient = Options.defaults().withConnectTimeout(Duration.ofMillis(100));

    var error = assertThrows(RetriableException.class, () -> Meridian.connect(dead, impatient));
    String message = String.valueOf(error.getMessage());
    assertTrue(message.contains("100 ms"), message);
    assertTrue(message.contains("connection refused"), message);
  }

  @Test
  void refusesToWorkOnceItIsClosed() {
    db.close();
    assertThrows(IllegalStateException.class, () -> db.get(A));
  }

  @Test
  void stopsReadingWhenItsThreadIsInterrupted() {
    transport.lose(0, request -> request instanceof ClientMessage.Read, reply -> false);
    transport.lose(1, request -> request instanceof ClientMessage.Read, reply -> false);
    Thread.currentThread().interrupt();
    assertThrows(
        java.util.concurrent.CancellationException.class, () -> db.transact(tx -> tx.get(A)));
    assertTrue(Thread.interrupted(), "the interruption is still known");
  }

  @Test
  void writesDownEveryAttemptAsTheCheckerReadsIt(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("history.jsonl");
    try (Recorder recorder = Recorder.to(file);
        Database recorded =
            Meridian.connect(
                InMemoryTransport.ofTwoRegions(), Options.defaults().withRecorder(recorder))) {
      recorded.put(A, Value.utf8("one \"word\""));
      recorded.add(Z, 7);
      recorded.transact(
          tx -> {
            Lists.append(tx, Key.utf8("list"), "5");
            Lists.append(tx, Key.utf8("list"), "6");
            return Lists.read(tx, Key.utf8("list"));
          });
      var runs = new AtomicInteger();
      recorded.transact(
          tx -> {
            tx.get(Z);
            if (runs.incrementAndGet() == 1) {
              recorded.delete(Z);
            }
            tx.put(A, TWO);
            return 0;
          });
      assertThrows(
          IllegalStateException.class,
          () ->
              recorded.transact(
                  tx -> {
                    tx.get(A);
                    tx.put(A, ONE);
                    throw new IllegalStateException();
                  }));
    }

    List<String> lines = Files.readAllLines(file);
    List<String> brief =
        lines.stream()
            .map(line -> line.replaceAll("\"txn\":\"[^\"]+\",", ""))
            .map(line -> line.replaceAll("\"(invoke|complete)\":\\d+,", ""))
            .map(line -> line.replaceAll(",\"ts\":\"[0-9a-f]+\"", ",\"ts\":1"))
            .map(line -> line.replace(",\"level\":\"strict-serializable\"", ""))
            .toList();
    assertEquals(
        List.of(
            "{\"session\":0,\"outcome\":\"committed\",\"ts\":1,\"ops\":[[\"write\",\"a\",\"one"
                + " \\\"word\\\"\"]]}",
            "{\"session\":0,\"outcome\":\"committed\",\"ts\":1,\"ops\":[[\"read\",\"z\",null],"
                + "[\"write\",\"z\",7]]}",
            "{\"session\":0,\"outcome\":\"committed\",\"ts\":1,\"ops\":[[\"append\",\"list\",5],"
                + "[\"append\",\"list\",6],[\"read\",\"list\",[5,6]]]}",
            "{\"session\":1,\"outcome\":\"committed\",\"ts\":1,\"ops\":[[\"write\",\"z\",null]]}",
            "{\"session\":0,\"outcome\":\"aborted\",\"ops\":[[\"read\",\"z\",7],[\"write\",\"a\",2]]}",
            "{\"session\":0,\"outcome\":\"committed\",\"ts\":1,\"ops\":[[\"read\",\"z\",null],"
                + "[\"write\",\"a\",2]]}",
            "{\"session\":0,\"outcome\":\"committed\",\"ops\":[[\"read\",\"a\",2]]}"),
        brief);
    assertTrue(lines.stream().allMatch(line -> line.contains("\"invoke\":")));
  }

  private static List<String> keys(List<Entry> entries) {
    return entries.stream().map(entry -> entry.key().toString()).toList();
  }

  private static void assertPermanent(
      String part, org.junit.jupiter.api.function.Executable action) {
    String message = String.valueOf(assertThrows(PermanentException.class, action).getMessage());
    assertTrue(message.contains(part), message);
  }
}
