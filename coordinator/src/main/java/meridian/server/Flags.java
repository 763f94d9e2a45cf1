package meridian.server;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The flags that a server and a coordinator of its own share.
final class Flags {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The configuration; flags and MERIDIAN_* variables win over it.")
  private Optional<Path> config = Optional.empty();

  @Option(names = "--cluster", paramLabel = "FILE", description = "The cluster file.")
  private Optional<String> cluster = Optional.empty();

  @Option(names = "--listen", paramLabel = "HOST:PORT", description = "Where to listen.")
  private Optional<String> listen = Optional.empty();

  @Option(
      names = "--health",
      paramLabel = "HOST:PORT",
      description = "Where GET /healthz answers; nowhere if not said.")
  private Optional<String> health = Optional.empty();

  @Option(
      names = "--insecure",
      description =
          "Listen where other machines can connect. There is no TLS yet: whoever reaches the port can"
              + " read and write everything.")
  private boolean insecure;

  @Option(
      names = "--delays",
      description = "Emulate the wide area between regions; on loopback only.")
  private boolean delays;

  @Option(
      names = "--print-config",
      description = "Print what applies and where each piece comes from, and end.")
  private boolean printConfig;

  boolean printConfig() {
    return printConfig;
  }

  /// What was told, together with flags of the caller's own.
  Overlay told(Map<String, Optional<String>> own) {
    Map<String, String> flags = new LinkedHashMap<>();
    own.forEach((key, value) -> value.ifPresent(text -> flags.put(key, text)));
    cluster.ifPresent(text -> flags.put("cluster", text));
    listen.ifPresent(text -> flags.put("listen", text));
    health.ifPresent(text -> flags.put("health", text));
    if (insecure) {
      flags.put("insecure", "true");
    }
    if (delays) {
      flags.put("delays", "true");
    }
    return new Overlay(config, flags, System.getenv());
  }
}
