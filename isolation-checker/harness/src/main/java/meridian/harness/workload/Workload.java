package meridian.harness.workload;

import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/// Something to do to a store, by several clients at once, that a certain kind of mistake would
/// show in; and an invariant of its own, besides the history that the checker judges.
///
/// A run opens it, lets each client take steps, and closes it when all have stopped. Its keys are
/// its own, and every value that it writes is written once, so that a checker knows who wrote what
/// was read.
public abstract class Workload {
  private static final int PATIENCE = 6;

  private final Run run;
  private final Findings findings = new Findings();

  Workload(Run run) {
    this.run = run;
  }

  /// One client: takes a step, which is a transaction or a few, again and again.
  @FunctionalInterface
  public interface Client {
    void step(Store store);
  }

  public abstract String name();

  /// What it looks for, in a line.
  public abstract String about();

  /// Writes what has to be there before the first step; may be tried again.
  ///
  /// @return whether it is there now
  public boolean open(Store store) {
    return true;
  }

  /// A client more.
  public abstract Client client(Random random);

  /// Looks at everything once more, after the last step, and says what was wrong.
  public final Findings close(Store store) {
    look(store);
    return findings;
  }

  abstract void look(Store last);

  /// What was found up to now.
  public final Findings findings() {
    return findings;
  }

  // ---- for workloads

  final Run run() {
    return run;
  }

  /// A transaction of the last look, which must not fail only because the cluster has just healed.
  ///
  /// @return what it read; nothing, and a note that it is unknown, if it could not be had
  final <T> Optional<T> lookAt(Store store, String what, Function<Txn, T> work) {
    for (int i = 0; i < PATIENCE; i++) {
      if (store.transact(work) instanceof Ended.Committed<T>(T value)) {
        return Optional.of(value);
      }
    }
    findings.unknown("the last look at " + what + " did not commit");
    return Optional.empty();
  }
}
