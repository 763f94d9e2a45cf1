package meridian.checker.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import meridian.checker.BadHistory;
import meridian.checker.format.Recording;
import meridian.checker.verifier.Verifier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `verify-certificate`: do the proofs of a check hold, seen by someone who believes nothing?
@Command(
    name = "verify-certificate",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Exit.USAGE,
    description = "Verifies a certificate against the history that it is about.",
    footer = {"", "Exit code: 0 all proofs hold, 1 one does not, 3 bad input, 64 wrong usage."})
public final class VerifyCertificateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "HISTORY")
  private Path history = Path.of("");

  @Parameters(index = "1", paramLabel = "CERTIFICATE")
  private Path certificate = Path.of("");

  @Option(names = "--initial", description = "As given to check.")
  private @Nullable Long initial;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    try {
      var raw = Recording.read(history).history();
      raw = initial == null ? raw : raw.startingAt(initial);
      boolean all = true;
      var verified = Verifier.verify(raw, Files.readString(certificate));
      for (var entry : verified.entrySet()) {
        boolean proved = entry.getValue().isEmpty();
        out.println(entry.getKey() + ": " + (proved ? "proved" : "REFUTED, " + entry.getValue()));
        all &= proved;
      }
      out.flush();
      return all && !verified.isEmpty() ? Exit.HOLDS : Exit.VIOLATED;
    } catch (BadHistory | IOException | ClassCastException | NullPointerException e) {
      spec.commandLine().getErr().println(e instanceof BadHistory ? e.getMessage() : e.toString());
      return Exit.BAD_INPUT;
    }
  }
}
