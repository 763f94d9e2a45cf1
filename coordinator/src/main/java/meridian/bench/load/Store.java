package meridian.bench.load;

import java.util.List;
import java.util.Map;

/// A store as a benchmark sees it. Any number of threads use one at once.
public interface Store extends AutoCloseable {
  /// How an operation ended.
  enum Ending {
    COMMITTED,
    /// It did not happen, and the store, or we, would not try again.
    ABORTED,
    /// It may have happened.
    UNKNOWN
  }

  /// What came of an operation.
  ///
  /// @param attempts how often it was tried, 1 or more
  record Done(Ending ending, int attempts) {}

  /// Does an operation, again after conflicts, and waits for its end.
  Done run(Op op);

  /// Writes keys that nobody else writes meanwhile.
  ///
  /// @param puts at most `LOAD_MAX`
  void load(List<Op.Put> puts);

  /// What keys hold, at any moment, when nobody writes.
  ///
  /// @param keys at most `LOAD_MAX`
  Map<String, String> read(List<String> keys);

  @Override
  void close();

  /// Most keys that are loaded or read at once; what etcd takes in a transaction as it comes.
  int LOAD_MAX = 100;
}
