package meridian.model;

/// Who sends and receives: a server by the number the cluster file gives it (1 to 65,535), or a
/// coordinator or client of its own by the incarnation it drew when it started (65,536 and up).
public record NodeId(long number) implements Comparable<NodeId> {
  /// The largest number of a server; what is above is an incarnation.
  public static final long SERVER_MAX = 65_535;

  /// Nobody.
  public static final NodeId NONE = new NodeId(0);

  /// Whether this names a server, which holds replicas and a place in the cluster file.
  public boolean isServer() {
    return number >= 1 && number <= SERVER_MAX;
  }

  @Override
  public int compareTo(NodeId other) {
    return Long.compareUnsigned(number, other.number);
  }

  @Override
  public String toString() {
    return isServer() ? "n" + number : "c" + Long.toUnsignedString(number, 36);
  }
}
