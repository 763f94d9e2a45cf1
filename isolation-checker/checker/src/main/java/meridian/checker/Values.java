package meridian.checker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Values as longs. An integer stands for itself; any other value gets a number from a range at the
/// far negative end that integers of a history may not use.
final class Values {
  private static final long FIRST_TEXT = Long.MIN_VALUE;
  private static final long END_OF_TEXTS = Long.MIN_VALUE + (1L << 32);

  private final List<String> texts = new ArrayList<>();
  private final Map<String, Long> numbers = new HashMap<>();

  long of(String text) {
    return numbers.computeIfAbsent(
        text,
        added -> {
          texts.add(added);
          return FIRST_TEXT + texts.size() - 1;
        });
  }

  static long of(long integer) {
    if (integer < END_OF_TEXTS || integer == History.ABSENT) {
      throw new BadHistory("the integer " + integer + " cannot be a value: too near the limits");
    }
    return integer;
  }

  String text(long value) {
    if (value == History.ABSENT) {
      return "nothing";
    }
    return value < END_OF_TEXTS
        ? "\"" + texts.get((int) (value - FIRST_TEXT)) + "\""
        : Long.toString(value);
  }
}
