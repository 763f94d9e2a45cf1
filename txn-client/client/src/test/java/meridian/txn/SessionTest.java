package meridian.txn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import meridian.client.fake.FakeStore;
import meridian.model.AbortReason;
import meridian.model.Isolation;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Outcome;
import meridian.model.RegionId;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.Value;
import org.junit.jupiter.api.Test;

class SessionTest {
  private static final Key A = Key.utf8("a");
  private static final Key Z = Key.utf8("z");
  private static final Value ONE = Value.utf8("1");
  private static final long SECOND = 1_000_000;

  private final FakeStore store = new FakeStore(2, "m");
  private final SessionWorld world = new SessionWorld(7, store, 2);
  private final SessionWorld.Client client = world.newClient();
  private final Session session = client.session();
  private final List<TxnResult> results = new ArrayList<>();
  private final List<TxnEnd> ends = new ArrayList<>();
  private final List<TxnId> attempts = new ArrayList<>();

  @Test
  void commitsWhatItReadAndWroteAndSaysWhereAndWhen() {
    store.set("a", "41");
    transact(
        attempt ->
            attempt.add(
                A,
                1,
                sum -> {
                  attempt.put(Z, ONE);
                  attempt.commit();
                }));
    world.run(SECOND);

    TxnResult result = result();
    var committed = assertInstanceOf(TxnEnd.Committed.class, result.end());
    assertEquals("42", store.value(A).orElseThrow().toUtf8());
    assertEquals(1, result.attempts());
    assertEquals(List.of(new ShardId(1), new ShardId(2)), result.shards());
    assertEquals(List.of(new RegionId("region-0")), result.regions());
    assertEquals(session.seen(), committed.ts().orElseThrow());
  }

  @Test
  void mintsIdsFromTheCoordinatorsClockAsItGoesOn() {
    world.coordinator(0).inner().withClockAhead(5_000);
    transact(write(A));
    world.run(2 * SECOND);
    transact(write(A));
    world.run(SECOND);

    long secondBegan = result().txn().begin().millis();
    long coordinatorsNow = world.nowMicros() / 1_000 + 5_000;
    assertTrue(Math.abs(coordinatorsNow - 1_000 - secondBegan) < 50, "off by more than the way");
    assertEquals(2, result().txn().sequence());
  }

  /// "The coordinator refuses ids too far off": nothing has happened, so that the same attempt goes
  /// out again under an id from the clock that the refusal shows.
  @Test
  void takesANewIdWhereItsClockWasTooFarOff() {
    transact(write(A));
    world.run(SECOND);
    world.coordinator(0).inner().withClockAhead(3_600_000);
    transact(write(Z));
    world.run(SECOND);

    assertInstanceOf(TxnEnd.Committed.class, result().end());
    assertEquals(1, result().attempts(), "the code ran once");
    List<TxnId> sent = client.commitsSent().stream().map(ClientMessage.Commit::txn).toList();
    assertEquals(3, sent.size());
    assertFalse(sent.get(1).isSameTransaction(sent.get(2)));
    assertTrue(sent.get(2).begin().millis() - sent.get(1).begin().millis() > 3_500_000);
  }

  /// "A resend keeps the id" (C7), and goes to whoever else is there.
  @Test
  void sendsTheSameCommitAgainElsewhereWhenItsStreamIsLost() {
    world.coordinator(0).mute(false);
    session.connect(SECOND, () -> {});
    world.run(SECOND);
    world.coordinator(0).mute(true);
    transact(write(A));
    world.run(1_000);
    world.coordinator(0).crash();
    world.run(SECOND); // long before it would ask again for want of an answer

    List<ClientMessage.Commit> sent = client.commitsSent();
    assertEquals(2, sent.size());
    assertEquals(sent.get(0).txn(), sent.get(1).txn());
    assertEquals(sent.get(0).id(), sent.get(1).id());
    assertEquals(sent.get(0).writes(), sent.get(1).writes());
    assertTrue(sent.get(1).timeoutMicros() < sent.get(0).timeoutMicros());
    assertEquals(1, client.sent().getLast().endpoint());
    assertInstanceOf(TxnEnd.Committed.class, result().end());
    assertEquals(1, result().attempts());
  }

