package meridian.checker.verifier;

import module java.base;

import meridian.checker.History;
import meridian.checker.Level;
import meridian.checker.format.Json;

/// Checks a certificate against the raw history. An execution is evaluated; a refutation is
/// replayed line by line. A line names choices that no execution makes together, the last line
/// none. `3<5` is a choice, transaction 3 comes before 5, and so is `r17=4`, operation 17 read what
/// 4 wrote.
public final class Verifier {
  private static final String ASKED = "asked";

  private Verifier() {}

  /// By level of the certificate: empty if it is proved, else what is wrong with the proof.
  public static Map<String, String> verify(History history, String text) {
    var result = new LinkedHashMap<String, String>();
    try {
      var certificate = Json.parse(text);
      for (var name : ((Map<?, ?>) get(certificate, "levels")).keySet()) {
        result.put(name.toString(), wrongWith(history, certificate, name.toString()));
      }
    } catch (RuntimeException e) {
      result.put("certificate", e.toString());
    }
    return result;
  }

  private static String wrongWith(History history, Object certificate, String name) {
    try {
      check(history, certificate, name);
      return "";
    } catch (RuntimeException e) {
      // Numbers of what is not there: whatever is wrong with a certificate, it proves nothing.
      return e.toString();
    }
  }

  private static void check(History history, Object certificate, String name) {
    IntFunction<Level> asks = history::asked;
    if (!name.equals(ASKED)) {
      var level = Level.named(name).orElseThrow();
      asks = _ -> level;
    }
    var reads = new Reads(history, asks, get(certificate, "internalReads").equals(true));
    var claim = get(get(certificate, "levels"), name);
    if (has(claim, "holds")) {
      var proof = list(certificate, "executions").get(number(get(claim, "holds")));
      var chosen = reads.choosing(writers(choices(proof, "writers")));
      new Execution(chosen, numbers(proof, "order")).check(numbers(proof, "snapshot"));
    } else {
      replay(reads, (List<?>) list(certificate, "refutations").get(number(get(claim, "violated"))));
    }
  }

  private static void replay(Reads reads, List<?> lines) {
    var excluded = new ArrayList<Set<String>>();
    for (var line : lines) {
      var not = choices(line, "not");
      if (has(line, "premises")) {
        var premises = Arrays.stream(numbers(line, "premises")).mapToObj(excluded::get).toList();
        require(
            has(line, "read") ? allFail(reads, line, not, premises) : isImpossible(not, premises),
            "%s does not follow",
            not);
      } else {
        new Replay(reads.choosing(writers(not)), not).check(line);
      }
      excluded.add(not);
    }
    require(excluded.getLast().isEmpty(), "the last line excludes only %s", excluded.getLast());
  }

  /// Lemma *propagation*: choices cannot be made together if assuming them leaves, by choices
  /// without an alternative, something excluded.
  private static boolean isImpossible(Set<String> not, List<Set<String>> premises) {
    var made = new HashSet<>(not);
    for (boolean more = true; more; ) {
      more = false;
      for (var premise : premises) {
        var left = premise.stream().filter(choice -> !made.contains(choice)).toList();
        if (left.isEmpty()) {
          return true;
        }
        var choice = left.getFirst().split("<", -1);
        more |= left.size() == 1 && choice.length == 2 && made.add(choice[1] + "<" + choice[0]);
      }
    }
    return false;
  }

  /// Lemma *cases*: somebody wrote what a read shows; all who can have done it are excluded.
  private static boolean allFail(
      Reads all, Object line, Set<String> not, List<Set<String>> premises) {
    int op = number(get(line, "read"));
    var reads = all.choosing(writers(not)).counting(line);
    require(reads.isTested(op), "operation %d proves nothing", op);
    return reads.candidates(op, reads.history().value(op)).stream()
        .allMatch(
            writer -> {
              var made = new HashSet<>(not);
              made.add("r" + op + "=" + writer);
              return premises.stream().anyMatch(made::containsAll);
            });
  }

  /// The readings among choices: by operation, the transaction whose write it read.
  private static Map<Integer, Integer> writers(Set<String> choices) {
    var writers = new TreeMap<Integer, Integer>();
    for (var choice : choices) {
      if (choice.startsWith("r")) {
        int equals = choice.indexOf('=');
        int op = Integer.parseInt(choice.substring(1, equals));
        int writer = Integer.parseInt(choice.substring(equals + 1));
        require(writers.put(op, writer) == null, "two writers of what %d read", op);
      }
    }
    return writers;
  }

  // What certificates consist of.

  static boolean has(Object value, String name) {
    return ((Map<?, ?>) value).containsKey(name);
  }

  static Object get(Object value, String name) {
    return Objects.requireNonNull(((Map<?, ?>) value).get(name), "no " + name);
  }

  static List<?> list(Object value, String name) {
    return (List<?>) get(value, name);
  }

  static int number(Object value) {
    return Math.toIntExact((Long) value);
  }

  static int[] numbers(Object value, String name) {
    return list(value, name).stream().mapToInt(Verifier::number).toArray();
  }

  private static Set<String> choices(Object value, String name) {
    return list(value, name).stream().map(Object::toString).collect(Collectors.toSet());
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation is not worth a dependency
  static void require(boolean condition, String message, Object... details) {
    if (!condition) {
      throw new IllegalArgumentException(String.format(message, details));
    }
  }
}
