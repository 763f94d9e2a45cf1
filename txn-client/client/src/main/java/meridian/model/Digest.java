package meridian.model;

/// A 64-bit hash of content, the same on every machine and in every version: for the hash a
/// transaction carries, for comparing states of replicas, for the trace of a simulation. It guards
/// against accidents, not against an adversary.
public final class Digest {
  private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

  private long state = 0x243f6a8885a308d3L;

  public Digest add(long number) {
    long mixed = (state ^ number) * MULTIPLIER;
    mixed ^= mixed >>> 29;
    mixed *= 0xbf58476d1ce4e5b9L;
    state = mixed ^ (mixed >>> 32);
    return this;
  }

  public Digest add(boolean flag) {
    return add(flag ? 1 : 0);
  }

  public Digest add(byte[] bytes) {
    add(bytes.length);
    long word = 0;
    for (int i = 0; i < bytes.length; i++) {
      word = (word << 8) | (bytes[i] & 0xff);
      if ((i & 7) == 7) {
        add(word);
        word = 0;
      }
    }
    return add(word);
  }

  public Digest add(String text) {
    add(text.length());
    for (int i = 0; i < text.length(); i++) {
      add(text.charAt(i));
    }
    return this;
  }

  public Digest add(Key key) {
    return add(key.unsafeBytes());
  }

  public Digest add(KeyRange range) {
    add(range.start());
    range.end().ifPresentOrElse(this::add, () -> add(-1));
    return this;
  }

  public Digest add(TxnId txn) {
    return add(txn.begin().packed()).add(txn.incarnation()).add(txn.sequence()).add(txn.attempt());
  }

  public Digest add(Write write) {
    return switch (write) {
      case Write.Put put -> add(1).add(put.key()).add(put.value().unsafeBytes());
      case Write.Delete delete -> add(2).add(delete.key());
      case Write.Add add -> add(3).add(add.key()).add(add.delta());
    };
  }

  public long value() {
    return state;
  }
}
