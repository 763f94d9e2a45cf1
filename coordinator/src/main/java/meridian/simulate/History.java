package meridian.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import meridian.checker.Checker;
import meridian.checker.HistoryBuilder;
import meridian.checker.Level;
import meridian.checker.Options;
import meridian.checker.Report;
import meridian.checker.Verdict;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Timestamp;
import meridian.model.TxnId;

/// What the clients saw, in simulated time. Every attempt is a transaction of its own, since what
/// an aborted one wrote must never be read.
final class History {
  /// One thing an attempt did.
  sealed interface Op {
    /// Put a new element at the end of a list.
    record Append(Key key, long element) implements Op {}

    /// Saw a list.
    record ReadList(Key key, List<Long> elements) implements Op {}

    /// Set a register.
    record Write(Key key, String value) implements Op {}

    /// Saw a register.
    record Read(Key key, Optional<String> value) implements Op {}

    /// Saw all registers of a range: these, and no others.
    record Scan(KeyRange covered, SortedMap<Key, String> values) implements Op {}
  }

  /// How an attempt ended, as its client knows.
  enum End {
    COMMITTED,
    ABORTED,
    UNKNOWN
  }

  /// One attempt.
  ///
  /// @param isStrict whether it was promised strict serializability
  /// @param client no two attempts of one client overlap
  /// @param completedMicros when the client learned of the end; of no meaning if it is unknown
  /// @param ts where a committed one stands in the order of timestamps, if it was told
  record Attempt(
      TxnId txn,
      boolean isStrict,
      long client,
      long invokedMicros,
      List<Op> ops,
      End end,
      long completedMicros,
      Optional<Timestamp> ts) {}

  private final List<Attempt> attempts = new ArrayList<>();

  void add(Attempt attempt) {
    attempts.add(attempt);
  }

  List<Attempt> attempts() {
    return attempts;
  }

  long count(End end) {
    return attempts.stream().filter(attempt -> attempt.end() == end).count();
  }

  /// What keeps the history from being strictly serializable, real-time order included. Of weaker
  /// transactions it is only told what they wrote: all of that happens at one moment, whatever they
  /// had read before. What they read is a matter of [Promises].
  Optional<String> complaint() {
    HistoryBuilder builder = new HistoryBuilder();
    SortedSet<Key> registers = registers();
    for (Attempt attempt : attempts) {
      List<Op> ops = attempt.isStrict() ? attempt.ops() : updates(attempt.ops());
      if (ops.isEmpty()) {
        continue;
      }
      builder.begin(attempt.txn().toString(), attempt.client(), attempt.invokedMicros());
      ops.forEach(op -> add(op, registers, builder));
      attempt.ts().ifPresent(ts -> builder.timestamp(ts.packed()));
      switch (attempt.end()) {
        case COMMITTED -> builder.commit(attempt.completedMicros());
        case ABORTED -> builder.abort(attempt.completedMicros());
        case UNKNOWN -> builder.unknown();
      }
    }
    Level level = Level.STRICT_SERIALIZABLE;
    Report report = Checker.check(builder.build(), Options.of(level));
    return switch (report.verdict(level)) {
      case Verdict.Holds holds -> Optional.empty();
      case Verdict.Violated violated -> Optional.of(report.explain(level));
      case Verdict.Unknown unknown -> Optional.of("undecided: " + unknown.reason());
    };
  }

  private static List<Op> updates(List<Op> ops) {
    return ops.stream().filter(op -> op instanceof Op.Append || op instanceof Op.Write).toList();
  }

  /// Every register that anyone has written.
  private SortedSet<Key> registers() {
    SortedSet<Key> keys = new TreeSet<>();
    for (Attempt attempt : attempts) {
      for (Op op : attempt.ops()) {
        if (op instanceof Op.Write write) {
          keys.add(write.key());
        }
      }
    }
    return keys;
  }

  private static void add(Op op, SortedSet<Key> registers, HistoryBuilder builder) {
    switch (op) {
      case Op.Append append -> builder.append(append.key().toString(), append.element());
      case Op.ReadList read ->
          builder.readList(
              read.key().toString(), read.elements().stream().mapToLong(e -> e).toArray());
      case Op.Write write -> builder.write(write.key().toString(), write.value());
      case Op.Read read -> read(read.key(), read.value(), builder);
      case Op.Scan scan -> {
        SortedSet<Key> from = registers.tailSet(scan.covered().start());
        for (Key key : scan.covered().end().map(from::headSet).orElse(from)) {
          read(key, Optional.ofNullable(scan.values().get(key)), builder);
        }
      }
    }
  }

  private static void read(Key key, Optional<String> value, HistoryBuilder builder) {
    if (value.isPresent()) {
      builder.read(key.toString(), value.get());
    } else {
      builder.readAbsent(key.toString());
    }
  }

  /// For each client how many attempts it made; a client that made none was never heard.
  SortedMap<Long, Long> attemptsByClient() {
    SortedMap<Long, Long> counts = new TreeMap<>();
    attempts.forEach(attempt -> counts.merge(attempt.client(), 1L, Long::sum));
    return counts;
  }
}
