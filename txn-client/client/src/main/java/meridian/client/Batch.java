package meridian.client;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import meridian.model.Key;
import meridian.model.Value;

/// Writes that happen together, declared up front and read by nobody before: they are in conflict
/// with no other writes, and additions not with each other. Done in the order given; a later write
/// of a key replaces an earlier.
public final class Batch {
  private final List<Consumer<Transaction>> writes = new ArrayList<>();

  /// Sets a value.
  public Batch put(Key key, Value value) {
    writes.add(tx -> tx.put(key, value));
    return this;
  }

  /// Takes a key away, whether or not it is there.
  public Batch delete(Key key) {
    writes.add(tx -> tx.delete(key));
    return this;
  }

  /// Adds to a counter. A value that is not a number fails the batch.
  public Batch add(Key key, long delta) {
    writes.add(tx -> tx.addBlind(key, delta));
    return this;
  }

  void applyTo(Transaction tx) {
    writes.forEach(write -> write.accept(tx));
  }
}
