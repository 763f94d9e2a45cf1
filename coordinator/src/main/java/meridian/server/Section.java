package meridian.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A set of keys while it is read. Whatever is wrong is noted and reading goes on with the default,
/// so that a user sees all of it at once; and whatever is taken is noted too, for `--print-config`.
final class Section {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(us|ms|s|m)");
  private static final Pattern BYTES = Pattern.compile("(\\d{1,9})(B|KiB|MiB|GiB|TiB)");

  /// What came of a key, to be shown.
  private sealed interface Taken {
    record Value(String text, String source) implements Taken {}

    record Below(Section section) implements Taken {}
  }

  private final Yaml.Fields fields;
  private final String path;
  private final List<String> complaints;
  private final Map<String, Taken> taken = new LinkedHashMap<>();

  /// @param complaints where to note what is wrong
  Section(Yaml.Fields fields, List<String> complaints) {
    this(fields, "", complaints);
  }

  private Section(Yaml.Fields fields, String path, List<String> complaints) {
    this.fields = fields;
    this.path = path;
    this.complaints = complaints;
  }

  /// A value of this key; the default if there is none, or if what is there is wrong.
  String text(String key, String otherwise) {
    return read(key, otherwise, text -> text, text -> text);
  }

  /// A value of this key, which must be there.
  ///
  /// @param why said if it is not
  Optional<String> required(String key, String why) {
    return demanded(key, why) ? Optional.of(text(key, "")) : Optional.empty();
  }

  /// A whole number between two others, which must be there.
  ///
  /// @return nothing if it is not there, or wrong
  OptionalLong required(String key, long least, long most, String why) {
    if (!demanded(key, why)) {
      return OptionalLong.empty();
    }
    int before = complaints.size();
    long number = number(key, least, least, most);
    return complaints.size() == before ? OptionalLong.of(number) : OptionalLong.empty();
  }

  private boolean demanded(String key, String why) {
    Yaml found = fields.fields().get(key);
    boolean there = found instanceof Yaml.Text text && !text.text().isBlank();
    if (!there) {
      complain(key, why);
      taken.put(key, new Taken.Value("", "missing"));
    }
    return there;
  }

  /// A whole number between two others.
  long number(String key, long otherwise, long least, long most) {
    return read(
        key,
        otherwise,
        text -> {
          long number = Long.parseLong(text.replace("_", ""));
          if (number < least || number > most) {
            throw new IllegalArgumentException("want " + least + " to " + most);
          }
          return number;
        },
        String::valueOf);
  }

