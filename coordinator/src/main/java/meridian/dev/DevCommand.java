package meridian.dev;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import meridian.runtime.NodeDriver;
import meridian.server.BadConfig;
import meridian.server.ExitCode;
import meridian.storage.StoreUnusable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `meridian dev`: a whole multi-region cluster in one process, with a shell.
@Command(
    name = "dev",
    description = "Starts a whole multi-region cluster in this process, and opens a shell.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nEnds with%n",
    exitCodeList = {
      "0:all went well",
      ExitCode.HELP_USAGE,
      ExitCode.HELP_UNAVAILABLE,
      ExitCode.HELP_INTERNAL,
      ExitCode.HELP_CANNOT_CREATE,
      ExitCode.HELP_IO,
      ExitCode.HELP_CONFIG
    },
    exitCodeOnInvalidInput = ExitCode.USAGE)
public final class DevCommand implements Callable<Integer> {
  private static final long LEADERS_MILLIS = 10_000;

  @Spec private CommandSpec spec;
  @Mixin private DevOptions options;

  @Option(names = "--headless", description = "Only serve; no shell.")
  private boolean headless;

  @Override
  public Integer call() throws InterruptedException {
    long begun = System.nanoTime();
    var out = spec.commandLine().getOut();
    try (DevCluster cluster = DevCluster.start(options.plan(!headless), NodeDriver.HALT)) {
      cluster.awaitLeaders(LEADERS_MILLIS);
      out.println(Banner.of(cluster, (System.nanoTime() - begun) / 1_000_000));
      out.flush();
      new CountDownLatch(1).await();
      return ExitCode.OK;
    } catch (BadConfig | IOException | StoreUnusable failure) {
      return ExitCode.report(failure, spec.commandLine().getErr());
    }
  }
}
