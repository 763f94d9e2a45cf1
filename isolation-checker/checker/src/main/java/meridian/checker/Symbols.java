package meridian.checker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Numbers the keys of a history 0, 1, 2, ... in order of appearance. Keys that are integers, as
/// most generated histories have, take a path without objects.
final class Symbols {
  private static final long TEXT = Long.MIN_VALUE;

  /// The integer that each number stands for, or TEXT.
  private long[] integers = new long[64];

  /// The texts, where not integers; filled up to the last text.
  private final Map<Integer, String> texts = new HashMap<>();

  private final Map<String, Integer> byText = new HashMap<>();
  private int[] table = filled(128);
  private int size;

  int size() {
    return size;
  }

  String name(int number) {
    var text = texts.get(number);
    return text != null ? text : Long.toString(integers[number]);
  }

  List<String> names() {
    var names = new ArrayList<String>(size);
    for (int number = 0; number < size; number++) {
      names.add(name(number));
    }
    return names;
  }

  int of(String text) {
    if (isInteger(text)) {
      return of(Long.parseLong(text));
    }
    var known = byText.get(text);
    if (known != null) {
      return known;
    }
    int number = add(TEXT);
    byText.put(text, number);
    texts.put(number, text);
    return number;
  }

  int of(long integer) {
    if (integer == TEXT) {
      throw new BadHistory("the integer " + integer + " is too small for a key");
    }
    int at = slot(integer);
    if (table[at] < 0) {
      if (2 * size >= table.length) {
        grow();
        at = slot(integer);
      }
      table[at] = add(integer);
    }
    return table[at];
  }

  /// A text in the form that `Long.toString` gives: only then is "7" the same key as 7.
  private static boolean isInteger(String text) {
    int length = text.length();
    int digits = length > 0 && text.charAt(0) == '-' ? 1 : 0;
    if (length == digits || length - digits > 18) {
      return false;
    }
    for (int i = digits; i < length; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return text.charAt(digits) != '0' || length == 1;
  }

  private int add(long integer) {
    if (size == integers.length) {
      integers = Arrays.copyOf(integers, 2 * size);
    }
    integers[size] = integer;
    return size++;
  }

  private int slot(long integer) {
    int mask = table.length - 1;
    int at = (int) mix(integer) & mask;
    while (table[at] >= 0 && integers[table[at]] != integer) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void grow() {
    table = filled(2 * table.length);
    for (int number = 0; number < size; number++) {
      if (integers[number] != TEXT) {
        table[slot(integers[number])] = number;
      }
    }
  }

  private static int[] filled(int length) {
    var table = new int[length];
    Arrays.fill(table, -1);
    return table;
  }

  /// Spreads the bits of a number over all of it (a multiplication by 2^64 / golden ratio).
  static long mix(long value) {
    long product = value * 0x9E3779B97F4A7C15L;
    return product ^ (product >>> 32);
  }
}
