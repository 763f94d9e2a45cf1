package meridian.storage.cells;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/// Seals the contents of cells: `checksum, head, checksum of the body, body`. The first checksum
/// covers the cell's name, the head and the checksum of the body, so that what lies in the wrong
/// place is as damaged as what was altered. A head alone can be checked without its body: it still
/// tells whose record it is where the body is lost, and spares reading a large value to learn its
/// slot.
final class Seal {
  private static final int CHECKSUM_BYTES = Integer.BYTES;

  private Seal() {}

  static byte[] seal(byte[] name, byte[] head, byte[] body) {
    int bodyChecksum = checksum(body, 0);
    return ByteBuffer.allocate(bytesBeforeBody(head.length) + body.length)
        .putInt(headChecksum(name, head, bodyChecksum))
        .put(head)
        .putInt(bodyChecksum)
        .put(body)
        .array();
  }

  static byte[] seal(byte[] name, byte[] body) {
    return seal(name, new byte[0], body);
  }

  /// How much of a content must be there to check a head of so many bytes.
  static int bytesBeforeBody(int headBytes) {
    return CHECKSUM_BYTES + headBytes + CHECKSUM_BYTES;
  }

  /// The head, or nothing if it is damaged; the body may be.
  static Optional<ByteBuffer> head(byte[] name, byte[] content, int headBytes) {
    if (content.length < bytesBeforeBody(headBytes)) {
      return Optional.empty();
    }
    ByteBuffer buffer = ByteBuffer.wrap(content);
    int headChecksum = buffer.getInt();
    byte[] head = new byte[headBytes];
    buffer.get(head);
    return headChecksum == headChecksum(name, head, buffer.getInt())
        ? Optional.of(ByteBuffer.wrap(head))
        : Optional.empty();
  }

  /// The body, or nothing if anything is damaged.
  static Optional<byte[]> body(byte[] name, byte[] content, int headBytes) {
    int start = bytesBeforeBody(headBytes);
    return head(name, content, headBytes).isPresent()
            && ByteBuffer.wrap(content).getInt(start - CHECKSUM_BYTES) == checksum(content, start)
        ? Optional.of(Arrays.copyOfRange(content, start, content.length))
        : Optional.empty();
  }

  static Optional<byte[]> body(byte[] name, byte[] content) {
    return body(name, content, 0);
  }

  private static int headChecksum(byte[] name, byte[] head, int bodyChecksum) {
    CRC32C crc = new CRC32C();
    crc.update(name);
    crc.update(head);
    crc.update(ByteBuffer.allocate(CHECKSUM_BYTES).putInt(0, bodyChecksum));
    return (int) crc.getValue();
  }

  private static int checksum(byte[] bytes, int from) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, bytes.length - from);
    return (int) crc.getValue();
  }
}
