package meridian.harness.workload;

import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import meridian.checker.Level;

/// Pairs of keys, and for each pair two clients at the same time: each reads both keys, and writes
/// its own only if the other's is not there.
///
/// Its invariant: of no pair are both there.
final class WriteSkew extends Workload {
  private static final int LOOKS_MAX = 1_000;

  private final AtomicLong next = new AtomicLong();

  /// By pair: the sides that were written, one bit for each.
  private final Map<Long, Integer> written = new ConcurrentHashMap<>();

  /// The pairs with a transaction whose outcome nobody told.
  private final Set<Long> doubtful = ConcurrentHashMap.newKeySet();

  WriteSkew(Run run) {
    super(run);
  }

  @Override
  public String name() {
    return "write-skew";
  }

  @Override
  public String about() {
    return "two clients that each write only if the other has not: write skew";
  }

  @Override
  public Client client(Random random) {
    return store -> {
      long number = next.getAndIncrement();
      long pair = number / 2;
      int side = (int) (number % 2);
      Ended<Boolean> ended = store.transact(txn -> writeAlone(txn, pair, side));
      switch (ended) {
        case Ended.Committed<Boolean>(Boolean wrote) -> {
          if (wrote) {
            note(pair, side);
          }
        }
        case Ended.Aborted<Boolean> nothing -> {}
        case Ended.Unknown<Boolean> perhaps -> doubtful.add(pair);
      }
    };
  }

  private boolean writeAlone(Txn txn, long pair, int side) {
    Optional<String> own = txn.read(key(pair, side));
    Optional<String> other = txn.read(key(pair, 1 - side));
    boolean isAlone = own.isEmpty() && other.isEmpty();
    if (isAlone) {
      txn.write(key(pair, side), String.valueOf(run().unique()));
    }
    return isAlone;
  }

  private String key(long pair, int side) {
    return run().key(side == 0 ? "left" : "right", pair);
  }

  private void note(long pair, int side) {
    int sides = written.merge(pair, 1 << side, (before, now) -> before | now);
    if (sides == 3) {
      both(pair);
    }
  }

  private void both(long pair) {
    findings()
        .add(
            Level.SERIALIZABLE,
            "both %s and %s were written, each by one that saw neither"
                .formatted(key(pair, 0), key(pair, 1)));
  }

  /// Only where somebody was not told is there more to learn.
  @Override
  void look(Store last) {
    for (long pair : doubtful.stream().sorted().limit(LOOKS_MAX).toList()) {
      Optional<Integer> sides = lookAt(last, "pair " + pair, txn -> sides(txn, pair));
      if (sides.isEmpty()) {
        return;
      }
      if (sides.get() == 2) {
        both(pair);
      }
    }
  }

  private int sides(Txn txn, long pair) {
    return (txn.read(key(pair, 0)).isPresent() ? 1 : 0)
        + (txn.read(key(pair, 1)).isPresent() ? 1 : 0);
  }
}
