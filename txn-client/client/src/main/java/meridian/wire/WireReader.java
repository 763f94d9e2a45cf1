package meridian.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Reads the fields of protobuf messages in the order of their numbers. Asking for a field that is
/// not there gives zero, nothing or [BadMessage], as the method says; fields that nobody asks for
/// are skipped, so that a newer sender may add some. All lengths are checked before anything is
/// allocated.
///
/// Not for two threads at a time. After a BadMessage it is of no more use.
public final class WireReader {
  /// Reads the fields of one kind of thing.
  @FunctionalInterface
  public interface Body<T> {
    T read(WireReader in) throws BadMessage;
  }

  /// Most things in lists that one message may hold, all lists together: a thing takes up to some
  /// fifty times its two smallest bytes in memory.
  private static final int THINGS_MAX = 2_000_000;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int VARINT_BITS = 7;
  private static final int TYPE_MASK = (1 << WireWriter.TYPE_BITS) - 1;

  private final byte[] bytes;
  private int position;

  /// Where the message being read ends.
  private int limit;

  /// The tag that was read and whose value was not, or 0.
  private int tag;

  /// The last field asked for in the message being read. Whoever asks for a lower one has skipped
  /// it unread, and would take what was sent for nothing.
  private int asked;

  private int things;

  public WireReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  public WireReader(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.position = start;
    this.limit = end;
  }

  /// Reads bytes that are one thing and nothing else.
  public static <T> T readAll(byte[] bytes, Body<T> body) throws BadMessage {
    WireReader in = new WireReader(bytes);
    T thing = body.read(in);
    in.skipRest();
    return thing;
  }

  /// The number of the next field, or 0 at the end.
  public int field() throws BadMessage {
    if (tag == 0) {
      if (position == limit) {
        return 0;
      }
      tag = readTag();
    }
    return tag >>> WireWriter.TYPE_BITS;
  }

  /// Whether a field comes next, once those before it are skipped.
  public boolean has(int field) throws BadMessage {
    if (field < asked) {
      throw new IllegalStateException("field " + field + " is asked for after field " + asked);
    }
    asked = field;
    int next = field();
    while (next != 0 && next < field) {
      skip();
      next = field();
    }
    return next == field;
  }

  /// 64 bits; 0 if there are none.
  public long number(int field) throws BadMessage {
    return has(field) ? takeVarint(field) : 0;
  }

  /// A number that is not negative; 0 if there is none.
  public long natural(int field) throws BadMessage {
    long value = number(field);
    if (value < 0) {
      throw new BadMessage("a negative number: " + value).inField(field);
    }
    return value;
  }

