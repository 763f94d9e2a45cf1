package meridian.simulate;

import java.util.List;
import java.util.Optional;
import meridian.model.Isolation;
import meridian.sim.Chance;

/// What clients do in a run, and how to tell from what they saw whether the store was right.
interface Workload {
  /// One transaction, run anew for each attempt.
  interface Script {
    void run(Tx tx);

    /// Told when an attempt has committed, and nothing it saw can have been wrong.
    default void committed() {}

    /// The weakest level at which all that is checked of it holds.
    default Isolation weakest() {
      return Isolation.PARALLEL_SNAPSHOT;
    }

    /// Whether it writes nothing.
    default boolean isReadOnly() {
      return isSingleRead();
    }

    /// Whether it is one read and nothing else.
    default boolean isSingleRead() {
      return false;
    }
  }

  String name();

  /// Transactions that come before all others, one after the other, until each has committed.
  default List<Script> setup() {
    return List.of();
  }

  /// The next transaction of a client.
  ///
  /// @param chance of this client
  Script next(Chance chance);

  /// Transactions that come after all others, in a store that is left in peace.
  default List<Script> finish() {
    return List.of();
  }

  /// What is wrong, beyond what the history shows.
  default Optional<String> complaint() {
    return Optional.empty();
  }
}
