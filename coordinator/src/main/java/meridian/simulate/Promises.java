package meridian.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import meridian.model.Isolation;
import meridian.model.Key;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.Write;
import meridian.txn.Reading.Row;
import meridian.txn.TxnBuffer.Seen;

/// Holds each attempt to what its own level promises (rule S4), against every version that the logs
/// have chosen. Levels are mixed on the same keys: the order of commit timestamps is the one
/// execution in which each must pass.
///
/// What a snapshot at r shows must be what the versions with timestamps up to r come to, on all
/// shards and whatever became of the attempt; what a validated commit at t has read must be what
/// those below t come to.
final class Promises {
  /// One attempt that has ended, and what it read before its own writes.
  ///
  /// @param snapshot as of when it read; zero if it read no snapshot
  /// @param ts when it committed; nothing if it did not, or needed no commit, or may have
  record Attempt(
      TxnId txn,
      Isolation isolation,
      Timestamp snapshot,
      Optional<Timestamp> ts,
      List<Seen> seen,
      List<Write> writes) {}

  private final Versions versions;
  private final List<Attempt> attempts = new ArrayList<>();

  Promises(Versions versions) {
    this.versions = versions;
  }

  void add(Attempt attempt) {
    attempts.add(attempt);
  }

  /// How many attempts have read a snapshot.
  long snapshots() {
    return attempts.stream().filter(a -> isSnapshot(a) && !a.seen().isEmpty()).count();
  }

  private static boolean isSnapshot(Attempt attempt) {
    return attempt.snapshot().isAfter(Timestamp.ZERO);
  }

  /// A promise that was not kept.
  Optional<String> complaint() {
    return attempts.stream().map(this::complaint).flatMap(Optional::stream).findFirst();
  }

  private Optional<String> complaint(Attempt attempt) {
    if (attempt.seen().isEmpty()) {
      return Optional.empty();
    }
    if (isSnapshot(attempt)) {
      return differs(attempt, attempt.snapshot()).or(() -> overwrites(attempt));
    }
    return attempt.isolation().validatesReads()
        ? attempt.ts().flatMap(ts -> differs(attempt, new Timestamp(ts.packed() - 1)))
        : uncommitted(attempt);
  }

  private Optional<String> differs(Attempt attempt, Timestamp at) {
    for (Seen seen : attempt.seen()) {
      NavigableMap<Key, Row> rows = new TreeMap<>();
      seen.rows().forEach(row -> rows.put(row.key(), row));
      NavigableMap<Key, Row> held = versions.asOf(seen.range(), at);
      if (!rows.equals(held)) {
        return Optional.of(
            attempt.txn()
                + " of level "
                + attempt.isolation()
                + " read in "
                + seen.range()
                + " "
                + rows.values()
                + "; as of "
                + at
                + " there was "
                + held.values());
      }
    }
    return Optional.empty();
  }

  /// Whether somebody else has written a key between a committed writer's snapshot and its commit.
  private Optional<String> overwrites(Attempt attempt) {
    if (attempt.ts().isEmpty()) {
      return Optional.empty();
    }
    for (Write write : attempt.writes()) {
      Optional<Timestamp> written = versions.writtenAfter(write.key(), attempt.snapshot());
      if (written.filter(ts -> ts.isBefore(attempt.ts().get())).isPresent()) {
        return Optional.of(
            "%s of level %s read as of %s and committed at %s, though %s was written at %s"
                .formatted(
                    attempt.txn(),
                    attempt.isolation(),
                    attempt.snapshot(),
                    attempt.ts().get(),
                    write.key(),
                    written.get()));
      }
    }
    return Optional.empty();
  }

  private Optional<String> uncommitted(Attempt attempt) {
    return attempt.seen().stream()
        .flatMap(seen -> seen.rows().stream())
        .filter(
            row -> !versions.has(row) || attempt.ts().filter(row.version()::isAfter).isPresent())
        .findFirst()
        .map(row -> attempt.txn() + " read what had not committed before it: " + row);
  }
}