  @Test
  void turnsFromACoordinatorThatIsSilentAndComesBackWhenItSpeaks() {
    session.connect(SECOND, () -> {});
    world.run(SECOND);
    world.coordinator(0).mute(true);
    transact(write(A));
    world.run(4 * SECOND);
    assertEquals(List.of(new RegionId("region-1")), result().regions());

    world.coordinator(0).mute(false);
    world.run(6 * SECOND);
    transact(write(A));
    world.run(4 * SECOND);
    assertEquals(List.of(new RegionId("region-0")), result().regions());
  }

  @Test
  void reachesTheFarCoordinatorWhereTheNearOneIsDead() {
    world.coordinator(0).crash();
    transact(write(A));
    world.run(2 * SECOND);

    assertInstanceOf(TxnEnd.Committed.class, result().end());
    assertEquals(List.of(new RegionId("region-1")), result().regions());
  }

  /// "A re-run of the closure raises attempt, keeps begin" (C7), and reads where what is read is
  /// new.
  @Test
  void runsAgainAfterAConflictAsTheNextAttemptOfTheSameAge() {
    store.set("a", "1");
    List<Reading.Mode> modes = new ArrayList<>();
    transact(
        attempt ->
            attempt.get(
                A,
                found -> {
                  if (attempts.size() < 3) {
                    store.set("a", "another's");
                  }
                  attempt.put(Z, ONE);
                  attempt.commit();
                }));
    world.run(SECOND);
    client.sent().stream()
        .filter(send -> send.request() instanceof ClientMessage.Read)
        .forEach(send -> modes.add(((ClientMessage.Read) send.request()).mode()));

    assertInstanceOf(TxnEnd.Committed.class, result().end());
    assertEquals(3, result().attempts());
    assertEquals(List.of(0, 1, 2), attempts.stream().map(TxnId::attempt).toList());
    assertEquals(1, attempts.stream().map(TxnId::begin).distinct().count());
    assertEquals(List.of(Reading.Mode.NEAREST, Reading.Mode.LEADER, Reading.Mode.LEADER), modes);
  }

  /// "Starts only when the previous attempt's outcome is known" (C7).
  @Test
  void asksHowAnAttemptEndedBeforeItRunsAgain() {
    session.connect(SECOND, () -> {});
    world.run(SECOND);
    world.worsen(new SessionWorld.Faults(0, 0, 0, 0, 1_000, 0));
    transact(write(A));
    world.run(20_000);
    assertTrue(ends.isEmpty(), "all it knows by now is that nobody knows");
    assertEquals(1, attempts.size());
    world.worsen(SessionWorld.Faults.NONE);
    world.run(5 * SECOND);

    assertTrue(
        client.sent().stream().anyMatch(send -> send.request() instanceof ClientMessage.Resolve));
    assertInstanceOf(TxnEnd.Committed.class, result().end());
    assertEquals(ONE, store.value(A).orElseThrow());
  }

  /// "Unknown past the deadline is reported as Unknown with the token, never as aborted" (C6).
  @Test
  void saysUnknownWhereNobodyAnsweredACommitAndFindsOutLater() {
    session.connect(SECOND, () -> {});
    world.run(SECOND);
    world.coordinator(0).mute(true);
    world.coordinator(1).mute(true);
    transact(write(A));
    world.run(12 * SECOND);

    var unknown = assertInstanceOf(TxnEnd.Unknown.class, result().end());
    assertEquals(A, unknown.token().anchor());
    assertEquals(List.of(), unknown.token().participants(), "nobody told");

    world.coordinator(0).mute(false);
    List<Outcome> outcomes = new ArrayList<>();
    session.resolve(unknown.token(), 10 * SECOND, outcomes::add);
    world.run(10 * SECOND);
    assertInstanceOf(Outcome.Aborted.class, outcomes.getFirst(), "it never arrived anywhere");
    assertTrue(store.value(A).isEmpty());
  }

  /// "Deadline before the first PrepareTxn left: Aborted" (C6).
  @Test
  void saysAbortedWhereNobodyCouldEvenBeAsked() {
    world.coordinator(0).crash();
    world.coordinator(1).crash();
    transact(write(A));
    world.run(12 * SECOND);

    assertEquals(AbortReason.Kind.DEADLINE, abortKind());
    assertEquals(0, result().attempts());
  }