  /// A number from 0 to 2^31 - 1; 0 if there is none.
  public int smallNatural(int field) throws BadMessage {
    long value = number(field);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new BadMessage("a number out of range: " + Long.toUnsignedString(value)).inField(field);
    }
    return (int) value;
  }

  public long signed(int field) throws BadMessage {
    long value = number(field);
    return (value >>> 1) ^ -(value & 1);
  }

  public boolean flag(int field) throws BadMessage {
    return number(field) != 0;
  }

  public long fixed(int field) throws BadMessage {
    if (!has(field)) {
      return 0;
    }
    take(field, WireWriter.FIXED64);
    require(Long.BYTES);
    long value = (long) LONG.get(bytes, position);
    position += Long.BYTES;
    return value;
  }

  /// One of the values of an enum, numbered from 1 in the order they are declared.
  public <E extends Enum<E>> E choice(int field, E[] values) throws BadMessage {
    long number = number(field);
    if (number < 1 || number > values.length) {
      throw new BadMessage("unknown value " + Long.toUnsignedString(number)).inField(field);
    }
    return values[(int) number - 1];
  }

  public String text(int field) throws BadMessage {
    if (!has(field)) {
      return "";
    }
    int length = takeLength(field);
    position += length;
    return new String(bytes, position - length, length, StandardCharsets.UTF_8);
  }

  /// Bytes up to a size; none if the field is not there.
  public byte[] bytes(int field, int sizeMax, String what) throws BadMessage {
    if (!has(field)) {
      return new byte[0];
    }
    int length = takeLength(field);
    if (length > sizeMax) {
      throw new BadMessage(what + " of " + length + " bytes, the limit is " + sizeMax)
          .inField(field);
    }
    position += length;
    return Arrays.copyOfRange(bytes, position - length, position);
  }

  /// A message within this one, which must be there.
  public <T> T message(int field, Body<T> body) throws BadMessage {
    if (!has(field)) {
      throw new BadMessage("missing").inField(field);
    }
    int end = limit;
    int length = takeLength(field);
    limit = position + length;
    asked = 0;
    try {
      T thing = body.read(this);
      skipRest();
      limit = end;
      asked = field;
      return thing;
    } catch (BadMessage bad) {
      throw bad.inField(field);
    }
  }

  public <T> Optional<T> optional(int field, Body<T> body) throws BadMessage {
    return has(field) ? Optional.of(message(field, body)) : Optional.empty();
  }

  public <T> List<T> list(int field, Body<T> body) throws BadMessage {
    if (!has(field)) {
      return List.of();
    }
    countThing(field);
    T first = message(field, body);
    if (!has(field)) {
      return List.of(first); // by far the most frequent case
    }
    List<T> list = new ArrayList<>();
    list.add(first);
    do {
      countThing(field);
      list.add(message(field, body));
    } while (has(field));
    return list;
  }

  /// Begins a packed list of numbers; they end where `morePacked` says no. Nothing else may be read
  /// in between. Gives what `closePacked` wants back.
  public int openPacked(int field) throws BadMessage {
    int end = limit;
    int length = has(field) ? takeLength(field) : 0;
    limit = position + length;
    return end;
  }

  public boolean morePacked() {
    return position < limit;
  }

  public long packed(int field) throws BadMessage {
    countThing(field);
    return readVarint();
  }

  public void closePacked(int end) {
    limit = end;
  }

  /// The bytes of the message being read, all of them if nothing was read yet.
  public byte[] rest() {
    return Arrays.copyOfRange(bytes, position, limit);
  }

  private void countThing(int field) throws BadMessage {
    if (++things > THINGS_MAX) {
      throw new BadMessage("more than " + THINGS_MAX + " things in one message").inField(field);
    }
  }

  private void skipRest() throws BadMessage {
    while (field() != 0) {
      skip();
    }
  }

  private void skip() throws BadMessage {
    int field = tag >>> WireWriter.TYPE_BITS;
    switch (tag & TYPE_MASK) {
      case WireWriter.VARINT -> takeVarint(field);
      case WireWriter.FIXED64 -> skipFixed(Long.BYTES);
      case WireWriter.BYTES -> {
        int length = takeLength(field);
        position += length;
      }
      case WireWriter.FIXED32 -> skipFixed(Integer.BYTES);
      default -> throw new BadMessage("unknown wire type " + (tag & TYPE_MASK)).inField(field);
    }
  }

  private void skipFixed(int length) throws BadMessage {
    tag = 0;
    require(length);
    position += length;
  }

  private long takeVarint(int field) throws BadMessage {
    take(field, WireWriter.VARINT);
    return readVarint();
  }

  private int takeLength(int field) throws BadMessage {
    take(field, WireWriter.BYTES);
    long length = readVarint();
    if (length < 0 || length > limit - position) {
      throw new BadMessage(
              "a length of "
                  + Long.toUnsignedString(length)
                  + " bytes where "
                  + (limit - position)
                  + " are left")
          .inField(field);
    }
    return (int) length;
  }

  private void take(int field, int type) throws BadMessage {
    if ((tag & TYPE_MASK) != type) {
      throw new BadMessage("wire type " + (tag & TYPE_MASK) + " instead of " + type).inField(field);
    }
    tag = 0;
  }

  private int readTag() throws BadMessage {
    long read = readVarint();
    if (read >>> Integer.SIZE != 0
        || read >>> WireWriter.TYPE_BITS == 0
        || read > Integer.MAX_VALUE) {
      throw new BadMessage("not a tag: " + Long.toUnsignedString(read));
    }
    return (int) read;
  }

  private long readVarint() throws BadMessage {
    if (position < limit && bytes[position] >= 0) {
      return bytes[position++];
    }
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += VARINT_BITS) {
      require(1);
      byte next = bytes[position++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new BadMessage("a number of more than ten bytes");
  }

  private void require(int length) throws BadMessage {
    if (limit - position < length) {
      throw new BadMessage("cut short");
    }
  }
}
