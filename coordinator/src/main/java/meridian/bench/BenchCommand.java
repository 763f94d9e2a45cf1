package meridian.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import meridian.bench.load.Plan;
import meridian.bench.load.Records;
import meridian.bench.load.Workload;
import meridian.client.MeridianException;
import meridian.server.ExitCode;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `meridian bench`: measures a cluster, and a peer in turn with it.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures how many transactions a second a cluster does, how long each takes, and what it costs.",
      "",
      "Clients ask in a closed loop: each waits for its answer before it asks again. Without a word about",
      "which cluster, it starts three servers of its own, with their files in a temporary folder. Keys",
      "are 17 characters that begin with a letter; with --connect, they overwrite what is there."
    },
    exitCodeOnInvalidInput = ExitCode.USAGE)
public final class BenchCommand implements Callable<Integer> {
  private static final int PROCESSES = 3;
  private static final int ROUNDS_WITH_PEER = 3;
  private static final double MILLIS_PER_SECOND = 1e3;

  /// Which cluster.
  static final class Where {
    @Option(
        names = "--connect",
        paramLabel = "URI",
        description = "The cluster at meridian://host:port,host:port")
    private Optional<String> connect = Optional.empty();

    @Option(
        names = "--processes",
        paramLabel = "N",
        description = "One of so many servers, started for the purpose (default: 3)")
    private Optional<Integer> processes = Optional.empty();

    @Option(names = "--embedded", description = "One of three nodes in this process")
    private boolean embedded;
  }

  @ArgGroup private Where where = new Where();

  @Option(
      names = "--workload",
      paramLabel = "NAME",
      split = ",",
      converter = WorkloadName.class,
      defaultValue = "transfer",
      description = "put, get, transfer, scan, ycsb-a to ycsb-f; several one after the other")
  private List<Workload> workloads = List.of();

  @Option(names = "--clients", paramLabel = "N", defaultValue = "64", description = "At once (64)")
  private int clients;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "10",
      description = "Measured (10), after warming up")
  private double seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      defaultValue = "5",
      description = "Not measured (5), before each measurement")
  private double warmUp;

  @Option(
      names = "--keys",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Loaded first (100000)")
  private long keys;

  @Option(
      names = "--value-bytes",
      paramLabel = "N",
      defaultValue = "100",
      description = "Of each value (100)")
  private int valueBytes;

  @Option(
      names = "--shards",
      paramLabel = "N",
      defaultValue = "4",
      description = "Of a cluster that is started for the purpose (4)")
  private int shards;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of what clients ask (1)")
  private long seed;

  @Option(
      names = "--peer",
      paramLabel = "NAME",
      description = "Measure etcd as well, in turn; needs a source checkout and etcd-server")
  private Optional<String> peer = Optional.empty();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often (3 with a peer, else 1); of several, ratios are medians")
  private Optional<Integer> rounds = Optional.empty();

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "Write down what clients see, for meridian check")
  private Optional<Path> record = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where the files of clusters go meanwhile (the folder for temporary files)")
  private Path data = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(
      names = "--no-wide-area",
      description = "Do not count wide-area round trips, which takes a few seconds a workload")
  private boolean noWideArea;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table, json or csv")
  private String format = "table";

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = settings();
    Report.Format printed = printed();
    boolean onTerminal = System.console() != null && System.console().isTerminal();
    Progress progress = new Progress(System.err, onTerminal);
    try {
      Report report = new Bench(settings, progress).run();
      progress.clear();
      report.print(printed, spec.commandLine().getOut());
      return ExitCode.OK;
    } catch (Trouble trouble) {
      return fail(progress, trouble, ExitCode.UNAVAILABLE);
    } catch (MeridianException unreachable) {
      return fail(progress, unreachable, ExitCode.UNAVAILABLE);
    } catch (IOException failure) {
      return fail(progress, failure, ExitCode.IO);
    }
  }

  private int fail(Progress progress, Exception failure, int code) {
    progress.clear();
    spec.commandLine().getErr().println("meridian: " + failure.getMessage());
    spec.commandLine().getErr().flush();
    return code;
  }

  private Settings settings() {
    try {
      List<Plan> plans = new ArrayList<>();
      for (Workload workload : workloads) {
        plans.add(new Plan(workload, clients, millis(warmUp), millis(seconds), seed));
      }
      peer.filter(name -> !name.equals("etcd"))
          .ifPresent(
              name -> {
                throw new IllegalArgumentException("there is no peer '" + name + "', only etcd");
              });
      return new Settings(
          whose(),
          plans,
          new Layout(where.processes.orElse(PROCESSES), shards),
          new Records(keys, valueBytes).loaded(),
          valueBytes,
          peer.isPresent(),
          rounds.orElse(peer.isPresent() ? ROUNDS_WITH_PEER : 1),
          record,
          data,
          !noWideArea && where.connect.isEmpty());
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
    }
  }

  private Settings.Whose whose() {
    if (where.connect.isPresent()) {
      return new Settings.Theirs(where.connect.get());
    }
    return where.embedded ? new Settings.InThisProcess() : new Settings.InProcesses();
  }

  private Report.Format printed() {
    try {
      return Report.Format.valueOf(format.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      throw new ParameterException(
          spec.commandLine(), "--format is table, json or csv, not " + format, unknown);
    }
  }

  private static long millis(double seconds) {
    return Math.round(seconds * MILLIS_PER_SECOND);
  }

  /// Workloads by the names that they have here.
  static final class WorkloadName implements ITypeConverter<Workload> {
    @Override
    public Workload convert(String name) {
      return Workload.titled(name);
    }
  }
}
