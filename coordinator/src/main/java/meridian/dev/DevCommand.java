package meridian.dev;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import meridian.client.Database;
import meridian.client.Meridian;
import meridian.client.MeridianException;
import meridian.client.Options;
import meridian.history.Recorder;
import meridian.runtime.NodeDriver;
import meridian.server.BadConfig;
import meridian.server.ExitCode;
import meridian.server.Logging;
import meridian.shell.ShellOptions;
import meridian.shell.ShellRunner;
import meridian.storage.StoreUnusable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `meridian dev`: a whole multi-region cluster in one process, with a shell that can break it.
@Command(
    name = "dev",
    description = {
      "Starts a whole multi-region cluster in this process, and opens a shell.",
      "",
      "Nodes are as real as a server's: their files, their streams on loopback, and on each stream"
          + " the delay of the wide area between two regions. With -e or standard input it runs"
          + " commands on a fresh cluster, prints what they answer, and ends."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "%nEnds with%n",
    exitCodeList = {
      " 0:everything worked",
      " 1:a command can never work as it was given; nothing of it happened",
      " 2:a transaction did not commit, because of others or of time; nothing of it happened",
      " 3:nobody said in time whether a transaction committed",
      "64:it was called wrongly, or a command was not understood",
      ExitCode.HELP_UNAVAILABLE,
      ExitCode.HELP_INTERNAL,
      ExitCode.HELP_CANNOT_CREATE,
      ExitCode.HELP_IO,
      ExitCode.HELP_CONFIG
    },
    exitCodeOnInvalidInput = ExitCode.USAGE,
    footerHeading = "%nExamples:%n",
    footer = {
      "  meridian dev",
      "  meridian dev --regions oregon,iowa,sydney --rtt oregon-sydney=80ms --data ./try",
      "  meridian dev -e 'put a 1; get a'",
      "  meridian dev --headless --port 7101"
    })
public final class DevCommand implements Callable<Integer> {
  private static final long LEADERS_MILLIS_MAX = 10_000;

  @Spec private CommandSpec spec;
  @Mixin private DevOptions options;
  @Mixin private ShellOptions shell;

  @Option(names = "--headless", description = "Only serve; no shell.")
  private boolean headless;

  @Override
  public Integer call() throws InterruptedException {
    long begun = System.nanoTime();
    boolean script =
        !headless
            && (spec.commandLine().getParseResult().hasMatchedOption("--execute")
                || !ShellRunner.isTerminal());
    try {
      DevPlan plan = options.plan(script);
      Stay stay = new Stay(plan.data(), !options.keepsData(script));
      Logging.toFile(plan.data().resolve("dev.log"));
      try (DevCluster cluster = DevCluster.start(plan, NodeDriver.HALT)) {
        if (options.keepsData(script)) {
          Files.writeString(
              plan.data().resolve(DevOptions.CLUSTER_FILE), cluster.clusterFile().toYaml());
        }
        cluster.awaitLeaders(LEADERS_MILLIS_MAX);
        String banner = Banner.of(cluster, (System.nanoTime() - begun) / 1_000_000);
        return headless ? serve(cluster, banner, stay) : openShell(cluster, banner);
      } finally {
        stay.end(script ? Optional.empty() : Optional.of(spec.commandLine().getOut()));
      }
    } catch (BadConfig
        | IOException
        | UncheckedIOException
        | StoreUnusable
        | MeridianException failure) {
      return ExitCode.report(failure, spec.commandLine().getErr());
    }
  }

  private int openShell(DevCluster cluster, String banner) {
    Optional<Recorder> recorder = shell.recorder();
    Options how = Options.defaults().withRegion(cluster.members().getFirst().region().name());
    try (Database database =
        Meridian.connect(Banner.endpoints(cluster), recorder.map(how::withRecorder).orElse(how))) {
      var commandLine = spec.commandLine();
      return ShellRunner.run(
          database,
          new DevCommands(cluster),
          shell,
          banner,
          commandLine.getOut(),
          commandLine.getErr());
    } finally {
      recorder.ifPresent(Recorder::close);
    }
  }

  private int serve(DevCluster cluster, String banner, Stay stay) throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    out.println(banner);
    out.flush();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  cluster.close();
                  stay.end(Optional.of(out));
                  Runtime.getRuntime().halt(ExitCode.OK);
                },
                "meridian-stop"));
    new CountDownLatch(1).await();
    return ExitCode.OK;
  }

  /// What becomes of the files in the end.
  private record Stay(Path data, boolean removes) {
    void end(Optional<PrintWriter> out) {
      if (removes) {
        remove(data);
      } else {
        out.ifPresent(
            to -> {
              to.println("The files stay: meridian dev --data " + data + " goes on with them.");
              to.flush();
            });
      }
    }

    private static void remove(Path folder) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      } catch (IOException leftOver) {
        // It is in the folder for temporary files, which somebody empties.
      }
    }
  }
}
