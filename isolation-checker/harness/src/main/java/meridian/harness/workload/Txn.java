package meridian.harness.workload;

import java.util.List;
import java.util.Optional;

/// A transaction under way, as a workload sees it. Keys are registers, which are read and written
/// whole, or lists, which are appended to and read whole; no key is both.
public interface Txn {
  Optional<String> read(String key);

  void write(String key, String value);

  /// The elements of a list, the oldest first.
  List<String> readList(String key);

  /// Appends an element, which has no space in it.
  void append(String key, String element);
}
