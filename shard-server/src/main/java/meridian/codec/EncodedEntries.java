package meridian.codec;

import meridian.paxos.LogEntry;
import org.jspecify.annotations.Nullable;

/// Remembers how the log entries of the last moments are encoded. A leader needs the bytes of an
/// entry for its own log and for each follower; a follower has just decoded what it is about to
/// store.
///
/// Any thread may ask. It is a cache without locks: a place is overwritten as a whole, with
/// something immutable, and whoever misses an entry encodes it again.
final class EncodedEntries {
  private record Encoded(LogEntry entry, byte[] bytes) {}

  /// A power of two. Together with the largest size kept it bounds the memory, to 8 MiB.
  private static final int PLACES = 2_048;

  private static final int SIZE_KEPT_MAX = 4 * 1_024;

  private final @Nullable Encoded[] places = new Encoded[PLACES];

  /// The bytes of this very entry, which nobody may change, or null.
  @SuppressWarnings("ReferenceEquality") // comparing contents would cost what is to be saved
  byte @Nullable [] find(LogEntry entry) {
    Encoded encoded = places[place(entry)];
    return encoded != null && encoded.entry == entry ? encoded.bytes : null;
  }

  void remember(LogEntry entry, byte[] bytes) {
    if (bytes.length <= SIZE_KEPT_MAX) {
      places[place(entry)] = new Encoded(entry, bytes);
    }
  }

  private static int place(LogEntry entry) {
    return System.identityHashCode(entry) & (PLACES - 1);
  }
}
