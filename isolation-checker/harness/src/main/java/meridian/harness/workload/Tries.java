package meridian.harness.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/// A transaction that tells of each of its attempts what became of it: all but the last have
/// aborted, and the last ended as the transaction did.
final class Tries {
  private Tries() {}

  /// What became of an attempt.
  enum Fate {
    COMMITTED,
    ABORTED,
    UNKNOWN
  }

  /// @param fresh makes what one attempt notes down
  /// @param work notes down what it does
  /// @param told of each attempt, in their order
  static <A> Ended<A> transact(
      Store store, Supplier<A> fresh, BiConsumer<Txn, A> work, BiConsumer<A, Fate> told) {
    List<A> attempts = new ArrayList<>();
    Ended<A> ended =
        store.transact(
            txn -> {
              A attempt = fresh.get();
              attempts.add(attempt);
              work.accept(txn, attempt);
              return attempt;
            });
    for (int i = 0; i < attempts.size() - 1; i++) {
      told.accept(attempts.get(i), Fate.ABORTED);
    }
    if (!attempts.isEmpty()) {
      told.accept(attempts.getLast(), fate(ended));
    }
    return ended;
  }

  private static Fate fate(Ended<?> ended) {
    return switch (ended) {
      case Ended.Committed<?> committed -> Fate.COMMITTED;
      case Ended.Aborted<?> aborted -> Fate.ABORTED;
      case Ended.Unknown<?> unknown -> Fate.UNKNOWN;
    };
  }
}
