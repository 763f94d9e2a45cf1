package meridian.mutants;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// All mutants, from `bank.txt`, and the sources that they change.
final class MutantBank {
  /// Modules whose classes may be mutated, seen from the folder that tests run in.
  private static final List<Path> SOURCES =
      List.of(
          Path.of("src/main/java"),
          Path.of("../shard-server/src/main/java"),
          Path.of("../txn-client/client/src/main/java"));

  private static final String MUTANT = "=== ";
  private static final String FIND = "--- find";
  private static final String REPLACE = "--- replace";

  private MutantBank() {}

  /// Every mutant, in the order of the file.
  static List<Mutant> all() {
    List<Mutant> mutants = new ArrayList<>();
    for (String block : text().split("(?m)^" + MUTANT)) {
      if (!block.isBlank() && !block.startsWith("#")) {
        mutants.add(parse(block));
      }
    }
    return mutants;
  }

  private static String text() {
    try (var in = MutantBank.class.getResourceAsStream("bank.txt")) {
      if (in == null) {
        throw new IllegalStateException("bank.txt is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A block is a name, lines of `word: text`, and the two texts.
  private static Mutant parse(String block) {
    int find = block.indexOf(FIND + "\n");
    int replace = block.indexOf(REPLACE + "\n");
    if (find < 0 || replace < find) {
      throw new IllegalStateException("a mutant without its two texts: " + block);
    }
    String[] head = block.substring(0, find).strip().split("\n", -1);
    var words = new TreeMap<String, String>();
    for (int i = 1; i < head.length; i++) {
      int colon = head[i].indexOf(':');
      words.put(head[i].substring(0, colon).strip(), head[i].substring(colon + 1).strip());
    }
    return new Mutant(
        head[0].strip(),
        required(words, "rule", block),
        required(words, "class", block),
        body(block.substring(find + FIND.length() + 1, replace)),
        body(block.substring(replace + REPLACE.length() + 1)),
        Optional.ofNullable(words.get("test")));
  }

  private static String required(TreeMap<String, String> words, String word, String block) {
    String text = words.get(word);
    if (text == null) {
      throw new IllegalStateException("a mutant without a " + word + ": " + block);
    }
    return text;
  }

  /// Empty lines around a text are no part of it; its indentation is.
  private static String body(String lines) {
    return lines.replaceAll("^(\\s*\n)+", "").stripTrailing();
  }

  /// The source of a class.
  static String source(String type) {
    String file = type.replace('.', '/') + ".java";
    for (Path root : SOURCES) {
      if (Files.exists(root.resolve(file))) {
        try {
          return Files.readString(root.resolve(file));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    throw new IllegalStateException("no source of " + type + " in " + SOURCES);
  }

  /// How often the text of a mutant occurs in the source: it must be once.
  static int matches(Mutant mutant) {
    String source = source(mutant.type());
    int count = 0;
    for (int at = source.indexOf(mutant.find());
        at >= 0;
        at = source.indexOf(mutant.find(), at + 1)) {
      count++;
    }
    return count;
  }

  /// The source with the mistake in it.
  static String mutated(Mutant mutant) {
    return source(mutant.type()).replace(mutant.find(), mutant.replace());
  }
}
