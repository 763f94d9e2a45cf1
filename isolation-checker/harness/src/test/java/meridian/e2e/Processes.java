package meridian.e2e;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Commands of `meridian` as processes of their own, which a test may kill. Each writes what it
/// says to a file of its name.
final class Processes implements AutoCloseable {
  private static final long END_SECONDS_MAX = 30;
  private static final long LOOK_MILLIS = 20;

  private static final List<String> JVM =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "-XX:+UseCompactObjectHeaders",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xmx256m");

  private final Path folder;
  private final Map<String, Process> running = new TreeMap<>();

  Processes(Path folder) {
    this.folder = folder;
  }

  /// Starts a command, or starts it again.
  void start(String name, String... arguments) throws IOException {
    start(name, Map.of(), arguments);
  }

  void start(String name, Map<String, String> environment, String... arguments) throws IOException {
    start(name, environment, new File("/dev/null"), arguments);
  }

  /// Starts a command and gives it a script to read, a line a command.
  void startWithInput(String name, List<String> script, String... arguments) throws IOException {
    Path input = folder.resolve(name + ".in");
    Files.write(input, script);
    start(name, Map.of(), input.toFile(), arguments);
  }

  private void start(String name, Map<String, String> environment, File input, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(java(), "-cp", classPath()));
    command.addAll(1, JVM);
    command.add("meridian.Main");
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(input)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log(name).toFile()));
    builder.environment().keySet().removeIf(key -> key.startsWith("MERIDIAN_"));
    builder.environment().putAll(environment);
    running.put(name, builder.start());
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  Path log(String name) {
    return folder.resolve(name + ".log");
  }

  /// What a process has said up to now, in all its lives.
  String said(String name) throws IOException {
    return Files.exists(log(name)) ? Files.readString(log(name)) : "";
  }

  /// Waits until a process has said something.
  void awaitSaid(String name, String text) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS_MAX);
    while (!said(name).contains(text)) {
      if (System.nanoTime() > end || !running.get(name).isAlive()) {
        throw new AssertionError(name + " does not say '" + text + "' but\n" + said(name));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  /// Waits for the end of a process.
  int exitCode(String name) throws IOException, InterruptedException {
    Process process = running.get(name);
    if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(name + " does not end; it says\n" + said(name));
    }
    return process.exitValue();
  }

  boolean isAlive(String name) {
    Process process = running.get(name);
    return process != null && process.isAlive();
  }

  /// SIGKILL: it gets no chance to do anything any more.
  void kill(String name) throws InterruptedException {
    running.get(name).destroyForcibly().waitFor();
  }

  /// SIGTERM.
  void terminate(String name) {
    running.get(name).destroy();
  }

  /// Another signal, such as `STOP` or `CONT`.
  void signal(String name, String signal) throws IOException, InterruptedException {
    long pid = running.get(name).pid();
    int code = new ProcessBuilder("kill", "-" + signal, String.valueOf(pid)).start().waitFor();
    if (code != 0) {
      throw new AssertionError("kill -" + signal + " " + pid + " ends with " + code);
    }
  }

  @Override
  public void close() throws InterruptedException {
    for (Process process : running.values()) {
      process.destroyForcibly();
    }
    for (Process process : running.values()) {
      process.waitFor();
    }
  }

  /// Ports that nobody has at the moment.
  static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        sockets.add(socket);
        ports.add(socket.getLocalPort());
      }
      return ports;
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }
}
