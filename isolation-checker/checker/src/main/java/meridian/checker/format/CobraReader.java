package meridian.checker.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import meridian.checker.BadHistory;
import meridian.checker.History;
import meridian.checker.HistoryBuilder;

/// A folder of Cobra logs: one file per session, big-endian records that begin with a letter. A
/// write carries a number of its own, which reads repeat: that, not the hash of the value, is what
/// tells who wrote what was read.
final class CobraReader {
  /// In place of a writer or a write: nobody, or who loaded the data before the test.
  private static final long INITIAL = 0xbebeebeeL;

  private static final long NULL = 0xdeadbeefL;

  private CobraReader() {}

  static History read(Path folder) throws IOException {
    var builder = new HistoryBuilder();
    int session = 0;
    try (var files = Files.list(folder)) {
      for (var file : files.filter(f -> f.toString().endsWith(".log")).sorted().toList()) {
        readLog(file, builder, session++);
      }
    }
    if (session == 0) {
      throw new BadHistory(folder + ": a folder without Cobra logs (*.log)");
    }
    return builder.build();
  }

  private static void readLog(Path file, HistoryBuilder builder, int session) throws IOException {
    var in = ByteBuffer.wrap(Files.readAllBytes(file));
    boolean open = false;
    while (in.hasRemaining()) {
      int start = in.position();
      byte kind = in.get();
      int longs =
          switch (kind) {
            case 'S', 'C' -> 1;
            case 'W' -> 3;
            case 'R' -> 4;
            default -> throw bad(file, start, "S, C, W or R");
          };
      if (in.remaining() < 8 * longs || open == (kind == 'S')) {
        throw bad(file, start, "a whole record of an open transaction");
      }
      switch (kind) {
        case 'S' -> {
          builder.begin(builder.sessionNumber(session), History.NEVER_BEFORE);
          builder.named(Long.toString(in.getLong()));
          open = true;
        }
        case 'C' -> {
          in.getLong();
          builder.commit(History.NEVER_AFTER);
          open = false;
        }
        case 'W' -> {
          long write = in.getLong();
          builder.add(History.Kind.WRITE, builder.key(in.getLong()), write);
          in.getLong();
        }
        default -> {
          long writer = in.getLong();
          long write = in.getLong();
          boolean initial = writer == INITIAL || writer == NULL;
          int key = builder.key(in.getLong());
          builder.add(History.Kind.READ, key, initial ? History.ABSENT : write);
          in.getLong();
        }
      }
    }
    if (open) {
      // The log ends inside a transaction: nobody knows whether it committed.
      builder.unknown();
    }
  }

  private static BadHistory bad(Path file, int at, String expected) {
    return new BadHistory(file + ", byte " + at + ": expected " + expected);
  }
}
