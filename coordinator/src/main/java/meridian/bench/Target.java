package meridian.bench;

import java.util.List;
import meridian.runtime.Meters;

/// A Meridian cluster to measure. Closing it stops what was started for the purpose.
interface Target extends AutoCloseable {
  /// Its coordinators, as `host:port`.
  List<String> endpoints();

  /// What each node has counted by now; none where that cannot be seen.
  List<Meters.Snapshot> meters();

  /// Its processes that are not this one, as far as they run on this machine and are ours.
  List<ProcessHandle> processes();

  @Override
  void close();

  /// A cluster that was there before.
  record Connected(List<String> endpoints) implements Target {
    public Connected {
      endpoints = List.copyOf(endpoints);
    }

    private static final String SCHEME = "meridian://";

    /// @param uri `meridian://host:port,host:port`
    static Connected to(String uri) throws Trouble {
      if (!uri.startsWith(SCHEME)) {
        throw new Trouble("--connect wants meridian://host:port,host:port, not " + uri);
      }
      return new Connected(List.of(uri.substring(SCHEME.length()).split(",", -1)));
    }

    @Override
    public List<Meters.Snapshot> meters() {
      return List.of();
    }

    @Override
    public List<ProcessHandle> processes() {
      return List.of();
    }

    @Override
    public void close() {}
  }
}
