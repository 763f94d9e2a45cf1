package meridian.txn;

import java.util.Optional;
import meridian.model.Key;
import meridian.model.Timestamp;
import meridian.model.Value;

/// A key and its value, as a transaction sees it.
///
/// @param version when the value was committed; nothing where the transaction itself has written it
public record Entry(Key key, Value value, Optional<Timestamp> version) {}