  boolean flag(String key, boolean otherwise) {
    return read(
        key,
        otherwise,
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException("want true or false");
            },
        String::valueOf);
  }

  /// A duration such as `80ms`, in microseconds; more than nothing.
  long micros(String key, long otherwise) {
    return read(key, otherwise, Section::parseMicros, Section::shownMicros);
  }

  /// A size such as `64MiB`, in bytes; more than nothing.
  long bytes(String key, long otherwise) {
    return read(key, otherwise, Section::parseBytes, Section::shownBytes);
  }

  HostPort address(String key, HostPort otherwise) {
    return read(key, otherwise, HostPort::parse, HostPort::toString);
  }

  /// An address, if there is one.
  Optional<HostPort> address(String key) {
    return read(
        key,
        Optional.<HostPort>empty(),
        text -> Optional.of(HostPort.parse(text)),
        address -> address.map(HostPort::toString).orElse("none"));
  }

  /// A path; a relative one starts where the value stands.
  Optional<Path> path(String key, String why) {
    Optional<String> text = required(key, why);
    Path folder = fields.fields().containsKey(key) ? place(key).folder() : Path.of("");
    return text.map(name -> folder.resolve(name).normalize());
  }

  /// A list of values, or a single one with commas; empty if there is none.
  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    switch (Optional.ofNullable(fields.fields().get(key))
        .orElse(Yaml.Fields.empty(fields.place()))) {
      case Yaml.Text single -> {
        if (!single.text().isBlank()) {
          texts.addAll(List.of(single.text().split(",", -1)));
        }
      }
      case Yaml.Items list -> {
        for (Yaml item : list.items()) {
          if (item instanceof Yaml.Text text) {
            texts.add(text.text());
          } else {
            complaints.add(item.place() + ": " + path + key + ": want a list of single values");
          }
        }
      }
      case Yaml.Fields none -> {
        if (has(key)) {
          complain(key, "want a list like [a, b]");
        }
      }
    }
    note(key, texts.toString());
    return texts;
  }

  /// Other keys below this one; none of them are set if there are none.
  Section below(String key) {
    Yaml found = fields.fields().get(key);
    if (found != null && !(found instanceof Yaml.Fields)) {
      complain(key, "want keys of its own below it");
    }
    Yaml.Fields inner = found instanceof Yaml.Fields f ? f : Yaml.Fields.empty(fields.place());
    Section section = new Section(inner, path + key + ".", complaints);
    taken.put(key, new Taken.Below(section));
    return section;
  }

  /// A list of sets of keys; empty if there is none.
  List<Section> each(String key) {
    List<Section> sections = new ArrayList<>();
    Yaml found = fields.fields().get(key);
    if (found instanceof Yaml.Items list) {
      for (Yaml item : list.items()) {
        if (item instanceof Yaml.Fields inner) {
          String name = path + key + "[" + sections.size() + "].";
          sections.add(new Section(inner, name, complaints));
        } else {
          complaints.add(item.place() + ": " + path + key + ": want keys and values");
        }
      }
    } else if (found != null) {
      complain(key, "want a list");
    }
    note(key, sections.size() + " of them");
    return sections;
  }

  boolean has(String key) {
    return fields.fields().containsKey(key);
  }

  Optional<Yaml> raw(String key) {
    note(key, "");
    return Optional.ofNullable(fields.fields().get(key));
  }

  void complain(String key, String what) {
    complaints.add(where(key) + ": " + what);
  }

  /// Complains about each key that nobody has asked for.
  void end() {
    fields
        .fields()
        .forEach(
            (key, value) -> {
              if (!taken.containsKey(key)) {
                complaints.add(
                    value.place()
                        + ": unknown key '"
                        + path
                        + key
                        + "'; known here: "
                        + String.join(", ", taken.keySet()));
              }
            });
  }

  /// What applies, as YAML, each line with where it comes from.
  void print(String indent, StringBuilder out) {
    taken.forEach(
        (key, what) -> {
          switch (what) {
            case Taken.Value value ->
                out.append(
                    "%-40s # %s%n".formatted(indent + key + ": " + value.text(), value.source()));
            case Taken.Below below -> {
              out.append(indent).append(key).append(":\n");
              below.section.print(indent + "  ", out);
            }
          }
        });
  }

  private Place place(String key) {
    Yaml found = fields.fields().get(key);
    return found == null ? fields.place() : found.place();
  }

  private String where(String key) {
    return place(key) + ": " + path + key;
  }

  private Optional<Yaml.Text> single(String key) {
    Yaml found = fields.fields().get(key);
    if (found == null) {
      return Optional.empty();
    }
    if (!(found instanceof Yaml.Text text)) {
      complain(key, "want a single value");
      return Optional.empty();
    }
    return Optional.of(text);
  }

  private <T> T read(
      String key, T otherwise, Function<String, T> parse, Function<T, String> shown) {
    Optional<Yaml.Text> found = single(key);
    T value = otherwise;
    if (found.isPresent()) {
      String text = found.get().text().strip();
      try {
        value = parse.apply(text);
      } catch (NumberFormatException notANumber) {
        complain(key, "'" + text + "' is not a whole number");
      } catch (IllegalArgumentException wrong) {
        complain(key, "'" + text + "': " + wrong.getMessage());
      }
    }
    note(key, shown.apply(value));
    return value;
  }

  private void note(String key, String text) {
    taken.put(key, new Taken.Value(text, has(key) ? place(key).toString() : "default"));
  }

  private static long parseMicros(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
      throw new IllegalArgumentException("want a duration with its unit, such as 80ms or 5s");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "us" -> number;
      case "ms" -> number * 1_000;
      case "s" -> number * 1_000_000;
      default -> Duration.ofMinutes(number).toMillis() * 1_000;
    };
  }

  private static String shownMicros(long micros) {
    return micros % 1_000_000 == 0
        ? micros / 1_000_000 + "s"
        : micros % 1_000 == 0 ? micros / 1_000 + "ms" : micros + "us";
  }

  private static long parseBytes(String text) {
    Matcher matcher = BYTES.matcher(text);
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
      throw new IllegalArgumentException("want a size with its unit, such as 64MiB");
    }
    int power = List.of("B", "KiB", "MiB", "GiB", "TiB").indexOf(matcher.group(2));
    return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (10 * power));
  }

  private static String shownBytes(long bytes) {
    List<String> units = List.of("B", "KiB", "MiB", "GiB", "TiB");
    int power = Math.min(units.size() - 1, Long.numberOfTrailingZeros(bytes) / 10);
    return (bytes >> (10 * power)) + units.get(power);
  }
}
