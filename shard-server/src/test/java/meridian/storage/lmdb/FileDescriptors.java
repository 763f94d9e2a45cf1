package meridian.storage.lmdb;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Swaps what a file descriptor of this process leads to, so that the disk under LMDB fails as real
/// ones do: `/dev/full` has no room for any write, `/dev/null` takes writes and fails every sync.
final class FileDescriptors {
  /// O_DSYNC of Linux; LMDB writes its headers through a second descriptor that has it.
  private static final int SYNCHRONOUS = 010000;

  private FileDescriptors() {}

  /// The descriptor through which LMDB writes and syncs pages of a file.
  static int ofPages(Path file) throws IOException {
    Path real = file.toRealPath();
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      List<Integer> found =
          open.filter(link -> leadsTo(link, real))
              .map(link -> Integer.valueOf(link.getFileName().toString()))
              .filter(FileDescriptors::isWritableWithoutSync)
              .toList();
      if (found.size() != 1) {
        throw new IllegalStateException("descriptors of " + file + ": " + found);
      }
      return found.getFirst();
    }
  }

  /// Has a descriptor lead elsewhere for as long as something runs.
  static void leadingTo(String device, int descriptor, Runnable action) {
    int kept = call("dup", descriptor);
    int other = open(device);
    call("dup2", other, descriptor);
    try {
      action.run();
    } finally {
      call("dup2", kept, descriptor);
      call("close", kept);
      call("close", other);
    }
  }

  private static boolean leadsTo(Path link, Path file) {
    try {
      return Files.readSymbolicLink(link).equals(file);
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  private static boolean isWritableWithoutSync(int descriptor) {
    try {
      String flags =
          Files.readAllLines(Path.of("/proc/self/fdinfo/" + descriptor)).stream()
              .filter(line -> line.startsWith("flags:"))
              .findFirst()
              .orElseThrow();
      int bits = Integer.parseInt(flags.substring("flags:".length()).strip(), 8);
      return (bits & SYNCHRONOUS) == 0 && (bits & 3) != 0;
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  private static int open(String device) {
    int readAndWrite = 2;
    try (var arena = java.lang.foreign.Arena.ofConfined()) {
      var handle =
          function(
              "open",
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
      return checked("open", (int) handle.invokeExact(arena.allocateFrom(device), readAndWrite));
    } catch (Throwable failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static int call(String name, int argument) {
    try {
      var handle =
          function(name, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
      return checked(name, (int) handle.invokeExact(argument));
    } catch (Throwable failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static int call(String name, int first, int second) {
    try {
      var handle =
          function(
              name,
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
      return checked(name, (int) handle.invokeExact(first, second));
    } catch (Throwable failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static int checked(String name, int result) {
    if (result < 0) {
      throw new IllegalStateException(name + " failed");
    }
    return result;
  }

  @SuppressWarnings("restricted")
  private static MethodHandle function(String name, FunctionDescriptor signature) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), signature);
  }
}
