package meridian.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;

/// A value: a string of bytes, immutable. Counters are decimal text, so that `add` and people
/// agree.
public final class Value {
  /// No bytes; a value like any other, and not the same as no value.
  public static final Value EMPTY = new Value(new byte[0]);

  private static final int DECIMAL_LENGTH_MAX = 20;

  private final byte[] bytes;

  private Value(byte[] bytes) {
    this.bytes = bytes;
  }

  /// A value of a copy of these bytes.
  public static Value of(byte[] bytes) {
    return new Value(bytes.clone());
  }

  /// A value that takes these bytes over: the caller must never change them again.
  public static Value wrap(byte[] bytes) {
    return new Value(bytes);
  }

  /// The UTF-8 encoding of a text.
  public static Value utf8(String text) {
    return wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /// A counter.
  public static Value number(long number) {
    return wrap(Long.toString(number).getBytes(StandardCharsets.US_ASCII));
  }

  /// The counter that this value is, or empty if it is not a decimal number that fits 64 bits.
  public OptionalLong asNumber() {
    if (bytes.length == 0 || bytes.length > DECIMAL_LENGTH_MAX) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(new String(bytes, StandardCharsets.US_ASCII)));
    } catch (NumberFormatException notANumber) {
      return OptionalLong.empty();
    }
  }

  /// Length in bytes.
  public int size() {
    return bytes.length;
  }

  /// A copy of the bytes.
  public byte[] toByteArray() {
    return bytes.clone();
  }

  /// The bytes themselves, for encoders; never to be written to.
  public byte[] unsafeBytes() {
    return bytes;
  }

  /// The bytes decoded as UTF-8.
  public String toUtf8() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Value value && Arrays.equals(bytes, value.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return Printable.of(bytes, HexFormat.of());
  }
}
