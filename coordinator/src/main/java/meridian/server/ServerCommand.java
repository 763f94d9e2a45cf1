package meridian.server;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `meridian server`: a node of a cluster as a process.
@Command(
    name = "server",
    description = {
      "Runs one node of a cluster: replicas of shards, and a coordinator that answers clients.",
      "",
      "A node's configuration is a YAML file (node, cluster, data, listen, health, ...); each of its"
          + " keys can also be given as a variable, MERIDIAN_LISTEN for listen, and most as a flag."
          + " There is no TLS yet: without --insecure it listens on loopback only. SIGTERM stops it."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nEnds with%n",
    exitCodeList = {
      ExitCode.HELP_OK,
      ExitCode.HELP_USAGE,
      ExitCode.HELP_UNAVAILABLE,
      ExitCode.HELP_INTERNAL,
      ExitCode.HELP_CANNOT_CREATE,
      ExitCode.HELP_IO,
      ExitCode.HELP_CONFIG
    },
    exitCodeOnInvalidInput = ExitCode.USAGE)
public final class ServerCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Flags flags;

  @Option(names = "--node", paramLabel = "N", description = "Which of the cluster's nodes this is.")
  private Optional<String> node = Optional.empty();

  @Option(names = "--data", paramLabel = "DIR", description = "The node's data directory.")
  private Optional<String> data = Optional.empty();

  @Override
  public Integer call() throws InterruptedException {
    try {
      NodeConfig config = NodeConfig.server(flags.told(Map.of("node", node, "data", data)));
      return Launch.run(config, flags.printConfig(), spec);
    } catch (BadConfig bad) {
      return ExitCode.report(bad, spec.commandLine().getErr());
    }
  }
}
