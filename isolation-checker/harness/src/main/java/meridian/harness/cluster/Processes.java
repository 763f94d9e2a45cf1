package meridian.harness.cluster;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// Commands of `meridian` as processes of their own, which may be killed. Each writes what it says
/// to a file of its name. All of them end with this process, however it ends.
public final class Processes implements AutoCloseable {
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
  private final Map<String, Process> running = new ConcurrentSkipListMap<>();
  private final Thread hook = new Thread(this::killAll, "meridian-kill-processes");

  /// @param folder where they run, and where their logs are
  public Processes(Path folder) {
    this.folder = folder;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// Starts a command, or starts it again.
  public void start(String name, String... arguments) throws IOException {
    start(name, Map.of(), arguments);
  }

  /// Starts a command with variables that it finds in its environment.
  public void start(String name, Map<String, String> environment, String... arguments)
      throws IOException {
    start(name, environment, new File("/dev/null"), arguments);
  }

  /// Starts a command and gives it a script to read, a line a command.
  public void startWithInput(String name, List<String> script, String... arguments)
      throws IOException {
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

  /// Ours, for a process that runs in another folder.
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private Process process(String name) {
    return Optional.ofNullable(running.get(name))
        .orElseThrow(() -> new IllegalArgumentException("nobody has started " + name));
  }

  public Path log(String name) {
    return folder.resolve(name + ".log");
  }

  /// What a process has said up to now, in all its lives.
  public String said(String name) throws IOException {
    return Files.exists(log(name)) ? Files.readString(log(name)) : "";
  }

  /// Waits until a process has said something.
  public void awaitSaid(String name, String text) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS_MAX);
    while (!said(name).contains(text)) {
      if (System.nanoTime() > end || !process(name).isAlive()) {
        throw new IOException(name + " does not say '" + text + "' but\n" + said(name));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  /// Waits for the end of a process.
  public int exitCode(String name) throws IOException, InterruptedException {
    return exitCode(name, END_SECONDS_MAX);
  }

  /// Waits so long for the end of a process.
  public int exitCode(String name, long seconds) throws IOException, InterruptedException {
    Process process = process(name);
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(name + " does not end; it says\n" + said(name));
    }
    return process.exitValue();
  }

  public boolean isAlive(String name) {
    Process process = running.get(name);
    return process != null && process.isAlive();
  }

  /// SIGKILL: it gets no chance to do anything any more.
  public void kill(String name) throws InterruptedException {
    process(name).destroyForcibly().waitFor();
  }

  /// SIGTERM.
  public void terminate(String name) {
    process(name).destroy();
  }

  /// Another signal, such as `STOP` or `CONT`.
  public void signal(String name, String signal) throws IOException, InterruptedException {
    long pid = process(name).pid();
    int code = new ProcessBuilder("kill", "-" + signal, String.valueOf(pid)).start().waitFor();
    if (code != 0) {
      throw new IOException("kill -" + signal + " " + pid + " ends with " + code);
    }
  }

  /// SIGKILL to all of them.
  @Override
  public void close() {
    killAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyEnding) {
      // Then the hook runs, and finds nothing to do.
    }
    try {
      for (Process process : running.values()) {
        process.waitFor();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt(); // They end all the same.
    }
  }

  private void killAll() {
    running.values().forEach(Process::destroyForcibly);
  }

  /// Ports that nobody has at the moment.
  public static List<Integer> freePorts(int count) throws IOException {
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
