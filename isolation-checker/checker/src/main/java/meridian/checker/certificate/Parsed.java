package meridian.checker.certificate;

import java.util.List;
import java.util.Map;
import meridian.checker.format.Json;

/// A part of a certificate. What is asked of it and not there refutes it.
record Parsed(Object value) {
  static Parsed of(String text) {
    return new Parsed(Json.parse(text));
  }

  boolean has(String name) {
    return value instanceof Map<?, ?> map && map.containsKey(name);
  }

  Parsed get(String name) throws Refuted {
    if (value instanceof Map<?, ?> map) {
      var member = map.get(name);
      if (member != null) {
        return new Parsed(member);
      }
    }
    throw new Refuted("no " + name + " in " + value);
  }

  List<String> names() throws Refuted {
    if (value instanceof Map<?, ?> map) {
      return map.keySet().stream().map(Object::toString).toList();
    }
    throw new Refuted("no names in " + value);
  }

  List<Parsed> elements() throws Refuted {
    if (value instanceof List<?> list) {
      return list.stream().map(element -> new Parsed((Object) element)).toList();
    }
    throw new Refuted("no list: " + value);
  }

  int number() throws Refuted {
    if (value instanceof Long number) {
      return Math.toIntExact(number);
    }
    throw new Refuted("no number: " + value);
  }

  int[] numbers() throws Refuted {
    var elements = elements();
    var numbers = new int[elements.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = elements.get(i).number();
    }
    return numbers;
  }

  boolean is(Object expected) {
    return value.equals(expected);
  }

  String text() {
    return value.toString();
  }
}
