package meridian.harness.torture;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import meridian.checker.format.Json;
import meridian.client.MeridianException;
import meridian.history.Recorder;
import meridian.server.ExitCode;
import meridian.server.Logging;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `meridian torture`: does a cluster keep its promises while it is being broken?
@Command(
    name = "torture",
    description = {
      "Runs workloads against a cluster that is being broken, and checks what its clients saw.",
      "",
      "Writes into one folder: history.jsonl, what every client saw; history.edn, the same for"
          + " Jepsen's Elle; verdict.json and report.html, what the checker makes of it;"
          + " workloads.json, what each workload's own invariant comes to, and the faults. An"
          + " outcome that nobody told stays unknown."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "%nEnds with%n",
    exitCodeList = {
      " 0:every level that was asked for holds, and so does every invariant",
      " 1:one is violated, or a node ended by itself",
      " 2:nobody can tell",
      ExitCode.HELP_USAGE,
      "69:the cluster cannot be reached, or does not start",
      ExitCode.HELP_INTERNAL,
      ExitCode.HELP_IO
    },
    exitCodeOnInvalidInput = ExitCode.USAGE,
    footerHeading = "%nExamples:%n",
    footer = {
      "  meridian torture --minutes 2",
      "  meridian torture --in-process 5 --nemesis partition,clock --workload bank,list-append",
      "  meridian torture --connect 127.0.0.1:7101 --seconds 20 --expect snapshot"
    })
public final class TortureCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private TortureOptions options;

  @Override
  public Integer call() throws InterruptedException {
    options.checkCluster();
    Settings settings = options.settings();
    PrintWriter err = spec.commandLine().getErr();
    Progress progress = new Progress(err, isTerminal());
    try {
      Files.createDirectories(settings.out());
      if (Files.exists(settings.history())) {
        throw new ParameterException(
            spec.commandLine(), settings.out() + " has the history of another run");
      }
      Logging.toFile(settings.out().resolve("torture.log"));
      Result result = run(settings, progress);
      progress.say("checking");
      JepsenExport.write(settings.history(), settings.out());
      Verdict verdict = Verdict.of(settings.history(), settings.out(), settings.levels());
      Files.writeString(
          settings.out().resolve("workloads.json"), Json.text(result.asJson(settings)));
      progress.clear();
      return Summary.print(settings, result, verdict, spec.commandLine().getOut());
    } catch (Unreachable unreachable) {
      progress.clear();
      deleteIfEmpty(settings.history());
      err.println("meridian: " + unreachable.getMessage());
      err.flush();
      return ExitCode.UNAVAILABLE;
    } catch (IOException | UncheckedIOException failure) {
      progress.clear();
      return ExitCode.report(failure, err);
    }
  }

  private Result run(Settings settings, Progress progress)
      throws Unreachable, InterruptedException {
    progress.say("starting the cluster");
    try (Target target = options.target(settings.out().resolve("cluster"));
        Recorder recorder = Recorder.to(settings.history())) {
      return new Torture(target, settings, progress, recorder).run();
    } catch (IOException | MeridianException failure) {
      throw new Unreachable(String.valueOf(failure.getMessage()));
    }
  }

  /// So that the same can be tried again.
  private static void deleteIfEmpty(Path history) {
    try {
      if (Files.exists(history) && Files.size(history) == 0) {
        Files.delete(history);
      }
    } catch (IOException stays) {
      // It is in the way of the next run, which says so.
    }
  }

  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }
}
