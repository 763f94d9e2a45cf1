package meridian.checker.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import meridian.checker.BadHistory;
import meridian.checker.Checker;
import meridian.checker.Level;
import meridian.checker.Options;
import meridian.checker.Report;
import meridian.checker.Verdict;
import meridian.checker.certificate.Certificate;
import meridian.checker.format.Json;
import meridian.checker.format.Recording;
import meridian.checker.generate.Generator;
import meridian.checker.generate.Kind;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `check`: which isolation levels do recorded histories satisfy?
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Exit.USAGE,
    description = "Decides which isolation levels a history satisfies, and proves it.",
    footer = {
      "",
      "Exit code: 0 every asked level holds, 1 violated, 2 unknown, 3 bad input,",
      "4 the second opinion differs, 64 wrong usage."
    })
public final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "HISTORY", description = "Recordings, in any format that is read.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--level",
      description =
          "A level to check, or `asked`: that which each transaction named; all if not given.")
  private List<String> levels = new ArrayList<>();

  @Option(
      names = "--expect",
      description = "The least level if all are checked, or `asked`: ${DEFAULT-VALUE}.")
  private String expect = "serializable";

  @Option(names = "--format", description = "text or json: ${DEFAULT-VALUE}.")
  private String format = "text";

  @Option(names = "--certificate", paramLabel = "FILE", description = "Write the proofs here.")
  private @Nullable Path certificate;

  @Option(names = "--report", paramLabel = "FILE", description = "Write a page of HTML here.")
  private @Nullable Path html;

  @Option(names = "--explain", paramLabel = "LEVEL", description = "Print a definition.")
  private @Nullable String explain;

  @Option(names = "--no-internal-reads", description = "Let reads ignore own writes.")
  private boolean noInternalReads;

  @Option(names = "--initial", description = "What unwritten registers hold, besides nothing.")
  private @Nullable Long initial;

  @Option(names = "--budget", description = "Conflicts before unknown: ${DEFAULT-VALUE}.")
  private long budget = Options.DEFAULT_BUDGET;

  @Option(names = "--second-opinion", description = "Ask the dependency-graph checker too.")
  private boolean secondOpinion;

  @Option(names = "--self-test", description = "Inject each anomaly and show that it is found.")
  private boolean selfTest;

  @Option(names = "--generate", paramLabel = "KIND", description = "Print a history of a kind.")
  private @Nullable String generate;

  @Option(names = "--txns", description = "How many transactions to generate: ${DEFAULT-VALUE}.")
  private int transactions = 1000;

  @Option(names = "--seed", description = "Names the generated history: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(names = "--sessions", description = "Clients of the generated history.")
  private Optional<Integer> sessions = Optional.empty();

  @Option(names = "--operations", description = "Operations in each generated transaction.")
  private Optional<Integer> operations = Optional.empty();

  @Option(names = "--keys", description = "Keys in the generated history.")
  private Optional<Integer> keys = Optional.empty();

  @Option(names = "--reads", description = "Reads among a hundred generated operations.")
  private Optional<Integer> reads = Optional.empty();

  @Override
  public Integer call() throws IOException {
    var out = spec.commandLine().getOut();
    if (explain != null) {
      return explain(level(explain), out);
    }
    if (generate != null) {
      return generate(generate, out);
    }
    if (selfTest) {
      return SelfTest.run(out);
    }
    if (files.isEmpty()) {
      throw wrong("no history given");
    }
    if (!format.equals("text") && !format.equals("json")) {
      throw wrong("--format is text or json");
    }
    var asked = asked();
    var must = levels.isEmpty() ? new TreeSet<>(List.of(nameOf(expect))) : namesOf(levels);
    var codes = new ArrayList<Integer>();
    for (var file : files) {
      codes.add(check(file, asked, must, out));
    }
    return Exit.worstOf(codes);
  }

  private int check(Path file, EnumSet<Level> asked, SortedSet<String> must, PrintWriter out)
      throws IOException {
    long start = System.nanoTime();
    Recording recording;
    try {
      recording = Recording.read(file);
    } catch (BadHistory | IOException e) {
      spec.commandLine().getErr().println(e instanceof IOException ? e.toString() : e.getMessage());
      return Exit.BAD_INPUT;
    }
    var history = recording.history();
    if (initial != null) {
      history = history.startingAt(initial);
    }
    Report report;
    try {
      report = Checker.check(history, new Options(asked, !noInternalReads, budget));
    } catch (BadHistory e) {
      spec.commandLine().getErr().println(file + ": " + e.getMessage());
      return Exit.BAD_INPUT;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    var opinion =
        secondOpinion ? Optional.of(SecondOpinion.on(report)) : Optional.<SecondOpinion>empty();
    if (format.equals("json")) {
      out.println(Json.text(JsonReport.of(file, report, seconds, opinion)));
    } else {
      TextReport.print(file, recording, report, seconds, opinion, out);
    }
    out.flush();
    if (certificate != null) {
      Files.writeString(certificate, Json.text(Certificate.of(report)));
    }
    if (html != null) {
      Files.writeString(html, HtmlReport.of(file.toString(), recording.format(), report));
    }
    boolean disagrees = opinion.isPresent() && opinion.get().disagrees();
    return disagrees ? Exit.DISAGREEMENT : exit(report, must);
  }

  /// If some levels were asked for, all of them must hold; if all were, the least one.
  private static int exit(Report report, SortedSet<String> must) {
    int worst = Exit.HOLDS;
    for (var name : must) {
      var verdict =
          name.equals(Certificate.ASKED)
              ? report.asked().orElse(new Verdict.Unknown("no transaction names a level"))
              : report.verdict(Level.named(name).orElseThrow());
      worst =
          switch (verdict) {
            case Verdict.Holds _ -> worst;
            case Verdict.Violated _ -> Exit.VIOLATED;
            case Verdict.Unknown _ -> worst == Exit.VIOLATED ? worst : Exit.UNKNOWN;
          };
    }
    return worst;
  }

  private EnumSet<Level> asked() {
    if (levels.isEmpty()) {
      return EnumSet.allOf(Level.class);
    }
    var asked = EnumSet.noneOf(Level.class);
    for (var name : levels) {
      if (!name.equals(Certificate.ASKED)) {
        asked.add(level(name));
      }
    }
    return asked;
  }

  private SortedSet<String> namesOf(List<String> given) {
    var names = new TreeSet<String>();
    given.forEach(name -> names.add(nameOf(name)));
    return names;
  }

  private String nameOf(String given) {
    return given.equals(Certificate.ASKED) ? given : level(given).label();
  }

  private Level level(String name) {
    return Level.named(name)
        .orElseThrow(() -> wrong("no level is called " + name + "; there are " + Level.labels()));
  }

  private static int explain(Level level, PrintWriter out) {
    out.println(level.label());
    out.println("  " + level.definition());
    out.println("  Source: " + level.source());
    out.println(
        "  Implies: "
            + String.join(", ", level.covers().stream().map(Level::label).sorted().toList()));
    return Exit.HOLDS;
  }

  private int generate(String name, PrintWriter out) throws IOException {
    var kinds = java.util.Arrays.stream(Kind.values());
    var kind =
        Kind.named(name)
            .orElseThrow(
                () ->
                    wrong(
                        "kinds are "
                            + String.join(
                                ", ",
                                kinds
                                    .map(k -> k.label() + " (" + k.description() + ")")
                                    .toList())));
    try (var buffered = new BufferedWriter(out, 1 << 16)) {
      var usual = Generator.Settings.of(kind, transactions, seed);
      Generator.generate(usual.with(sessions, operations, keys, reads), buffered);
    }
    return Exit.HOLDS;
  }

  private CommandLine.ParameterException wrong(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
