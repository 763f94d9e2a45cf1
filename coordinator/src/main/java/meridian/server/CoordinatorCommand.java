package meridian.server;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `meridian coordinator`: a coordinator without shards, next to an application.
@Command(
    name = "coordinator",
    description = {
      "Runs a coordinator of its own, next to an application: it answers clients, and keeps nothing"
          + " on disk.",
      "",
      "There is no TLS yet: without --insecure it listens on loopback only. SIGTERM stops it."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nEnds with%n",
    exitCodeList = {
      ExitCode.HELP_OK,
      ExitCode.HELP_USAGE,
      ExitCode.HELP_UNAVAILABLE,
      ExitCode.HELP_INTERNAL,
      ExitCode.HELP_IO,
      ExitCode.HELP_CONFIG
    },
    exitCodeOnInvalidInput = ExitCode.USAGE)
public final class CoordinatorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Flags flags;

  @Option(names = "--region", paramLabel = "REGION", description = "The region that it stands in.")
  private Optional<String> region = Optional.empty();

  @Override
  public Integer call() throws InterruptedException {
    try {
      NodeConfig config = NodeConfig.coordinator(flags.told(Map.of("region", region)));
      return Launch.run(config, flags.printConfig(), spec);
    } catch (BadConfig bad) {
      return ExitCode.report(bad, spec.commandLine().getErr());
    }
  }
}
