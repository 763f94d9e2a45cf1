package meridian.txn;

import meridian.model.Isolation;
import meridian.model.Limits;

/// What a transaction asks for.
///
/// @param timeoutMicros how long it may take, all attempts together, in microseconds
/// @param attemptsMax how often it may run; 1 for code that cannot be run again
/// @param reads what makes its reads true
/// @param isolation what its commit has to hold to (rule S4)
/// @param moment as of when it reads, where it reads a snapshot
public record TxnOptions(
    long timeoutMicros, int attemptsMax, Reads reads, Isolation isolation, Moment moment) {
  /// What makes the reads of a transaction true.
  public enum Reads {
    /// Its commit validates them.
    VALIDATED,
    /// It is one read and nothing else, which one shard may answer strictly serializably (rule
    /// 2.11); where it cannot, a commit that writes nothing validates it.
    STRONG,
    /// Nothing: it reads what the nearest replica has applied, committed but perhaps old, and not
    /// of the same age for different keys.
    NEAREST,
    /// All of them are as of one timestamp, on every shard (rule 2.11).
    SNAPSHOT
  }

  private static final long MICROS_MAX = Limits.TXN_MILLIS_MAX * 1_000;

  public TxnOptions {
    if (timeoutMicros < 1 || timeoutMicros > MICROS_MAX) {
      throw new InvalidRequest(
          "the deadline is %d us away: a transaction may take 1 to %d us"
              .formatted(timeoutMicros, MICROS_MAX));
    }
    if (attemptsMax < 1) {
      throw new InvalidRequest("attempts are limited to " + attemptsMax + ": use 1 or more");
    }
    if (isolation.isSnapshot() && reads != Reads.SNAPSHOT) {
      throw new InvalidRequest(
          "a transaction of level " + isolation.label() + " reads a snapshot, not " + reads);
    }
  }

  /// A transaction that is run again as often as time allows.
  public static TxnOptions within(long timeoutMicros) {
    return new TxnOptions(
        timeoutMicros,
        Integer.MAX_VALUE,
        Reads.VALIDATED,
        Isolation.STRICT_SERIALIZABLE,
        Moment.OF_LATE);
  }

  /// The same, run so often at most.
  public TxnOptions atMost(int attempts) {
    return new TxnOptions(timeoutMicros, attempts, reads, isolation, moment);
  }

  /// The same, with other reads.
  public TxnOptions reading(Reads other) {
    return new TxnOptions(timeoutMicros, attemptsMax, other, isolation, moment);
  }

  /// The same, reading the state as of a moment.
  public TxnOptions readingAsOf(Moment other) {
    return new TxnOptions(timeoutMicros, attemptsMax, Reads.SNAPSHOT, isolation, other);
  }

  /// The same at another level, with the reads that suit it.
  public TxnOptions at(Isolation level) {
    Reads suited =
        switch (level) {
          case STRICT_SERIALIZABLE, SERIALIZABLE -> Reads.VALIDATED;
          case SNAPSHOT, PARALLEL_SNAPSHOT -> Reads.SNAPSHOT;
          case READ_COMMITTED -> Reads.NEAREST;
        };
    return new TxnOptions(
        timeoutMicros,
        attemptsMax,
        suited,
        level,
        new Moment.Recent(Moment.SETTLED_MICROS, level != Isolation.PARALLEL_SNAPSHOT));
  }

  /// What the transaction is promised if it writes nothing, by the name that histories give it. If
  /// it writes after all, its reads are validated as its level says, and it is promised no less.
  public String level() {
    boolean isOfSession = moment instanceof Moment.Recent(var ago, var after) && after;
    return switch (isolation) {
      case SNAPSHOT -> isOfSession ? "session-snapshot" : isolation.label();
      case PARALLEL_SNAPSHOT, READ_COMMITTED -> isolation.label();
      case STRICT_SERIALIZABLE, SERIALIZABLE ->
          switch (reads) {
            case VALIDATED, STRONG -> isolation.label();
            case SNAPSHOT -> isOfSession ? "session-serializable" : "serializable";
            case NEAREST -> "read-committed";
          };
    };
  }
}
