package meridian.txn;

/// The code of a transaction. It is run once for each attempt, and may keep nothing from one to the
/// next: the attempt before did not happen.
public interface Body {
  /// Starts an attempt, which ends with one of `commit`, `fail` and `rollback` on it; now, or in
  /// answer to something that was read.
  void run(Attempt attempt);

  /// Told how each attempt ended, in order, and the last before the transaction's result.
  default void ended(Attempt attempt, TxnEnd end) {}
}
