package meridian;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import meridian.client.Version;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Unpacks what a user downloads, and runs it as a user would.
class ReleaseArchiveIT {
  private static final String TOP = "meridian-" + Version.CURRENT;

  /// Where this very JVM lives is the right one for the launcher, too.
  private static final Map<String, String> JAVA =
      Map.of("MERIDIAN_JAVA_HOME", System.getProperty("java.home"));

  @TempDir private static Path folder;

  record Ran(int exitCode, String output) {}

  @BeforeAll
  static void unpack() throws Exception {
    var unpacked = run(Map.of(), "tar", "-xzf", System.getProperty("meridian.archive"));
    assertEquals(new Ran(0, ""), unpacked);
  }

  @Test
  void holdsOneFolder() throws IOException {
    try (var inTop = Files.list(folder.resolve(TOP));
        var top = Files.list(folder)) {
      assertEquals(1, top.count());
      var names = inTop.map(file -> file.getFileName().toString()).sorted().toList();
      assertEquals(List.of("LICENSE", "README.md", "lib", "meridian"), names);
    }
  }

  @Test
  void printsItsVersion() throws Exception {
    assertEquals(
        new Ran(0, "meridian " + Version.CURRENT),
        run(JAVA, "./" + TOP + "/meridian", "--version"));
  }

  @Test
  void runsThroughALink() throws Exception {
    Files.createSymbolicLink(folder.resolve("linked"), Path.of(TOP, "meridian"));
    try {
      assertEquals(0, run(JAVA, "./linked", "--version").exitCode());
    } finally {
      Files.delete(folder.resolve("linked"));
    }
  }

  @Test
  void handsOnTheExitCode() throws Exception {
    assertEquals(64, run(JAVA, "./" + TOP + "/meridian", "no-such-command").exitCode());
  }

  @Test
  void saysInOneLineThatTheJdkItWasGivenWillNotDo() throws Exception {
    var ran = run(Map.of("MERIDIAN_JAVA_HOME", "/nowhere"), "./" + TOP + "/meridian", "--version");
    assertEquals(
        new Ran(69, "meridian: MERIDIAN_JAVA_HOME=/nowhere is not a JDK 25 or newer"), ran);
  }

  private static Ran run(Map<String, String> environment, String... command) throws Exception {
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    var process = builder.start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), output.strip());
  }
}