  @Test
  void waitsAsLongAsAnOverloadedCoordinatorAsks() {
    session.connect(SECOND, () -> {});
    world.run(SECOND);
    world.coordinator(0).refuseNext(3, ClientMessage.Code.RESOURCE_EXHAUSTED);
    transact(write(A));
    world.run(SECOND);

    List<ClientMessage.Commit> sent = client.commitsSent();
    assertInstanceOf(TxnEnd.Committed.class, result().end());
    assertEquals(4, sent.size());
    assertEquals(1, sent.stream().map(ClientMessage.Commit::txn).distinct().count());
    assertEquals(
        4,
        sent.stream().map(ClientMessage.Commit::id).distinct().count(),
        "a late copy of a refusal must not be taken for the answer to the next");
    for (int i = 1; i < sent.size(); i++) {
      assertTrue(sent.get(i - 1).timeoutMicros() - sent.get(i).timeoutMicros() >= 5_000);
    }
  }

  /// A refusal is the whole truth only if nobody else was asked before. Whoever refuses for good is
  /// not asked again, so that only a question to others can tell how it ended.
  @Test
  void doesNotTakeARefusalForAnAbortWhereAnotherMayHaveCommitted() {
    for (ClientMessage.Code code :
        List.of(ClientMessage.Code.INVALID_ARGUMENT, ClientMessage.Code.DEADLINE_EXCEEDED)) {
      SessionTest test = new SessionTest();
      test.refuseACommitWhoseFirstAnswerWasLost(code);
      assertInstanceOf(TxnEnd.Committed.class, test.result().end(), code.name());
      assertEquals(1, test.result().attempts(), "it happened twice");
      List<ClientMessage.Commit> sent = test.client.commitsSent();
      assertEquals(2, sent.size(), "one that committed and one that was refused");
      assertEquals(sent.get(0).txn(), sent.get(1).txn());
      assertEquals(0, test.world.coordinator(1).refusalsToCome(), "nobody refused");
    }
  }

  private void refuseACommitWhoseFirstAnswerWasLost(ClientMessage.Code code) {
    session.connect(SECOND, () -> {});
    world.run(SECOND);
    var noAnswers = new SessionWorld.Faults(0, 0, 1_000, 0, 0, 0);
    world.worsen(noAnswers);
    transact(write(A));
    while (store.value(A).isEmpty()) {
      world.run(10);
    }
    world.worsen(SessionWorld.Faults.NONE);
    world.coordinator(0).crash();
    world.coordinator(1).refuseNext(1, code);
    world.run(5 * SECOND);
  }

  @Test
  void doesNotTakeWhatIsSaidOfAnotherForAnAnswer() {
    session.connect(SECOND, () -> {});
    world.run(SECOND);
    world.coordinator(0).mute(true);
    world.coordinator(1).mute(true);
    transact(write(A));
    world.run(10_000);
    ClientMessage.Commit sent = client.commitsSent().getFirst();
    var committed = new Outcome.Committed(new Timestamp(1));
    session.onReply(
        0,
        new ClientMessage.Ended(
            sent.id(), sent.txn().nextAttempt(), committed, List.of(), Timestamp.ZERO));
    world.run(12 * SECOND);

    assertInstanceOf(TxnEnd.Unknown.class, result().end());
  }

  @Test
  void givesUpForGoodWhatCanNeverWork() {
    store.set("a", "text");
    transact(
        attempt -> {
          attempt.addBlind(A, 1);
          attempt.commit();
        });
    world.run(SECOND);

    assertEquals(AbortReason.Kind.INVALID, abortKind());
    assertEquals(1, result().attempts());
  }

  @Test
  void oneStrongReadOfOneShardNeedsNoCommit() {
    store.set("a", "1");
    transact(
        TxnOptions.within(10 * SECOND).reading(TxnOptions.Reads.STRONG),
        readAll(KeyRange.point(A)));
    world.run(SECOND);

    assertEquals(Optional.empty(), ((TxnEnd.Committed) result().end()).ts());
    assertEquals(List.of(), client.commitsSent());
  }

  @Test
  void aReadOfTheNearestReplicaIsTakenAsItIs() {
    store.set("a", "1");
    List<Optional<Entry>> found = new ArrayList<>();
    transact(
        TxnOptions.within(10 * SECOND).reading(TxnOptions.Reads.NEAREST),
        attempt ->
            attempt.get(
                A,
                answer -> {
                  found.add(((Answer.Ok<Optional<Entry>>) answer).value());
                  attempt.commit();
                }));
    world.run(SECOND);

    assertInstanceOf(TxnEnd.Committed.class, result().end());
    assertEquals(List.of(), client.commitsSent());
    assertTrue(found.getFirst().isPresent());
  }

