package meridian.runtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
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

  private record Pair(RegionId a, RegionId b) {}

  private final SortedSet<RegionId> regions;

  /// Invariant: there is one for each pair of regions.
  private final Map<Pair, Long> rttMicros;

  private RegionMatrix(SortedSet<RegionId> regions, Map<Pair, Long> rttMicros) {
    this.regions = regions;
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

  /// Reads a table: comments after `#`, a line that begins with `region` and names the columns, and
  /// a line for each region with its round trips in milliseconds.
  ///
  /// @throws IllegalArgumentException if a row has no number for each column, or a region no row
  static RegionMatrix parse(List<String> lines) {
    SortedSet<RegionId> regions = new TreeSet<>();
    Map<Pair, Long> rttMicros = new HashMap<>();
    List<RegionId> columns = List.of();
    for (String line : lines) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] cells = line.split("\\s*,\\s*", -1);
      if (columns.isEmpty()) {
        columns = Arrays.stream(cells).skip(1).map(RegionId::new).toList();
        continue;
      }
      if (cells.length != columns.size() + 1) {
        throw new IllegalArgumentException("not " + columns.size() + " round trips: " + line);
      }
      var row = new RegionId(cells[0]);
      regions.add(row);
      for (int i = 1; i < cells.length; i++) {
        long micros = Long.parseLong(cells[i]) * MICROS_PER_MILLI;
        rttMicros.put(new Pair(row, columns.get(i - 1)), micros);
      }
    }
    if (!regions.equals(new TreeSet<>(columns))) {
      throw new IllegalArgumentException(
          "rows and columns name different regions: " + regions + " and " + columns);
    }
    return new RegionMatrix(regions, rttMicros);
  }

  public SortedSet<RegionId> regions() {
    return Collections.unmodifiableSortedSet(regions);
  }

  /// The round trip between two regions, or within one.
  ///
  /// @throws IllegalArgumentException if a region is unknown; the known ones are listed
  public long rttMicros(RegionId a, RegionId b) {
    return rttMicros.getOrDefault(new Pair(require(a.name()), require(b.name())), 0L);
  }

  /// The region of this name.
  ///
  /// @throws IllegalArgumentException if it is unknown; the known ones are listed
  public RegionId require(String name) {
    var region = new RegionId(name);
    if (!regions.contains(region)) {
      throw new IllegalArgumentException("unknown region '" + name + "': there are " + names());
    }
    return region;
  }

  /// The matrix with one round trip changed, both ways, such as `oregon-taiwan=80ms` or
  /// `a-b=500us`.
  ///
  /// @throws IllegalArgumentException if the text does not look like that, or names an unknown
  ///   region
  public RegionMatrix with(String override) {
    Matcher matcher = OVERRIDE.matcher(override);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "not a round trip: '" + override + "', want REGION-REGION=80ms or REGION-REGION=500us");
    }
    List<RegionId> pair = pair(matcher.group("pair"));
    long unit = matcher.group("unit").equals("ms") ? MICROS_PER_MILLI : 1;
    long micros = Long.parseLong(matcher.group("number")) * unit;
    Map<Pair, Long> changed = new HashMap<>(rttMicros);
    changed.put(new Pair(pair.get(0), pair.get(1)), micros);
    changed.put(new Pair(pair.get(1), pair.get(0)), micros);
    return new RegionMatrix(regions, changed);
  }

  /// Two names with a hyphen between them; a name may have hyphens of its own.
  private List<RegionId> pair(String text) {
    for (int i = text.indexOf('-'); i >= 0; i = text.indexOf('-', i + 1)) {
      var left = new RegionId(text.substring(0, i));
      var right = new RegionId(text.substring(i + 1));
      if (regions.contains(left) && regions.contains(right)) {
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

  private String names() {
    return regions.stream().map(RegionId::name).collect(Collectors.joining(", "));
  }
}
