package meridian.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/// A key: a string of bytes, ordered as unsigned bytes, the shorter first where one begins the
/// other. Immutable. The empty key is legal as the start of a range and nowhere else (see
/// [Limits]).
public final class Key implements Comparable<Key> {
  /// The smallest key; only ever the start of a range.
  public static final Key EMPTY = new Key(new byte[0]);

  private final byte[] bytes;

  private Key(byte[] bytes) {
    this.bytes = bytes;
  }

  /// A key of a copy of these bytes.
  public static Key of(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Key(bytes.clone());
  }

  /// A key that takes these bytes over: the caller must never change them again.
  public static Key wrap(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Key(bytes);
  }

  /// The UTF-8 encoding of a text.
  public static Key utf8(String text) {
    return wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /// The smallest key above this one: itself followed by a zero byte.
  public Key next() {
    return new Key(Arrays.copyOf(bytes, bytes.length + 1));
  }

  /// Length in bytes.
  public int size() {
    return bytes.length;
  }

  public boolean isEmpty() {
    return bytes.length == 0;
  }

  /// A copy of the bytes.
  public byte[] toByteArray() {
    return bytes.clone();
  }

  /// The bytes themselves, for encoders; never to be written to.
  public byte[] unsafeBytes() {
    return bytes;
  }

  public boolean startsWith(Key prefix) {
    return bytes.length >= prefix.bytes.length
        && Arrays.equals(bytes, 0, prefix.bytes.length, prefix.bytes, 0, prefix.bytes.length);
  }

  @Override
  public int compareTo(Key other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /// The text where the bytes are printable ASCII, hexadecimal otherwise.
  @Override
  public String toString() {
    return Printable.of(bytes, HexFormat.of());
  }
}
