package meridian.shell;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import meridian.history.Recorder;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// The options of every command that opens a shell.
public final class ShellOptions {
  @Option(
      names = {"-e", "--execute"},
      paramLabel = "COMMANDS",
      description = "Runs these commands and ends; may be given again.")
  private List<String> commands = List.of();

  @Option(
      names = {"-o", "--format"},
      paramLabel = "FORMAT",
      description = "How to print results: table, json or csv.",
      converter = FormatReader.class,
      defaultValue = "table")
  private Format format = Format.TABLE;

  @Option(names = "--keep-going", description = "In a script, goes on after a command that failed.")
  private boolean keepsGoing;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "Appends every transaction to a file for the checker.")
  private Optional<Path> record = Optional.empty();

  @Option(
      names = "--history",
      paramLabel = "FILE",
      description = "Where to keep the lines typed; none to keep nothing.",
      defaultValue = "${env:MERIDIAN_HISTORY:-${sys:user.home}/.meridian_history}")
  private String history = "none";

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      description = "always, never, or auto: at a terminal, unless NO_COLOR is set.",
      defaultValue = "auto")
  private Colour colour = Colour.auto;

  /// Reads a format in any case of letters.
  static final class FormatReader implements ITypeConverter<Format> {
    @Override
    public Format convert(String text) {
      return Arrays.stream(Format.values())
          .filter(format -> format.name().equalsIgnoreCase(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "there is no format '" + text + "'; want table, json or csv"));
    }
  }

  /// When to use colours.
  enum Colour {
    always,
    never,
    auto
  }

  List<String> commands() {
    return commands;
  }

  Format format() {
    return format;
  }

  boolean keepsGoing() {
    return keepsGoing;
  }

  Optional<Path> history() {
    return history.equals("none") ? Optional.empty() : Optional.of(Path.of(history));
  }

  Style style(boolean isTerminal) {
    return new Style(
        switch (colour) {
          case always -> true;
          case never -> false;
          case auto -> isTerminal && System.getenv("NO_COLOR") == null;
        });
  }

  /// What records, if recording was asked for; to be given to the database's options and closed at
  /// the end.
  ///
  /// @throws java.io.UncheckedIOException if the file cannot be written
  public Optional<Recorder> recorder() {
    return record.map(Recorder::to);
  }
}
