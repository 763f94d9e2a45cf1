package meridian.harness.torture;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import meridian.checker.Level;
import meridian.harness.cluster.ServerCluster;
import meridian.harness.workload.Workloads;
import meridian.server.HostPort;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What `meridian torture` can be told.
final class TortureOptions {
  private static final int NODES_USUAL = 3;
  private static final int SECONDS_USUAL = 30;
  private static final List<Nemesis> USUAL = List.of(Nemesis.KILL, Nemesis.PAUSE);
  private static final List<Nemesis> USUAL_IN_PROCESS =
      List.of(Nemesis.KILL, Nemesis.PARTITION, Nemesis.CLOCK);
  private static final long SEEDS = 1_000_000;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--connect",
      split = ",",
      paramLabel = "HOST:PORT",
      description = "A cluster that is running. It gets workloads, and no nemesis.")
  private List<String> connect = List.of();

  @Option(
      names = "--processes",
      paramLabel = "N",
      description = "Start so many servers as processes on loopback (default: 3).")
  private Optional<Integer> processes = Optional.empty();

  @Option(
      names = "--in-process",
      paramLabel = "N",
      description = "Start so many nodes in this process.")
  private Optional<Integer> inProcess = Optional.empty();

  @Option(
      names = "--workload",
      split = ",",
      paramLabel = "NAME",
      completionCandidates = WorkloadNames.class,
      description = "Some of ${COMPLETION-CANDIDATES} (default: all).")
  private List<String> workloads = List.of();

  @Option(
      names = "--nemesis",
      split = ",",
      paramLabel = "NAME",
      description = {
        "Some of these, or none (default: kill,pause; in one process kill,partition,clock).",
        "kill: SIGKILL to a server, which starts again from its files; in one process, a crash.",
        "kill-all: the same to all at once.",
        "pause: SIGSTOP to a server, later SIGCONT; only --processes.",
        "partition: a node can neither send to the others nor hear them; what processes send stands"
            + " still meanwhile, and comes later. Processes need Linux for it.",
        "clock: a node's wall clock is up to half a second wrong; only --in-process."
      })
  private List<String> nemeses = List.of();

  @Option(names = "--seconds", paramLabel = "S", description = "For how long (default: 30).")
  private Optional<Integer> seconds = Optional.empty();

  @Option(names = "--minutes", paramLabel = "M", description = "For how long, in minutes.")
  private Optional<Integer> minutes = Optional.empty();

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "Clients of each workload (default: ${DEFAULT-VALUE}).")
  private int clients = 3;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description =
          "Steps a second, of all clients together; 0 for as many as they can (default:"
              + " ${DEFAULT-VALUE}).")
  private int rate = 400;

  @Option(
      names = "--level",
      split = ",",
      paramLabel = "LEVEL",
      description = "Levels that must hold, if not one alone. All eleven are checked.")
  private List<String> levels = List.of();

  @Option(
      names = "--expect",
      paramLabel = "LEVEL",
      description = "The level that must hold (default: ${DEFAULT-VALUE}).")
  private String expect = Level.STRICT_SERIALIZABLE.label();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where everything goes (default: a new folder torture-SEED).")
  private Optional<Path> out = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Names what clients and nemesis choose (default: any). Threads and network are as they"
              + " are: the same seed is not the same run.")
  private Optional<Long> seed = Optional.empty();

  /// For the help.
  static final class WorkloadNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Workloads.names().iterator();
    }
  }

  /// What to run.
  ///
  /// @throws ParameterException if it makes no sense
  Settings settings() {
    if (seconds.isPresent() && minutes.isPresent()) {
      throw wrong("--seconds or --minutes, not both");
    }
    Duration time =
        minutes.map(Duration::ofMinutes).orElse(Duration.ofSeconds(seconds.orElse(SECONDS_USUAL)));
    if (time.isNegative() || time.isZero() || clients < 1 || rate < 0) {
      throw wrong("--seconds, --minutes and --clients: 1 or more; --rate: 0 or more");
    }
    long named = seed.orElse(System.nanoTime() % SEEDS);
    return new Settings(
        workloads(),
        nemeses(),
        time,
        clients,
        rate,
        named,
        levels.isEmpty() ? List.of(level(expect)) : levels.stream().map(this::level).toList(),
        out.orElse(Path.of("torture-" + named)));
  }

  private List<String> workloads() {
    List<String> known = Workloads.names();
    workloads.stream()
        .filter(name -> !known.contains(name))
        .findFirst()
        .ifPresent(name -> refuse("--workload", name, known));
    return workloads.isEmpty() ? known : workloads.stream().distinct().toList();
  }

  private void refuse(String option, String name, List<String> known) {
    throw wrong(
        "%s: there is no %s; there are %s".formatted(option, name, String.join(", ", known)));
  }

  private List<Nemesis> nemeses() {
    List<Nemesis> able = able();
    if (nemeses.isEmpty()) {
      return inProcess.isPresent() ? USUAL_IN_PROCESS : able.isEmpty() ? List.of() : USUAL;
    }
    if (nemeses.equals(List.of("none"))) {
      return List.of();
    }
    return nemeses.stream().distinct().map(name -> nemesis(name, able)).toList();
  }

  private Nemesis nemesis(String name, List<Nemesis> able) {
    Nemesis kind = Nemesis.named(name).orElseThrow(() -> noNemesis(name));
    if (!able.contains(kind)) {
      throw wrong(
          connect.isEmpty()
              ? "--nemesis: %s is not for this cluster; it takes %s"
                  .formatted(name, String.join(", ", able.stream().map(Nemesis::label).toList()))
              : "--nemesis: with --connect the processes are not ours to break; break them by other"
                  + " means while this runs");
    }
    return kind;
  }

  private ParameterException noNemesis(String name) {
    return wrong(
        "--nemesis: there is no %s; there are none, %s"
            .formatted(name, String.join(", ", Nemesis.labels())));
  }

  /// The faults that the cluster can be given.
  private List<Nemesis> able() {
    if (!connect.isEmpty()) {
      return List.of();
    }
    return List.copyOf(inProcess.isPresent() ? InProcessTarget.NEMESES : ProcessTarget.NEMESES);
  }

  private Level level(String name) {
    return Level.named(name)
        .orElseThrow(
            () ->
                wrong(
                    "no level is called %s; there are %s"
                        .formatted(
                            name,
                            String.join(
                                ", ", Level.weakestFirst().stream().map(Level::label).toList()))));
  }

  /// Starts the cluster, or finds it.
  ///
  /// @param folder for its files
  /// @throws IOException if it does not start
  Target target(Path folder) throws IOException, InterruptedException {
    if (!connect.isEmpty()) {
      return new ConnectedTarget(connect);
    }
    return inProcess.isPresent()
        ? InProcessTarget.start(folder, inProcess.get())
        : ProcessTarget.start(
            folder, processes.orElse(NODES_USUAL), nemeses.contains(Nemesis.PARTITION.label()));
  }

  /// Refuses what makes no sense as a cluster, before anything is written.
  void checkCluster() {
    long ways =
        Stream.of(!connect.isEmpty(), processes.isPresent(), inProcess.isPresent())
            .filter(given -> given)
            .count();
    if (ways > 1) {
      throw wrong("one of --connect, --processes and --in-process");
    }
    Stream.of(processes, inProcess)
        .flatMap(Optional::stream)
        .filter(nodes -> nodes < 1 || nodes > ServerCluster.NODES_MAX)
        .forEach(
            nodes -> {
              throw wrong("want 1 to " + ServerCluster.NODES_MAX + " nodes, not " + nodes);
            });
    for (String address : connect) {
      try {
        HostPort.parse(address);
      } catch (IllegalArgumentException bad) {
        throw wrong("--connect " + address + ": " + bad.getMessage());
      }
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
