package meridian.checker.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import meridian.checker.BadHistory;
import meridian.checker.History;
import meridian.checker.HistoryBuilder;
import meridian.checker.Outcome;

/// Histories as dbcop stores them: bincode of its first version, and JSON or YAML of the same
/// records, old (`write`, `variable`, `value`, `success`) and new (`Read`/`Write` or `["r", key,
/// value]`, and `committed`). Unwritten registers hold 0. Events that did not succeed are left out.
final class DbcopReaders {
  private DbcopReaders() {}

  // Bincode: little-endian, lengths and numbers as 64 bits.

  static boolean isBincode(byte[] bytes) {
    if (bytes.length < 64) {
      return false;
    }
    var in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    in.position(8);
    for (int i = 0; i < 4; i++) {
      long parameter = in.getLong();
      if (parameter < 0 || parameter > 1L << 40) {
        return false;
      }
    }
    long length = in.getLong();
    return length >= 0 && length < bytes.length - 48 && (bytes[1] == 0 || bytes[7] == 0);
  }

  static History bincode(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    var builder = new HistoryBuilder().startingAt(0);
    try {
      in.position(40);
      for (int text = 0; text < 3; text++) {
        in.position(in.position() + 8 + Math.toIntExact(in.getLong(in.position())));
      }
      long sessions = in.getLong();
      for (int session = 0; session < sessions; session++) {
        long transactions = in.getLong();
        for (long txn = 0; txn < transactions; txn++) {
          builder.begin(builder.sessionNumber(session), History.NEVER_BEFORE);
          long events = in.getLong();
          for (long event = 0; event < events; event++) {
            bincodeEvent(in, builder);
          }
          builder.end(in.get() == 1 ? Outcome.COMMITTED : Outcome.ABORTED, History.NEVER_AFTER);
        }
      }
    } catch (java.nio.BufferUnderflowException | IllegalArgumentException | ArithmeticException e) {
      throw new BadHistory(
          "not a dbcop history: it ends, or a length is wrong, at byte "
              + in.position()
              + " ("
              + e
              + ")");
    }
    if (in.hasRemaining()) {
      throw new BadHistory("not a dbcop history: " + in.remaining() + " bytes too many");
    }
    return builder.build();
  }

  private static void bincodeEvent(ByteBuffer in, HistoryBuilder builder) {
    boolean write = in.get() == 1;
    int key = builder.key(in.getLong());
    long value = in.getLong();
    if (in.get() == 1) {
      builder.add(write ? History.Kind.WRITE : History.Kind.READ, key, value);
    }
  }

  // JSON.

  static boolean isJson(Cursor start) {
    start.skipBlanks();
    int to = Math.min(start.end, start.at + 4000);
    var head =
        new String(start.bytes, start.at, to - start.at, java.nio.charset.StandardCharsets.UTF_8);
    return (head.startsWith("{") || head.startsWith("[")) && head.contains("\"events\"");
  }

  static History json(byte[] bytes) {
    return new JsonReader(new Cursor(bytes)).read();
  }

  private static final class JsonReader {
    private final Cursor cursor;
    private final HistoryBuilder builder = new HistoryBuilder().startingAt(0);
    private final Elements elements;

    JsonReader(Cursor cursor) {
      this.cursor = cursor;
      this.elements = new Elements(cursor, builder);
    }

    History read() {
      cursor.skipBlanks();
      if (cursor.take('{')) {
        forEachMember(
            member -> {
              if (member.equals("data") || member.equals("sessions")) {
                sessions();
              } else {
                cursor.skipValue();
              }
            });
      } else {
        sessions();
      }
      return builder.build();
    }

    private void sessions() {
      var number = new int[] {0};
      forEachElement(
          () -> {
            forEachElement(() -> transaction(number[0]));
            number[0]++;
          });
    }

    private void transaction(int session) {
      cursor.skipBlanks();
      builder.begin(builder.sessionNumber(session), History.NEVER_BEFORE);
      var committed = new boolean[] {true};
      cursor.expect('{');
      forEachMember(
          member -> {
            switch (member) {
              case "events" -> forEachElement(this::event);
              case "success", "committed" -> committed[0] = truth();
              default -> cursor.skipValue();
            }
          });
      builder.end(committed[0] ? Outcome.COMMITTED : Outcome.ABORTED, History.NEVER_AFTER);
    }

    private void event() {
      cursor.skipBlanks();
      if (cursor.take('[')) {
        var kind = cursor.string();
        int key = elements.key();
        add(kind.equals("w"), key, elements.value());
        cursor.skipBlanks();
        cursor.expect(']');
        return;
      }
      cursor.expect('{');
      var fields = new Fields();
      forEachMember(member -> field(member, fields));
      if (fields.key < 0) {
        throw cursor.bad("an event with a variable");
      }
      if (fields.success) {
        add(fields.write, fields.key, fields.value);
      }
    }

    private void field(String member, Fields fields) {
      switch (member) {
        case "Write", "Read" -> {
          fields.write = member.equals("Write");
          cursor.skipBlanks();
          cursor.expect('{');
          forEachMember(inner -> field(inner, fields));
        }
        case "write" -> fields.write = truth();
        case "success" -> fields.success = truth();
        case "variable" -> fields.key = elements.key();
        case "value", "version" -> fields.value = elements.value();
        default -> cursor.skipValue();
      }
    }

    private static final class Fields {
      private boolean write;
      private boolean success = true;
      private int key = -1;
      private long value = History.ABSENT;
    }

    private void add(boolean write, int key, long value) {
      builder.add(write ? History.Kind.WRITE : History.Kind.READ, key, value);
    }

    private boolean truth() {
      cursor.skipBlanks();
      return switch (cursor.word()) {
        case "true" -> true;
        case "false" -> false;
        default -> throw cursor.bad("true or false");
      };
    }

    private void forEachElement(Runnable each) {
      cursor.skipBlanks();
      cursor.expect('[');
      cursor.skipBlanks();
      while (!cursor.take(']')) {
        each.run();
        cursor.skipBlanks();
      }
    }

    private void forEachMember(java.util.function.Consumer<String> each) {
      cursor.skipBlanks();
      while (!cursor.take('}')) {
        var member = cursor.string();
        cursor.skipBlanks();
        cursor.expect(':');
        cursor.skipBlanks();
        each.accept(member);
        cursor.skipBlanks();
      }
    }
  }
}
