package meridian.checker.format;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import meridian.checker.BadHistory;
import meridian.checker.History;

/// A history read from a file or a folder, and what format it was in.
public record Recording(History history, String format) {
  /// Reads a recording in whatever format it is, compressed or not.
  ///
  /// @throws BadHistory with file, line and column if it cannot be read
  public static Recording read(Path path) throws IOException {
    try {
      if (Files.isDirectory(path)) {
        return new Recording(CobraReader.read(path), "Cobra");
      }
      return of(Files.readAllBytes(path));
    } catch (BadHistory e) {
      throw new BadHistory(path + ": " + e.getMessage());
    }
  }

  /// Reads a recording from its bytes.
  public static Recording of(byte[] bytes) throws IOException {
    if (bytes.length > 2 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b) {
      try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(bytes), 1 << 16)) {
        return of(unpacked.readAllBytes());
      }
    }
    if (MeridianReader.recognises(new Cursor(bytes))) {
      return new Recording(new MeridianReader(bytes).read(), "Meridian");
    }
    if (LineReaders.isDbcop(new Cursor(bytes))) {
      return new Recording(LineReaders.dbcop(bytes), "dbcop text");
    }
    if (DbcopReaders.isJson(new Cursor(bytes))) {
      return new Recording(DbcopReaders.json(bytes), "dbcop JSON");
    }
    if (JepsenReader.recognises(new Cursor(bytes))) {
      return new Recording(new JepsenReader(bytes).read(), "Jepsen");
    }
    if (LineReaders.isPlume(new Cursor(bytes))) {
      return new Recording(LineReaders.plume(bytes), "Plume");
    }
    if (LineReaders.isAwdit(new Cursor(bytes))) {
      return new Recording(LineReaders.awdit(bytes), "AWDIT");
    }
    if (DbcopReaders.isBincode(bytes)) {
      return new Recording(DbcopReaders.bincode(bytes), "dbcop bincode");
    }
    if (bytes.length == 0) {
      throw new BadHistory("the file is empty");
    }
    throw LineReaders.unknown(new Cursor(bytes));
  }
}
