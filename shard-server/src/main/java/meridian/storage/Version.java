package meridian.storage;

import java.util.Optional;
import meridian.model.Timestamp;
import meridian.model.Value;

/// What a key was at a time.
///
/// @param ts the commit timestamp of the transaction that wrote it
/// @param slot of the entry that made it visible (rule S1), never of its prepare
/// @param value nothing where the key was deleted
public record Version(Timestamp ts, long slot, Optional<Value> value) {}
