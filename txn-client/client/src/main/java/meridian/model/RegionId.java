package meridian.model;

/// The name of a region, such as `oregon`.
public record RegionId(String name) implements Comparable<RegionId> {
  @Override
  public int compareTo(RegionId other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
