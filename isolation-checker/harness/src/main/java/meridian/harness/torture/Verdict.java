package meridian.harness.torture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import meridian.checker.Level;
import meridian.checker.cli.CheckCommand;
import meridian.harness.torture.Result.Standing;
import picocli.CommandLine;

/// What the checker says of a recorded history, as `meridian check` says it.
///
/// @param json `verdict.json`
record Verdict(Standing standing, JsonNode json) {
  private static final int HOLDS = 0;
  private static final int VIOLATED = 1;
  private static final int UNKNOWN = 2;

  /// Checks a history, and writes `verdict.json` and `report.html` beside it.
  ///
  /// @throws IOException if the checker cannot read what was recorded
  static Verdict of(Path history, Path folder, List<Level> levels) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--format", "json", "--report"));
    arguments.add(folder.resolve("report.html").toString());
    // All levels are of interest; of those, the ones that were asked for must hold.
    arguments.addAll(List.of("--expect", levels.getFirst().label(), history.toString()));
    StringWriter said = new StringWriter();
    StringWriter complaints = new StringWriter();
    CommandLine check =
        new CommandLine(new CheckCommand())
            .setOut(new PrintWriter(said))
            .setErr(new PrintWriter(complaints));
    check.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          throw failure;
        });
    int code = check.execute(arguments.toArray(String[]::new));
    if (code != HOLDS && code != VIOLATED && code != UNKNOWN) {
      throw new IOException("the checker ends with " + code + ": " + complaints);
    }
    Files.writeString(folder.resolve("verdict.json"), said.toString());
    JsonNode json = new ObjectMapper().readTree(said.toString());
    Standing all = Standing.HOLDS;
    for (Level level : levels) {
      all = all.and(standing(json.at("/levels/" + level.label()).asText()));
    }
    return new Verdict(all, json);
  }

  private static Standing standing(String word) {
    return switch (word) {
      case "holds" -> Standing.HOLDS;
      case "violated" -> Standing.VIOLATED;
      default -> Standing.UNKNOWN;
    };
  }

  int transactions() {
    return json.path("transactions").asInt();
  }

  /// The strongest levels that hold.
  List<String> strongest() {
    List<String> names = new ArrayList<>();
    json.path("strongest").forEach(name -> names.add(name.asText()));
    return names;
  }

  String standing(Level level) {
    return json.at("/levels/" + level.label()).asText();
  }

  /// Why a level is violated.
  String why(Level level) {
    return json.at("/evidence/" + level.label() + "/text").asText();
  }
}
