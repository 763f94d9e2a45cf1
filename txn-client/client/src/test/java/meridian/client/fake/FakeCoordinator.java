package meridian.client.fake;

import meridian.model.Limits;
import meridian.model.Outcome;
import meridian.model.RegionId;
import meridian.model.Timestamp;
import meridian.txn.ClientMessage;
import meridian.txn.ClientMessage.Code;
import meridian.txn.ClientMessage.Commit;
import meridian.txn.ClientMessage.Ended;
import meridian.txn.ClientMessage.Hello;
import meridian.txn.ClientMessage.Read;
import meridian.txn.ClientMessage.ReadDone;
import meridian.txn.ClientMessage.Refused;
import meridian.txn.ClientMessage.Reply;
import meridian.txn.ClientMessage.Request;
import meridian.txn.ClientMessage.Resolve;
import meridian.txn.ClientMessage.Welcome;
import meridian.txn.Reading;

/// A coordinator that keeps the contract of [ClientMessage] over a [FakeStore]: it answers at once,
/// and can be made to read stale, and to have a clock of its own.
public final class FakeCoordinator {
  /// How far ahead of its clock a transaction may begin, in milliseconds.
  public static final long SKEW_MILLIS_MAX = 10_000;

  private final FakeStore store;
  private final RegionId region;

  /// How many slots behind its reads of mode NEAREST are.
  private long lagSlots;

  /// How far ahead its clock is, in milliseconds.
  private long clockAheadMillis;

  public FakeCoordinator(FakeStore store, String region) {
    this.store = store;
    this.region = new RegionId(region);
  }

  public FakeCoordinator lagging(long slots) {
    this.lagSlots = slots;
    return this;
  }

  public FakeCoordinator withClockAhead(long millis) {
    this.clockAheadMillis = millis;
    return this;
  }

  /// The answer to a request.
  ///
  /// @param nowMicros of a clock that all coordinators share
  public Reply answer(Request request, long nowMicros) {
    Timestamp clock = Timestamp.ofMicros(nowMicros).plusMillis(clockAheadMillis);
    return switch (request) {
      case Hello hello -> new Welcome(hello.id(), clock, region, store.map().epoch());
      case Read read -> read(read, clock);
      case Commit commit -> commit(commit, clock);
      case Resolve resolve -> {
        Outcome outcome = store.fence(resolve.token().txn());
        yield new Ended(
            resolve.id(), resolve.token().txn(), outcome, resolve.token().participants(), clock);
      }
    };
  }

  private Reply read(Read read, Timestamp clock) {
    long lag = read.mode() == Reading.Mode.NEAREST ? lagSlots : 0;
    long asOf = Math.max(0, store.slot() - lag);
    var results = read.ranges().stream().map(range -> store.read(range, asOf)).toList();
    boolean isOneShard =
        results.stream()
                .flatMap(result -> result.pages().stream())
                .map(Reading.Page::shard)
                .distinct()
                .count()
            == 1;
    boolean strong = read.mode() == Reading.Mode.STRONG && isOneShard;
    return new ReadDone(read.id(), results, strong, clock);
  }

  private Reply commit(Commit commit, Timestamp clock) {
    long ageMillis = clock.millis() - commit.txn().begin().millis();
    if (ageMillis < -SKEW_MILLIS_MAX || ageMillis > Limits.TXN_MILLIS_MAX + SKEW_MILLIS_MAX) {
      String why = "its id is " + ageMillis + " ms old, which cannot be";
      return new Refused(commit.id(), Code.CLOCK_SKEW, why, 0, clock);
    }
    Outcome outcome = store.commit(commit, clock);
    return new Ended(commit.id(), commit.txn(), outcome, store.participants(commit), clock);
  }
}
