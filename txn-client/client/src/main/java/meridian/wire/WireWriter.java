package meridian.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Writes the fields of protobuf messages into one growing array, in the order they are called. As
/// in protobuf, a number or a text that is zero or empty is left out, unless the method says
/// otherwise.
///
/// Not for two threads at a time. May be used again after `reset`.
public final class WireWriter {
  /// Writes the fields of one kind of thing.
  @FunctionalInterface
  public interface Body<T> {
    void write(WireWriter out, T thing);
  }

  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;
  static final int TYPE_BITS = 3;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int SIZE_FIRST = 256;

  /// A buffer that one large message has blown up is not kept beyond this size.
  private static final int SIZE_KEPT_MAX = 1 << 20;

  private static final int VARINT_BYTES_MAX = 10;
  private static final int ONE_BYTE_MAX = 0x7f;

  private byte[] bytes = new byte[SIZE_FIRST];
  private int size;

  /// Bytes written so far.
  public int size() {
    return size;
  }

  /// Forgets what was written.
  public void reset() {
    size = 0;
    if (bytes.length > SIZE_KEPT_MAX) {
      bytes = new byte[SIZE_FIRST];
    }
  }

  /// Forgets what was written after a size that `size` gave.
  public void truncate(int sizeBefore) {
    size = sizeBefore;
  }

  /// A copy of what was written.
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  /// A number from 0 up, or 64 bits.
  public void number(int field, long value) {
    if (value != 0) {
      numberAlways(field, value);
    }
  }

  /// Like `number`, but written even if it is 0.
  public void numberAlways(int field, long value) {
    tag(field, VARINT);
    varint(value);
  }

  /// A number that may be negative, encoded so that small ones are short.
  public void signed(int field, long value) {
    if (value != 0) {
      signedAlways(field, value);
    }
  }

  public void signedAlways(int field, long value) {
    numberAlways(field, (value << 1) ^ (value >> 63));
  }

  public void flag(int field, boolean value) {
    number(field, value ? 1 : 0);
  }

  /// One of the values of an enum, numbered from 1 in the order they are declared: new ones go
  /// last.
  @SuppressWarnings("EnumOrdinal") // the numbers are part of the contract, and a test compares them
  public void choice(int field, Enum<?> value) {
    number(field, value.ordinal() + 1L);
  }

  /// 64 bits that are mostly large: eight bytes.
  public void fixed(int field, long value) {
    if (value != 0) {
      fixedAlways(field, value);
    }
  }

  public void fixedAlways(int field, long value) {
    tag(field, FIXED64);
    reserve(Long.BYTES);
    LONG.set(bytes, size, value);
    size += Long.BYTES;
  }

  public void text(int field, String text) {
    bytes(field, text.getBytes(StandardCharsets.UTF_8));
  }

  public void bytes(int field, byte[] value) {
    if (value.length != 0) {
      bytesAlways(field, value);
    }
  }

  /// Bytes, even if there are none; or a message that is encoded already.
  public void bytesAlways(int field, byte[] value) {
    tag(field, BYTES);
    varint(value.length);
    reserve(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
  }

  /// A message within this one.
  public <T> void message(int field, T thing, Body<? super T> body) {
    tag(field, BYTES);
    int start = open();
    body.write(this, thing);
    close(start);
  }

  public <T> void optional(int field, Optional<T> thing, Body<? super T> body) {
    if (thing.isPresent()) {
      message(field, thing.get(), body);
    }
  }

  /// A message for each thing of a list.
  public <T> void list(int field, List<T> things, Body<? super T> body) {
    for (int i = 0; i < things.size(); i++) {
      message(field, things.get(i), body);
    }
  }

  /// Begins a packed list of numbers, each to be added by `packed`, before `close`.
  public int openPacked(int field) {
    tag(field, BYTES);
    return open();
  }

  public void packed(long value) {
    varint(value);
  }

  /// Fills in the length of what was written since, and makes room for it if it takes more than the
  /// one byte that was kept free: most messages within messages are short.
  public void close(int start) {
    int length = size - start;
    if (length <= ONE_BYTE_MAX) {
      bytes[start - 1] = (byte) length;
      return;
    }
    int more = (38 - Integer.numberOfLeadingZeros(length)) / 7 - 1;
    reserve(more);
    System.arraycopy(bytes, start, bytes, start + more, length);
    size = start - 1;
    varint(length);
    size += length;
  }

  private int open() {
    reserve(1);
    return ++size;
  }

  private void tag(int field, int type) {
    varint((long) field << TYPE_BITS | type);
  }

  private void varint(long value) {
    reserve(VARINT_BYTES_MAX);
    byte[] to = bytes;
    int at = size;
    long rest = value;
    while ((rest & ~(long) ONE_BYTE_MAX) != 0) {
      to[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    to[at++] = (byte) rest;
    size = at;
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      int wanted = Math.addExact(size, more);
      bytes =
          Arrays.copyOf(
              bytes, Math.max(wanted, (int) Math.min(2L * bytes.length, Integer.MAX_VALUE - 8)));
    }
  }
}
