package meridian.shell;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import meridian.client.Database;
import meridian.client.Meridian;
import meridian.client.MeridianException;
import meridian.client.Options;
import meridian.client.Version;
import meridian.history.Recorder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `meridian shell`: a shell on a cluster that runs elsewhere.
@Command(
    name = "shell",
    description = "Opens a shell on a running cluster, or runs a script on it.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeOnInvalidInput = Exit.USAGE,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:everything worked",
      " 1:a command can never work as it was given; nothing of it happened",
      " 2:a transaction did not commit, because of others or of time; nothing of it happened",
      " 3:nobody said in time whether a transaction committed",
      "64:called wrongly, or a command was not understood",
      "69:no coordinator could be reached",
      "74:output or a file could not be written"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  meridian shell --connect localhost:7400",
      "  meridian shell --connect eu-1:7400,us-1:7400 -e 'put a 1; get a'",
      "  meridian shell --connect localhost:7400 --format json < script.txt"
    })
public final class ShellCommand implements Callable<Integer> {
  @Option(
      names = {"-c", "--connect"},
      paramLabel = "HOST:PORT,...",
      required = true,
      description = "Coordinators to use, the nearest first; or MERIDIAN_CONNECT.",
      defaultValue = "${env:MERIDIAN_CONNECT}")
  private String endpoints = "";

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "How long a transaction and the first connection may take (${DEFAULT-VALUE}).",
      defaultValue = "10")
  private int timeoutSeconds = 10;

  @Mixin private ShellOptions shell = new ShellOptions();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Optional<Recorder> recorder;
    Database database;
    try {
      recorder = shell.recorder();
      database = Meridian.connect(endpoints, options(recorder));
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()));
    } catch (MeridianException unreachable) {
      return fail(Exit.UNAVAILABLE, unreachable);
    } catch (UncheckedIOException unwritable) {
      return fail(Exit.IO, unwritable);
    }
    try (database) {
      String greeting =
          "Meridian "
              + Version.CURRENT
              + ", connected to "
              + endpoints
              + ". \\help shows commands.";
      CommandLine line = spec.commandLine();
      return ShellRunner.run(
          database, ClusterCommands.NONE, shell, greeting, line.getOut(), line.getErr());
    } finally {
      recorder.ifPresent(Recorder::close);
    }
  }

  private Options options(Optional<Recorder> recorder) {
    Duration timeout = Duration.ofSeconds(timeoutSeconds);
    Options options = Options.defaults().withTimeout(timeout).withConnectTimeout(timeout);
    return recorder.map(options::withRecorder).orElse(options);
  }

  private int fail(int exitCode, RuntimeException why) {
    spec.commandLine().getErr().println("error: " + why.getMessage());
    return exitCode;
  }
}
