package meridian.model;

import java.util.Optional;

/// Why a transaction was refused, for people and for retry logic.
///
/// @param kind what happened
/// @param key where, if one key or the start of one range is to blame
/// @param holder the transaction in the way, if one is
/// @param detail a sentence that names the limit or the remedy; may be empty
public record AbortReason(Kind kind, Optional<Key> key, Optional<TxnId> holder, String detail) {
  /// What happened, and whether running the transaction again can help.
  public enum Kind {
    /// Something that it read has been overwritten since.
    READ_CONFLICT(true),
    /// An older transaction holds or awaits a key that it needs (wait-die, rule L5).
    LOCK_CONFLICT(true),
    /// What it read is older than what the shard still remembers.
    TOO_OLD(true),
    /// Its deadline passed first.
    DEADLINE(false),
    /// Somebody found it unfinished and settled it (rule R1).
    RECOVERED(true),
    /// It asks for something that cannot be done, such as adding to a value that is no number.
    INVALID(false),
    /// The store has no room for it now.
    OVERLOADED(true),
    /// The client gave it up.
    CANCELLED(false),
    /// The clocks of its coordinator and of a participant are too far apart.
    CLOCK_SKEW(true),
    /// Somebody has written a key that it writes since its snapshot.
    WRITE_CONFLICT(true);

    private final boolean retriable;

    Kind(boolean retriable) {
      this.retriable = retriable;
    }

    /// Whether another attempt may succeed.
    public boolean isRetriable() {
      return retriable;
    }
  }

  public static AbortReason of(Kind kind, String detail) {
    return new AbortReason(kind, Optional.empty(), Optional.empty(), detail);
  }

  public static AbortReason at(Kind kind, Key key, String detail) {
    return new AbortReason(kind, Optional.of(key), Optional.empty(), detail);
  }

  public static AbortReason heldBy(Key key, TxnId holder) {
    return new AbortReason(Kind.LOCK_CONFLICT, Optional.of(key), Optional.of(holder), "");
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(kind.name());
    key.ifPresent(where -> text.append(" at key ").append(where));
    holder.ifPresent(who -> text.append(", held by ").append(who));
    if (!detail.isEmpty()) {
      text.append(": ").append(detail);
    }
    return text.toString();
  }
}
