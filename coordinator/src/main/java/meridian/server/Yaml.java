package meridian.server;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A piece of a YAML file that knows where it stands. Values are kept as the text that was written;
/// whoever reads them knows what they should be.
sealed interface Yaml {
  Place place();

  /// A single value; empty if the key has none.
  record Text(String text, Place place) implements Yaml {}

  /// A list.
  record Items(List<Yaml> items, Place place) implements Yaml {
    public Items {
      items = List.copyOf(items);
    }
  }

  /// Keys with their values, in the order in which they were written.
  record Fields(Map<String, Yaml> fields, Place place) implements Yaml {
    public Fields {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    static Fields empty(Place place) {
      return new Fields(Map.of(), place);
    }

    /// These keys, and those of another that are not among them.
    Fields over(Fields other) {
      Map<String, Yaml> both = new LinkedHashMap<>(other.fields);
      both.putAll(fields);
      return new Fields(both, other.place);
    }
  }

  /// Reads one document, whose top must be keys with values.
  ///
  /// @param name what to call the text in complaints
  /// @throws BadConfig if it is not YAML, or a key stands there twice
  static Fields parse(String text, String name, Path folder) throws BadConfig {
    try (JsonParser parser = new YAMLFactory().createParser(text)) {
      Parsing parsing = new Parsing(parser, name, folder);
      JsonToken first = parser.nextToken();
      if (first == null) {
        return Fields.empty(new Place(name, 1, folder));
      }
      Yaml top = parsing.value(first);
      if (!parsing.complaints.isEmpty()) {
        throw new BadConfig(parsing.complaints);
      }
      if (!(top instanceof Fields fields)) {
        throw new BadConfig(List.of(top.place() + ": want lines like 'key: value'"));
      }
      return fields;
    } catch (JsonProcessingException bad) {
      int line = bad.getLocation() == null ? 0 : bad.getLocation().getLineNr();
      throw new BadConfig(List.of(new Place(name, line, folder) + ": not YAML: " + firstLine(bad)));
    } catch (IOException impossible) {
      throw new IllegalStateException("a text cannot fail to be read", impossible);
    }
  }

  private static String firstLine(JsonProcessingException bad) {
    return bad.getOriginalMessage().lines().findFirst().orElse("");
  }

  /// The parser's walk through one document.
  final class Parsing {
    private final JsonParser parser;
    private final String name;
    private final Path folder;
    private final List<String> complaints = new ArrayList<>();

    private Parsing(JsonParser parser, String name, Path folder) {
      this.parser = parser;
      this.name = name;
      this.folder = folder;
    }

    private Place here() {
      return new Place(name, parser.currentTokenLocation().getLineNr(), folder);
    }

    private Yaml value(JsonToken token) throws IOException {
      Place place = here();
      return switch (token) {
        case START_OBJECT -> fields(place);
        case START_ARRAY -> items(place);
        case VALUE_NULL -> new Text("", place);
        default -> new Text(parser.getText(), place);
      };
    }

    private Fields fields(Place place) throws IOException {
      Map<String, Yaml> fields = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        Place keyPlace = here();
        if (fields.containsKey(key)) {
          complaints.add(keyPlace + ": the key '" + key + "' stands here twice");
        }
        fields.put(key, value(parser.nextToken()));
      }
      return new Fields(fields, place);
    }

    private Items items(Place place) throws IOException {
      List<Yaml> items = new ArrayList<>();
      for (JsonToken next = parser.nextToken();
          next != JsonToken.END_ARRAY;
          next = parser.nextToken()) {
        items.add(value(next));
      }
      return new Items(items, place);
    }
  }
}
