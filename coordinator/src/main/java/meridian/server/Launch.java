package meridian.server;

import java.io.IOException;
import meridian.storage.StoreUnusable;
import picocli.CommandLine.Model.CommandSpec;

/// What a command does once it knows its configuration.
final class Launch {
  private Launch() {}

  /// Shows the configuration, or runs the node until it is told to stop.
  ///
  /// @return what to end with
  static int run(NodeConfig config, boolean printConfig, CommandSpec spec)
      throws InterruptedException {
    var out = spec.commandLine().getOut();
    if (printConfig) {
      out.print(config.effective());
      out.flush();
      return ExitCode.OK;
    }
    try {
      new Process(config, out).run();
      return ExitCode.OK;
    } catch (IOException | StoreUnusable failure) {
      return ExitCode.report(failure, spec.commandLine().getErr());
    }
  }
}
