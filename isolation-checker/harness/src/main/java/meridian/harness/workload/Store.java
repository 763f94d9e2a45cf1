package meridian.harness.workload;

import java.util.function.Function;

/// A connection to the store under test, for one client. What its transactions do is written down
/// for the checker, every attempt at them.
public interface Store extends AutoCloseable {
  /// Runs code as a transaction, perhaps several times; what it returns, and all that it leaves
  /// elsewhere, must be of its last run alone.
  ///
  /// @throws RuntimeException if the store says that this can never work, which no workload expects
  <T> Ended<T> transact(Function<Txn, T> work);

  @Override
  void close();
}
