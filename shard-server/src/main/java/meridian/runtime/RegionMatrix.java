package meridian.runtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import meridian.model.RegionId;

/// Round-trip times between regions, in microseconds. Immutable.
public final class RegionMatrix {
  private static final String RESOURCE = "/meridian/regions/wan-rtt-ms.csv";
  private static final long MICROS_PER_MILLI = 1_000;
  private static final Pattern OVERRIDE =
      Pattern.compile("(?<pair>[^=]+)=(?<number>\\d{1,6})(?<unit>ms|us)");

  private final SortedMap<RegionId, SortedMap<RegionId, Long>> rttMicros;

  private RegionMatrix(SortedMap<RegionId, SortedMap<RegionId, Long>> rttMicros) {
    this.rttMicros = rttMicros;
  }

  /// The measured round trips between six regions that come with Meridian.
  public static RegionMatrix load() {
    try (InputStream in = RegionMatrix.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is not on the class path");
      }
      var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines();
      return parse(lines.toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads a table: comments after `#`, a line that begins with `region` and names the columns, and a
  /// line for each region with its round trips in milliseconds.
  ///
  /// @throws IllegalArgumentException if a row has no number for each column, or a region no row
  static RegionMatrix parse(List<String> lines) {
    SortedMap<RegionId, SortedMap<RegionId, Long>> matrix = new TreeMap<>();
    List<RegionId> columns = new ArrayList<>();
    for (String line : lines) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] cells = line.split(",", -1);
      if (columns.isEmpty()) {
        for (int i = 1; i < cells.length; i++) {
          columns.add(new RegionId(cells[i].strip()));
        }
      } else {
        matrix.put(new RegionId(cells[0].strip()), row(line, cells, columns));
      }
    }
    if (!List.copyOf(matrix.keySet()).equals(columns.stream().sorted().toList())) {
      throw new IllegalArgumentException(
          "rows and columns name different regions: " + matrix.keySet() + " and " + columns);
    }
    return new RegionMatrix(matrix);
  }

  private static SortedMap<RegionId, Long> row(
      String line, String[] cells, List<RegionId> columns) {
    if (cells.length != columns.size() + 1) {
      throw new IllegalArgumentException("not " + columns.size() + " round trips: " + line);
    }
    SortedMap<RegionId, Long> row = new TreeMap<>();
    for (int i = 1; i < cells.length; i++) {
      row.put(columns.get(i - 1), Long.parseLong(cells[i].strip()) * MICROS_PER_MILLI);
    }
    return row;
  }

  public Set<RegionId> regions() {
    return rttMicros.keySet();
  }

  /// @throws IllegalArgumentException if a region is unknown; the known ones are listed
  public long rttMicros(RegionId a, RegionId b) {
    return rttMicros.get(require(a.name())).get(require(b.name()));
  }

  /// The region of this name.
  ///
  /// @throws IllegalArgumentException if it is unknown; the known ones are listed
  public RegionId require(String name) {
    var region = new RegionId(name);
    if (!rttMicros.containsKey(region)) {
      throw new IllegalArgumentException(
          "unknown region '" + name + "': there are " + names(regions()));
    }
    return region;
  }

  /// The matrix with one round trip changed, both ways, such as `oregon-taiwan=80ms` or `a-b=500us`.
  ///
  /// @throws IllegalArgumentException if the text does not look like that, or names an unknown region
  public RegionMatrix with(String override) {
    Matcher matcher = OVERRIDE.matcher(override);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "not a round trip: '" + override + "', want REGION-REGION=80ms or REGION-REGION=500us");
    }
    List<RegionId> pair = pair(matcher.group("pair"));
    long unit = matcher.group("unit").equals("ms") ? MICROS_PER_MILLI : 1;
    long micros = Long.parseLong(matcher.group("number")) * unit;
    SortedMap<RegionId, SortedMap<RegionId, Long>> changed = new TreeMap<>();
    rttMicros.forEach((region, row) -> changed.put(region, new TreeMap<>(row)));
    changed.get(pair.get(0)).put(pair.get(1), micros);
    changed.get(pair.get(1)).put(pair.get(0), micros);
    return new RegionMatrix(changed);
  }

  /// Two names with a hyphen between them; a name may have hyphens of its own.
  private List<RegionId> pair(String text) {
    for (int i = text.indexOf('-'); i >= 0; i = text.indexOf('-', i + 1)) {
      var left = new RegionId(text.substring(0, i));
      var right = new RegionId(text.substring(i + 1));
      if (rttMicros.containsKey(left) && rttMicros.containsKey(right)) {
        return List.of(left, right);
      }
    }
    int hyphen = text.indexOf('-');
    if (hyphen < 0) {
      throw new IllegalArgumentException("not two regions with a hyphen between them: " + text);
    }
    require(text.substring(0, hyphen));
    return List.of(require(text.substring(hyphen + 1)));
  }

  private static String names(Set<RegionId> regions) {
    return regions.stream().map(RegionId::name).collect(Collectors.joining(", "));
  }
}