  /// Another attempt would read as of the same time, and be as late.
  @Test
  void aReadAsOfATimeThatIsGoneFailsAtOnceAndIsNotRunAgain() {
    world.coordinator(0).refuseNext(1, ClientMessage.Code.TOO_OLD);
    List<Answer<Optional<Entry>>> answers = new ArrayList<>();
    transact(
        TxnOptions.within(10 * SECOND)
            .readingAsOf(new Moment.Exactly(meridian.model.Timestamp.ofMillis(1))),
        attempt ->
            attempt.get(
                A,
                answer -> {
                  answers.add(answer);
                  attempt.rollback();
                }));
    world.run(SECOND);

    assertInstanceOf(
        InvalidRequest.class, ((Answer.Failed<Optional<Entry>>) answers.getFirst()).why());
    assertEquals(1, answers.size());
  }

  @Test
  void aReadOverSeveralShardsOrPagesIsValidatedByACommitThatWritesNothing() {
    List.of("a", "b", "c").forEach(key -> store.set(key, "1"));
    for (KeyRange range : List.of(KeyRange.ALL, KeyRange.of(A, Key.utf8("d")))) {
      transact(TxnOptions.within(10 * SECOND).reading(TxnOptions.Reads.STRONG), readAll(range));
      world.run(SECOND);

      assertTrue(((TxnEnd.Committed) result().end()).ts().isPresent());
      assertEquals(List.of(), client.commitsSent().getLast().writes());
      assertFalse(client.commitsSent().getLast().reads().isEmpty());
    }
    assertEquals(2, client.commitsSent().size());
  }

  /// S4: "the same, but read-only work at a local closed timestamp".
  @Test
  void aTransactionThatWritesHasItsReadsValidatedAtBothSerializableLevels() {
    store.set("a", "1");
    for (Isolation level : List.of(Isolation.STRICT_SERIALIZABLE, Isolation.SERIALIZABLE)) {
      transact(
          TxnOptions.within(10 * SECOND).at(level),
          attempt ->
              attempt.get(
                  A,
                  found -> {
                    attempt.put(Z, ONE);
                    attempt.commit();
                  }));
      world.run(SECOND);

      ClientMessage.Commit sent = client.commitsSent().getLast();
      assertEquals(level, sent.isolation());
      assertEquals(
          List.of(KeyRange.point(A)),
          sent.reads().stream().map(read -> read.observed().range()).toList());
    }
  }

  /// A session's snapshots lie a little in the past, but never before what it has seen.
  @Test
  void aSnapshotOfASessionShowsWhatTheSessionHasSeen() {
    session.connect(SECOND, () -> {});
    world.run(SECOND);
    Timestamp seen = Timestamp.ofMicros(world.nowMicros()).plusMillis(100);
    session.saw(seen);
    transact(
        TxnOptions.within(10 * SECOND).reading(TxnOptions.Reads.SNAPSHOT),
        attempt -> attempt.get(A, found -> attempt.commit()));
    world.run(SECOND);

    var asked =
        client.sent().stream()
            .map(Output.Send::request)
            .filter(ClientMessage.Read.class::isInstance)
            .map(request -> ((ClientMessage.Read) request).at())
            .toList();
    assertEquals(List.of(seen), asked);
  }

  /// Whoever says so need not be asked again: a later moment does it, where any will do.
  @Test
  void aSnapshotThatIsTooOldIsFollowedByALaterOne() {
    session.connect(SECOND, () -> {});
    world.run(SECOND);
    world.coordinator(0).refuseNext(1, ClientMessage.Code.TOO_OLD);
    transact(
        TxnOptions.within(10 * SECOND).reading(TxnOptions.Reads.SNAPSHOT),
        attempt -> attempt.get(A, found -> attempt.commit()));
    world.run(SECOND);

    assertInstanceOf(TxnEnd.Committed.class, result().end());
    assertEquals(2, result().attempts());
  }

