package meridian.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a bad disk does to a file.
final class Damage {
  private Damage() {}

  /// Where a text stands in a file, whatever the file is made of. LMDB keeps bytes as they are, and
  /// may hold old copies of a page beside the one in use.
  static List<Long> find(Path file, String text) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file));
    byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
    List<Long> found = new ArrayList<>();
    for (int at = 0; at + wanted.length <= all.limit(); at++) {
      if (all.get(at) == wanted[0]
          && all.slice(at, wanted.length).mismatch(ByteBuffer.wrap(wanted)) < 0) {
        found.add((long) at);
      }
    }
    return found;
  }

  /// Flips one bit of the text wherever it stands in the file.
  static void flipABit(Path file, String text) throws IOException {
    List<Long> places = find(file, text);
    assertTrue(!places.isEmpty(), () -> file + " does not hold " + text);
    try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
      for (long place : places) {
        long last = place + text.length() - 1;
        disk.seek(last);
        int was = disk.read();
        disk.seek(last);
        disk.write(was ^ 1);
      }
    }
  }
}
