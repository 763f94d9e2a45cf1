package meridian.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Reads the sources of the pure packages and fails on whatever could make one seed two runs.
class PurityTest {
  /// Pure packages that may still be empty. Strike each when it gets its first class: from then on
  /// a package that has moved away from under this test is noticed.
  private static final List<String> NOT_YET_WRITTEN =
      List.of("meridian.schedule", "meridian.sequence");

  @Test
  void pureCodeNeverReachesForTheWorld() {
    var complaints = new ArrayList<String>();
    sourcesByPackage()
        .forEach(
            (packageName, files) -> {
              if (Purity.isPure(packageName)) {
                files.forEach(
                    file ->
                        Purity.findingsIn(read(file))
                            .forEach(
                                finding ->
                                    complaints.add(root().relativize(file) + ":" + finding)));
              }
            });
    if (!complaints.isEmpty()) {
      fail("\n" + String.join("\n", complaints));
    }
  }

  @Test
  void everyPurePackageIsThereToBeRead() {
    var written = sourcesByPackage().keySet();
    var missing =
        Purity.PURE.stream()
            .filter(pure -> !NOT_YET_WRITTEN.contains(pure) && !written.contains(pure))
            .toList();
    assertEquals(List.of(), missing, "pure packages without sources, have they been renamed?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "long t = System.nanoTime();",
        "var t = Instant.now();",
        "import java.time.Clock;",
        "var t = new Date();",
        "Thread.sleep(1);",
        "import java.util.concurrent.atomic.AtomicLong;",
        "CompletableFuture<Long> f;",
        "synchronized (this) {}",
        "private volatile int x;",
        "list.parallelStream();",
        "import java.io.File;",
        "import java.net.Socket;",
        "import java.nio.file.Path;",
        "System.out.println();",
        "import io.vertx.core.Vertx;",
        "import org.lmdbjava.Env;",
        "import meridian.wire.PingRequest;",
        "import meridian.storage.lmdb.LmdbStore;",
        "import static meridian.runtime.Driver.drain;",
        "new Random();",
        "new SplittableRandom( );",
        "Math.random();",
        "UUID.randomUUID();",
        "Collections.shuffle(list);",
        "System.identityHashCode(x);",
        "new HashMap<>();",
        "new java.util.HashSet<>();",
        "new IdentityHashMap<>();",
        "Map.of(1, 2);",
        "Map\n    .copyOf(map);",
        "import static java.util.Set.of;",
        "s.collect(Collectors.toSet());",
        "s.collect(toMap(a -> a, a -> b(a)));",
        "s.collect(Collectors.groupingBy(a -> a, counting())); new TreeMap<>();",
      })
  void findsWhatPureCodeMayNotSay(String line) {
    assertEquals(1, Purity.findingsIn("class C {}\n" + line).size(), line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "// Thread, HashMap, System.nanoTime()",
        "/// As `Map.of` would, \"HashSet\".",
        "/* \" */ /* new Random() */",
        "var s = \"new Random() \\\" Thread\";",
        "var s = \"\"\"\n    Thread \"quoted\" HashMap\n    \"\"\";",
        "var c = '\"'; // Thread",
        "new Random(seed);",
        "new TreeMap<>(); new LinkedHashMap<>(); EnumSet.of(A); List.of();",
        "s.collect(toMap(a -> a, a -> b(a), (a, b) -> a, TreeMap::new));",
        "s.collect(Collectors.groupingBy(a -> a, TreeMap::new, counting()));",
        "Collections.shuffle(list, random);",
        "record SimClock(long micros) {}",
        "record Timer(long afterMicros) {}",
        "import meridian.model.Key;",
      })
  void leavesAloneWhatItMay(String line) {
    assertEquals(List.of(), Purity.findingsIn("class C {}\n" + line), line);
  }

  @Test
  void saysWhereAndWhatInstead() {
    var finding = Purity.findingsIn("/* two\nlines */\nlong t = System.nanoTime();").getFirst();
    assertEquals("3: `System.nanoTime`; use the time that the input carries", finding.toString());
  }

  /// The main sources of every module, by package.
  private static SortedMap<String, List<Path>> sourcesByPackage() {
    var found = new TreeMap<String, List<Path>>();
    for (var sources : sourceRoots()) {
      try (var files = Files.walk(sources)) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .sorted()
            .forEach(
                file -> {
                  var folder = sources.relativize(file.getParent()).toString();
                  var packageName = folder.replace(folder.contains("\\") ? '\\' : '/', '.');
                  found.computeIfAbsent(packageName, _ -> new ArrayList<>()).add(file);
                });
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return found;
  }

  private static List<Path> sourceRoots() {
    var inSource = Path.of("src", "main", "java");
    try (var folders = Files.walk(root(), 2)) {
      return folders.map(folder -> folder.resolve(inSource)).filter(Files::isDirectory).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The top of the checkout: where Maven's own folder is.
  private static Path root() {
    var folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve(".mvn"))) {
      var above = folder.getParent();
      assertTrue(above != null, "not below a checkout");
      folder = above;
    }
    return folder;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
