import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/// The last word on layout: google-java-format over every Java source below a folder.
///
/// `java .mvn/Format.java check|apply <folder>`, with the formatter on the class path. It is not a
/// Maven plugin, because a plugin runs on Maven's JVM, and a formatter on a JDK older than the
/// sources cannot read them.
public final class Format {
  private static final int COLUMNS = 100;

  private Format() {}

  public static void main(String[] args) throws IOException {
    if (args.length != 2 || !List.of("check", "apply").contains(args[0])) {
      System.err.println("usage: Format check|apply <folder>");
      System.exit(64);
    }
    var apply = args[0].equals("apply");
    var root = Path.of(args[1]);
    var complaints =
        sourcesBelow(root).parallelStream()
            .flatMap(file -> format(root, file, apply).stream())
            .toList();
    complaints.forEach(System.err::println);
    if (!complaints.isEmpty()) {
      if (!apply) {
        System.err.println("To lay them out: mvn -q -N -Pformat validate");
      }
      System.exit(1);
    }
  }

  private static List<String> format(Path root, Path file, boolean apply) {
    var name = root.relativize(file);
    try {
      var source = Files.readString(file);
      var formatted = layOut(source);
      if (apply && !formatted.equals(source)) {
        Files.writeString(file, formatted);
        System.out.println("formatted " + name);
      } else if (!formatted.equals(source)) {
        var line = firstDifference(source, formatted);
        return List.of(name + ":" + line + ": not as the formatter lays it out");
      }
      return docLinesTooWide(formatted).stream().map(line -> name + ":" + line).toList();
    } catch (FormatterException e) {
      return List.of(name + ": " + e.getMessage());
    } catch (IOException e) {
      return List.of(name + ": " + e);
    }
  }

  private static String layOut(String source) throws FormatterException {
    var pruned = RemoveUnusedImports.removeUnusedImports(source);
    return new Formatter().formatSource(ImportOrderer.reorderImports(pruned, Style.GOOGLE));
  }

  /// Where a doc comment holds a table or a list, the formatter leaves its lines as wide as they
  /// are.
  private static List<String> docLinesTooWide(String source) {
    var found = new ArrayList<String>();
    var lines = source.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).strip().startsWith("///") && lines.get(i).length() > COLUMNS) {
        found.add((i + 1) + ": a /// line over " + COLUMNS + " columns; break it by hand");
      }
    }
    return found;
  }

  private static int firstDifference(String source, String formatted) {
    var is = source.lines().toList();
    var shouldBe = formatted.lines().toList();
    int line = 0;
    while (line < Math.min(is.size(), shouldBe.size()) && is.get(line).equals(shouldBe.get(line))) {
      line++;
    }
    return line + 1;
  }

  private static List<Path> sourcesBelow(Path root) throws IOException {
    var sources = new ArrayList<Path>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            var name = dir.getFileName().toString();
            var skipped = name.equals("target") || name.startsWith(".");
            return skipped && !dir.equals(root)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              sources.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return sources;
  }
}
