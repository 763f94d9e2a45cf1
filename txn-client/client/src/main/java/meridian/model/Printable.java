package meridian.model;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// How bytes are shown to people in messages and traces.
final class Printable {
  private static final int SHOWN_MAX = 64;

  private Printable() {}

  static String of(byte[] bytes, HexFormat hex) {
    int shown = Math.min(bytes.length, SHOWN_MAX);
    String more = bytes.length > shown ? "...(" + bytes.length + " bytes)" : "";
    for (int i = 0; i < shown; i++) {
      if (bytes[i] < 0x20 || bytes[i] > 0x7e) {
        return "0x" + hex.formatHex(bytes, 0, shown) + more;
      }
    }
    return new String(bytes, 0, shown, StandardCharsets.US_ASCII) + more;
  }
}
