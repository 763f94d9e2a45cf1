package meridian.paxos;

import meridian.model.AbortReason;
import meridian.model.Timestamp;

/// How a transaction ended.
public sealed interface Decision {
  /// It happened at this timestamp.
  record Commit(Timestamp ts) implements Decision {}

  /// It did not, and never will.
  record Abort(AbortReason reason) implements Decision {}

  /// Whether both say the same of the outcome; reasons may differ.
  default boolean agreesWith(Decision other) {
    return switch (this) {
      case Commit commit -> equals(other);
      case Abort abort -> other instanceof Abort;
    };
  }
}
