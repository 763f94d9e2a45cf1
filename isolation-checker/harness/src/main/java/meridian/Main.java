package meridian;

import meridian.bench.BenchCommand;
import meridian.checker.cli.CheckCommand;
import meridian.checker.cli.VerifyCertificateCommand;
import meridian.client.Version;
import meridian.dev.DevCommand;
import meridian.harness.torture.TortureCommand;
import meridian.server.CoordinatorCommand;
import meridian.server.ServerCommand;
import meridian.shell.ShellCommand;
import meridian.simulate.SimulateCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `meridian`: the command that every other is a subcommand of.
///
/// It ends with 0 when all went well, with 64 when it was called wrongly; what else a number means,
/// each subcommand says.
@Command(
    name = "meridian",
    description = "A sharded, geo-distributed, transactional key-value store.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.ReleaseVersion.class,
    subcommands = {
      DevCommand.class,
      ServerCommand.class,
      CoordinatorCommand.class,
      ShellCommand.class,
      BenchCommand.class,
      SimulateCommand.class,
      CheckCommand.class,
      VerifyCertificateCommand.class,
      TortureCommand.class
    },
    exitCodeOnInvalidInput = Main.USAGE)
public final class Main implements Runnable {
  /// The exit code of a call that makes no sense (`EX_USAGE` of sysexits).
  public static final int USAGE = 64;

  @Spec private CommandSpec spec;

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /// The whole tree of commands, ready to execute.
  static CommandLine commandLine() {
    return new CommandLine(new Main());
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command?");
  }

  /// Prints the version that the build put into `version.properties`.
  static final class ReleaseVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"meridian " + Version.CURRENT};
    }
  }
}
