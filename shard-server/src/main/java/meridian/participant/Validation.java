package meridian.participant;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import meridian.model.AbortReason;
import meridian.model.Key;
import meridian.model.Observed;
import meridian.model.Timestamp;
import meridian.model.TxnPart;
import meridian.model.Write;
import meridian.storage.Version;

/// Whether a part can be prepared at the end of a log, as far as the log itself tells: what was
/// read is still so, what is added can be added (rules S1, L3, B2). It says nothing of who is in
/// the way.
final class Validation {
  private Validation() {}

  /// What a look at the log gives.
  ///
  /// @param above of all that was read, the largest timestamp, which the part's own must exceed
  /// @param complaint why the part cannot be prepared, if it cannot
  record Result(Timestamp above, Optional<AbortReason> complaint) {}

  /// @throws meridian.storage.CorruptRecord if what it read or adds to is stored damaged here
  static Result of(TxnPart part, Tail tail) {
    return part.isolation().isSnapshot()
        ? new Result(Timestamp.ZERO, overwritten(part, tail))
        : ofReads(part, tail);
  }

  /// Whether somebody has written what a snapshot transaction writes since its snapshot (rule S4):
  /// the first to commit wins. A deletion before the horizon may be gone, so a snapshot from before
  /// it cannot be judged.
  private static Optional<AbortReason> overwritten(TxnPart part, Tail tail) {
    if (part.snapshot().isBefore(tail.horizon())) {
      return Optional.of(
          AbortReason.of(
              AbortReason.Kind.TOO_OLD,
              "its snapshot is as of "
                  + part.snapshot()
                  + ", and the shard remembers from "
                  + tail.horizon()
                  + " on"));
    }
    for (Write write : part.writes()) {
      if (tail.latest(write.key()).filter(v -> v.ts().isAfter(part.snapshot())).isPresent()) {
        return Optional.of(
            AbortReason.at(
                AbortReason.Kind.WRITE_CONFLICT,
                write.key(),
                "it was written after the snapshot that the transaction read"));
      }
    }
    return Optional.empty();
  }

  private static Result ofReads(TxnPart part, Tail tail) {
    Timestamp above = Timestamp.ZERO;
    for (Observed read : part.reads()) {
      if (read.slot() < tail.horizonSlot()) {
        return new Result(above, Optional.of(tooOld(read, tail.horizonSlot())));
      }
      List<Timestamp> seen = new ArrayList<>();
      Optional<AbortReason> conflict =
          read.range().isPoint() ? point(read, tail, seen) : range(read, tail, seen);
      if (conflict.isPresent()) {
        return new Result(above, conflict);
      }
      for (Timestamp ts : seen) {
        above = Timestamp.max(above, ts);
      }
    }
    return new Result(above, Optional.empty());
  }

  private static AbortReason tooOld(Observed read, long horizonSlot) {
    return AbortReason.at(
        AbortReason.Kind.TOO_OLD,
        read.range().start(),
        "it read as of slot "
            + read.slot()
            + ", and the shard remembers from slot "
            + horizonSlot
            + " on");
  }

  private static Optional<AbortReason> point(Observed read, Tail tail, List<Timestamp> seen) {
    Key key = read.range().start();
    return tail.latest(key).flatMap(version -> check(read, key, version, seen));
  }

  private static Optional<AbortReason> range(Observed read, Tail tail, List<Timestamp> seen) {
    List<AbortReason> found = new ArrayList<>();
    tail.scan(
        read.range(),
        (key, version) -> {
          check(read, key, version, seen).ifPresent(found::add);
          return found.isEmpty();
        });
    return found.stream().findFirst();
  }

  private static Optional<AbortReason> check(
      Observed read, Key key, Version version, List<Timestamp> seen) {
    if (version.slot() > read.slot()) {
      return Optional.of(
          AbortReason.at(
              AbortReason.Kind.READ_CONFLICT, key, "it was overwritten after it was read"));
    }
    seen.add(version.ts());
    return Optional.empty();
  }

  /// Whether every counter can be added to.
  static Optional<AbortReason> complaintAboutAdds(TxnPart part, Tail tail) {
    for (Write write : part.writes()) {
      if (write instanceof Write.Add add) {
        var before = tail.latest(add.key()).flatMap(Version::value);
        if (Ledger.sum(before, add.delta()).isEmpty()) {
          return Optional.of(
              AbortReason.at(
                  AbortReason.Kind.INVALID,
                  add.key(),
                  "the value is no decimal number, or the sum does not fit 64 bits"));
        }
      }
    }
    return Optional.empty();
  }
}
