package meridian.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import meridian.bench.load.Loop;
import meridian.bench.load.Plan;
import meridian.bench.load.Records;
import meridian.bench.load.Tally;

/// The process that drives a peer, and does what it is told: see [meridian.bench.load.Answering].
/// It is built from a source checkout when it is first wanted.
final class PeerProcess implements AutoCloseable {
  private static final String SOURCES = "coordinator/src/peers";
  private static final String SHARED_SOURCES = "coordinator/src/main/java/meridian/bench/load";
  private static final String BUILT = "coordinator/target/peers";
  private static final long BUILD_MINUTES = 10;

  private final Child child;
  private final BufferedWriter in;
  private final BufferedReader out;

  private PeerProcess(Child child) {
    this.child = child;
    this.in = child.process().outputWriter();
    this.out = child.process().inputReader();
  }

  /// Starts it, built first if its sources are newer.
  ///
  /// @param main the class to run
  /// @param log what it says besides
  static PeerProcess start(String main, Path log)
      throws Trouble, IOException, InterruptedException {
    Path checkout =
        checkout()
            .orElseThrow(
                () ->
                    new Trouble(
                        "a peer's client is not part of a release: run this from a source checkout"));
    Path built = checkout.resolve(BUILT);
    if (!isFresh(checkout, built.resolve("lib"))) {
      build(checkout, log);
    }
    List<String> command = new ArrayList<>(Child.java());
    command.addAll(List.of("-cp", built.resolve("classes") + ":" + built.resolve("lib") + "/*"));
    command.add(main);
    return new PeerProcess(Child.start(command, log, true));
  }

  /// The checkout that this runs from: above our classes, or above where we were called.
  private static Optional<Path> checkout() {
    List<Path> starts = new ArrayList<>();
    for (String part : System.getProperty("java.class.path").split(":", -1)) {
      starts.add(Path.of(part).toAbsolutePath());
    }
    starts.add(Path.of("").toAbsolutePath());
    return starts.stream()
        .flatMap(start -> Stream.iterate(start, path -> path != null, Path::getParent))
        .filter(folder -> Files.exists(folder.resolve(SOURCES).resolve("pom.xml")))
        .findFirst();
  }

  private static boolean isFresh(Path checkout, Path lib) throws IOException {
    if (!Files.isDirectory(lib)) {
      return false;
    }
    var built = Files.getLastModifiedTime(lib);
    try (var own = Files.walk(checkout.resolve(SOURCES));
        var shared = Files.walk(checkout.resolve(SHARED_SOURCES))) {
      for (Path source : Stream.concat(own, shared).toList()) {
        if (Files.getLastModifiedTime(source).compareTo(built) > 0) {
          return false;
        }
      }
    }
    return true;
  }

  private static void build(Path checkout, Path log)
      throws Trouble, IOException, InterruptedException {
    Path pom = checkout.resolve(SOURCES).resolve("pom.xml");
    ProcessBuilder maven =
        new ProcessBuilder("mvn", "-q", "-B", "-f", pom.toString(), "clean", "process-classes")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    maven.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process building;
    try {
      building = maven.start();
    } catch (IOException noMaven) {
      throw new Trouble("building a peer's client needs Maven: install maven", noMaven);
    }
    if (!building.waitFor(BUILD_MINUTES, TimeUnit.MINUTES) || building.exitValue() != 0) {
      building.destroyForcibly();
      throw new Trouble("the peer's client does not build:\n" + Files.readString(log));
    }
  }

  /// Connects to a cluster.
  void open(List<String> endpoints, Records records) throws Trouble, IOException {
    ask(
        "open %s %d %d"
            .formatted(String.join(",", endpoints), records.loaded(), records.valueBytes()));
  }

  void load() throws Trouble, IOException {
    ask("load");
  }

  void check() throws Trouble, IOException {
    ask("check");
  }

  void disconnect() throws Trouble, IOException {
    ask("close");
  }

  Tally run(Plan plan, Loop.Watcher watcher) throws Trouble, IOException {
    tell(
        "run %s %d %d %d %d"
            .formatted(
                plan.workload().title(),
                plan.clients(),
                plan.warmUpMillis(),
                plan.millis(),
                plan.seed()));
    while (true) {
      String[] words = hear().split(" ", 2);
      switch (words[0]) {
        case "progress" -> {
          String[] numbers = words[1].split(" ", -1);
          watcher.goesOn(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
        }
        case "begins" -> watcher.begins();
        case "ends" -> watcher.ends();
        case "tally" -> {
          return Tally.ofLine(words[1]);
        }
        default -> throw new Trouble("the peer's client says: " + String.join(" ", words));
      }
    }
  }

  private void ask(String line) throws Trouble, IOException {
    tell(line);
    String answer = hear();
    if (!answer.equals("done")) {
      throw new Trouble("the peer's client says: " + answer);
    }
  }

  private void tell(String line) throws IOException {
    in.write(line);
    in.newLine();
    in.flush();
  }

  private String hear() throws Trouble, IOException {
    String line = out.readLine();
    if (line == null) {
      throw new Trouble("the peer's client has ended:\n" + child.lastWords());
    }
    return line;
  }

  ProcessHandle process() {
    return child.process().toHandle();
  }

  @Override
  public void close() {
    child.close();
  }
}
