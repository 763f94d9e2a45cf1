package meridian.history;

import java.util.List;
import java.util.Optional;

/// One operation of a transaction, as a checker understands it: on a register, which is read and
/// written whole, or on a list, which is appended to and read whole. Values are texts; those that
/// read as whole numbers are written as numbers.
public sealed interface Op {
  String key();

  /// The register held this; nothing where there was none.
  record Read(String key, Optional<String> value) implements Op {}

  /// The register was set; to nothing where it was deleted.
  record Write(String key, Optional<String> value) implements Op {}

  /// The list held these, the oldest first.
  record ReadList(String key, List<String> values) implements Op {
    public ReadList {
      values = List.copyOf(values);
    }
  }

  /// An element was appended to the list.
  record Append(String key, String value) implements Op {}

  /// Whether it changes anything.
  default boolean isUpdate() {
    return switch (this) {
      case Read read -> false;
      case ReadList read -> false;
      case Write write -> true;
      case Append append -> true;
    };
  }
}
