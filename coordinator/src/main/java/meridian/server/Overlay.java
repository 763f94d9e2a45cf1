package meridian.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What a process was told: flags win over environment variables, these over its file.
///
/// @param file the configuration file, if one was named
/// @param flags by key, without those that were not given
/// @param environment all of it; `MERIDIAN_LISTEN` is the key `listen`
public record Overlay(
    Optional<Path> file, Map<String, String> flags, Map<String, String> environment) {
  private static final String PREFIX = "MERIDIAN_";

  /// All of it in one, for a process that knows these keys.
  ///
  /// @throws BadConfig if the file cannot be read
  Yaml.Fields merged(List<String> keys) throws BadConfig {
    Path here = Path.of("");
    Map<String, Yaml> given = new LinkedHashMap<>();
    for (String key : keys) {
      String variable = PREFIX + key.replace('-', '_').toUpperCase(Locale.ROOT);
      String value = environment.get(variable);
      if (value != null) {
        given.put(key, new Yaml.Text(value, new Place(variable, 0, here)));
      }
    }
    flags.forEach(
        (key, value) -> given.put(key, new Yaml.Text(value, new Place("--" + key, 0, here))));
    Yaml.Fields below = file.isPresent() ? parsed(file.get()) : Yaml.Fields.empty(nowhere());
    return new Yaml.Fields(given, below.place()).over(below);
  }

  private static Place nowhere() {
    return new Place("configuration", 0, Path.of(""));
  }

  private static Yaml.Fields parsed(Path file) throws BadConfig {
    try {
      Path folder = Optional.ofNullable(file.getParent()).orElse(Path.of(""));
      return Yaml.parse(Files.readString(file), file.toString(), folder);
    } catch (IOException unreadable) {
      List<String> complaint = new ArrayList<>();
      complaint.add(
          file + ": the configuration cannot be read: " + ClusterFile.explain(unreadable));
      throw new BadConfig(complaint);
    }
  }
}
