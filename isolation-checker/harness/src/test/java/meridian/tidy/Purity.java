package meridian.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What pure code may not say, and what to say instead.
///
/// The protocol gets inputs and returns effects. A clock, a thread, a file or an unseeded generator
/// inside it would make a run depend on more than its seed; so would any collection that is
/// iterated in an order that changes from run to run, or from one JDK to the next.
final class Purity {
  /// The packages without I/O, with all below them except adapters.
  static final List<String> PURE =
      List.of(
          "meridian.model",
          "meridian.txn",
          "meridian.node",
          "meridian.paxos",
          "meridian.participant",
          "meridian.schedule",
          "meridian.mvcc",
          "meridian.shard",
          "meridian.storage",
          "meridian.sim",
          "meridian.coordinate",
          "meridian.sequence");

  /// The last name of a package that adapts a pure one to a library.
  static final List<String> ADAPTERS = List.of("grpc", "lmdb");

  private static final Pattern NEVER = Pattern.compile("(?!)");

  private static final List<Rule> RULES =
      List.of(
          use("the time that the input carries")
              .insteadOf("System\\s*\\.\\s*(currentTimeMillis|nanoTime)\\b")
              .insteadOf("\\b(Instant|(Local|Zoned|Offset)\\w+|Year\\w*)\\s*\\.\\s*now\\b")
              .insteadOf("\\bjava\\.time\\.(\\*|Clock\\b|InstantSource\\b)")
              .insteadOf("\\bClock\\s*\\.\\s*(system|tick)\\w*")
              .insteadOf("\\bnew\\s+Date\\s*\\(\\s*\\)"),
          use("effects; one thread, the driver's, steps a node")
              .insteadOf("\\b(Thread|ThreadLocal|InheritableThreadLocal|ScopedValue)\\b")
              .insteadOf("\\bjava\\.util\\.(concurrent\\b|Timer)")
              .insteadOf("\\b(Executors?|(Scheduled)?ExecutorService|CompletableFuture)\\b")
              .insteadOf("\\b(synchronized|volatile)\\b"),
          use("a sequential stream").insteadOf("\\b(parallelStream\\b|parallel\\s*\\()"),
          use("an effect, or bytes in a ByteBuffer")
              .insteadOf("\\bjava\\.(io|net|sql)\\b")
              .insteadOf("\\bjava\\.nio\\.(file|channels)\\b"),
          use("an effect, an argument, or an Invariant.check")
              .insteadOf("\\bjava\\.(util\\.logging|lang\\.management)\\b")
              .insteadOf("\\bSystem\\s*\\.\\s*(in|out|err|exit|getenv|getPropert\\w+|getLogger)\\b")
              .insteadOf("\\b(ProcessHandle|ProcessBuilder|Runtime\\s*\\.\\s*getRuntime)\\b"),
          use("our own records; the codec is the adapter's")
              .insteadOf("\\b(io\\.(vertx|grpc|netty)|org\\.lmdbjava|com\\.google\\.protobuf)\\b"),
          use("the generator passed in")
              .insteadOf("\\bnew\\s+(Random|SplittableRandom)\\s*\\(\\s*\\)")
              .insteadOf("\\b(ThreadLocalRandom|SecureRandom)\\b")
              .insteadOf("\\bMath\\s*\\.\\s*random\\b")
              .insteadOf("\\bRandomGenerator\\s*\\.\\s*(of|getDefault)\\b")
              .insteadOf("\\bshuffle\\s*\\([^,()]*\\)"),
          use("an id made from a node and its counter")
              .insteadOf("\\bUUID\\s*\\.\\s*randomUUID\\b")
              .insteadOf("\\bidentityHashCode\\b"),
          use("TreeMap, EnumMap, or Collections.emptySortedMap()")
              .insteadOf("\\b(HashMap|IdentityHashMap|WeakHashMap|ConcurrentHashMap|Hashtable)\\b")
              .insteadOf("\\bMap\\s*\\.\\s*(of|ofEntries|copyOf)\\b"),
          use("TreeSet, EnumSet, or Collections.emptySortedSet()")
              .insteadOf("\\bHashSet\\b")
              .insteadOf("\\bSet\\s*\\.\\s*(of|copyOf)\\b"),
          use("Collectors.toCollection(TreeSet::new)").insteadOf("\\b(toSet|toUnmodifiableSet)\\b"),
          use("toMap or groupingBy with TreeMap::new")
              .insteadOf("\\b(toUnmodifiableMap|toConcurrentMap|groupingByConcurrent)\\b"),
          use("the same with TreeMap::new")
              .insteadOf("\\b(toMap|groupingBy)\\s*(?=\\()")
              .unlessItsArgumentsSay("\\b(TreeMap|EnumMap|LinkedHashMap)\\b"));

  /// One of our own types, imported or spelled out.
  private static final Pattern OURS = Pattern.compile("\\b(meridian(?:\\.[a-z]\\w*)*)\\.[A-Z*]");

  private Purity() {}

  /// One thing that pure code said and should not have.
  record Finding(int line, String found, String instead) {
    @Override
    public String toString() {
      return line + ": `" + found + "`; use " + instead;
    }
  }

  static List<Finding> findingsIn(String source) {
    var code = Code.of(source);
    var findings = new ArrayList<Finding>();
    RULES.forEach(rule -> rule.addFindings(code, findings));
    OURS.matcher(code.text())
        .results()
        .filter(match -> !isPure(match.group(1)))
        .map(match -> new Finding(code.lineOf(match.start()), match.group(1), "pure packages only"))
        .forEach(findings::add);
    return findings;
  }

  static boolean isPure(String packageName) {
    var lastName = packageName.substring(packageName.lastIndexOf('.') + 1);
    return !ADAPTERS.contains(lastName)
        && PURE.stream()
            .anyMatch(pure -> packageName.equals(pure) || packageName.startsWith(pure + "."));
  }

  private static Rule use(String instead) {
    return new Rule(List.of(), NEVER, instead);
  }

  private record Rule(List<Pattern> banned, Pattern excuse, String instead) {
    Rule insteadOf(String pattern) {
      var all = new ArrayList<>(banned);
      all.add(Pattern.compile(pattern));
      return new Rule(all, excuse, instead);
    }

    Rule unlessItsArgumentsSay(String pattern) {
      return new Rule(banned, Pattern.compile(pattern), instead);
    }

    void addFindings(Code code, List<Finding> findings) {
      for (var pattern : banned) {
        pattern
            .matcher(code.text())
            .results()
            .filter(match -> !excuse.matcher(code.argumentsAfter(match.end())).find())
            .map(match -> new Finding(code.lineOf(match.start()), match.group().strip(), instead))
            .forEach(findings::add);
      }
    }
  }
}
