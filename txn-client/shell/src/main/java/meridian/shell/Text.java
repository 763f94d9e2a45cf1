package meridian.shell;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import meridian.model.Key;
import meridian.model.Value;

/// Bytes as they are shown: the text that they are, or else `0x` and hexadecimal digits.
final class Text {
  private Text() {}

  static String of(Key key) {
    return of(key.unsafeBytes());
  }

  static String of(Value value) {
    return of(value.unsafeBytes());
  }

  private static String of(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.codePoints().noneMatch(Text::isUnprintable)) {
        // A text that looks like hexadecimal keeps its quotes, to be told from bytes.
        return text.startsWith("0x") ? "\"" + text + "\"" : text;
      }
    } catch (CharacterCodingException notText) {
      // Then it is shown as bytes.
    }
    return "0x" + HexFormat.of().formatHex(bytes);
  }

  private static boolean isUnprintable(int c) {
    return Character.isISOControl(c) && c != '\n' && c != '\t';
  }
}