  /// S3: "an exception it throws surfaces only after its read set validates, otherwise it is
  /// re-run".
  @Test
  void surfacesAnErrorOnlyOverReadsThatHold() {
    store.set("a", "1");
    var error = new ArithmeticException("of the application");
    transact(
        attempt ->
            attempt.get(
                A,
                found -> {
                  attempt.put(Z, ONE);
                  if (attempts.size() == 1) {
                    store.set("a", "2");
                  }
                  attempt.fail(error);
                }));
    world.run(SECOND);

    assertEquals(new TxnEnd.Failed(error), result().end());
    assertEquals(2, result().attempts(), "the first had read what was no longer so");
    assertTrue(store.value(Z).isEmpty(), "what it wrote is not written");
  }

  @Test
  void whatCommitsAfterHasALargerTimestamp() {
    var ahead = new Timestamp(Timestamp.ofMicros(world.nowMicros()).plusMillis(9_000).packed());
    session.saw(ahead);
    transact(write(A));
    world.run(SECOND);

    assertTrue(session.seen().isAfter(ahead));
    assertEquals(ahead, client.commitsSent().getFirst().after());
  }

  @Test
  void rollsBackWithoutAskingAnybody() {
    transact(
        attempt -> {
          attempt.put(A, ONE);
          attempt.rollback();
        });
    world.run(SECOND);

    assertEquals(AbortReason.Kind.CANCELLED, abortKind());
    assertEquals(List.of(), client.commitsSent());
  }

  @Test
  void aTransactionThatDidNothingCommitsAtOnce() {
    transact(Attempt::commit);
    world.run(SECOND);

    assertEquals(new TxnEnd.Committed(Optional.empty()), result().end());
  }

  @Test
  void anAttemptThatHasEndedDoesNothingMore() {
    List<Attempt> kept = new ArrayList<>();
    transact(
        attempt -> {
          kept.add(attempt);
          attempt.commit();
        });
    world.run(SECOND);

    org.junit.jupiter.api.Assertions.assertThrows(
        IllegalStateException.class, () -> kept.getFirst().put(A, ONE));
    org.junit.jupiter.api.Assertions.assertThrows(
        IllegalStateException.class, () -> kept.getFirst().commit());
  }

  @Test
  void stopsWhereItsAttemptsAreUsedUpAndSaysWhatWasInTheWay() {
    store.set("a", "1");
    transact(
        TxnOptions.within(10 * SECOND).atMost(1),
        attempt ->
            attempt.get(
                A,
                found -> {
                  store.set("a", "2");
                  attempt.put(Z, ONE);
                  attempt.commit();
                }));
    world.run(SECOND);

    var aborted = assertInstanceOf(TxnEnd.Aborted.class, result().end());
    assertEquals(Optional.of(A), aborted.reason().key());
  }

  @Test
  void stopsAtItsDeadlineHoweverItIsKeptFromCommitting() {
    store.set("a", "1");
    long began = world.nowMicros();
    transact(
        TxnOptions.within(2 * SECOND),
        attempt ->
            attempt.get(
                A,
                found -> {
                  store.set("a", "2");
                  attempt.put(Z, ONE);
                  attempt.commit();
                }));
    while (results.isEmpty()) {
      world.run(10_000);
    }

    assertEquals(AbortReason.Kind.READ_CONFLICT, abortKind());
    assertTrue(world.nowMicros() - began <= 2 * SECOND);
    assertTrue(result().attempts() > 3);
    assertTrue(result().attempts() < 100, "it holds back the more, the more often it failed");
  }

  private void transact(Consumer<Attempt> code) {
    transact(TxnOptions.within(10 * SECOND), code);
  }

  private void transact(TxnOptions options, Consumer<Attempt> code) {
    attempts.clear();
    ends.clear();
    session.tick(world.nowMicros());
    session.transact(
        options,
        new Body() {
          @Override
          public void run(Attempt attempt) {
            attempts.add(attempt.txn());
            code.accept(attempt);
          }

          @Override
          public void ended(Attempt attempt, TxnEnd end) {
            ends.add(end);
          }
        },
        results::add);
  }

  private static Consumer<Attempt> write(Key key) {
    return attempt -> {
      attempt.put(key, ONE);
      attempt.commit();
    };
  }

  private static Consumer<Attempt> readAll(KeyRange range) {
    return attempt -> attempt.rows(attempt.scan(range, 0, false), rows -> attempt.commit());
  }

  private TxnResult result() {
    assertFalse(results.isEmpty(), "it has not ended");
    return results.getLast();
  }

  private AbortReason.Kind abortKind() {
    return assertInstanceOf(TxnEnd.Aborted.class, result().end()).reason().kind();
  }
}
