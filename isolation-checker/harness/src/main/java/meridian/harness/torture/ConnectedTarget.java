package meridian.harness.torture;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// A cluster that somebody else runs, and whose processes are none of our business.
///
/// @param addresses `host:port` of its coordinators
record ConnectedTarget(List<String> addresses) implements Target {
  ConnectedTarget {
    addresses = List.copyOf(addresses);
  }

  @Override
  public String about() {
    return "the cluster at " + String.join(",", addresses);
  }

  @Override
  public String endpoints(int client) {
    List<String> rotated = new ArrayList<>(addresses);
    Collections.rotate(rotated, client);
    return String.join(",", rotated);
  }

  @Override
  public Fault strike(Nemesis nemesis, Random random) {
    throw new IllegalArgumentException("its processes are not ours");
  }

  @Override
  public List<String> casualties() {
    return List.of();
  }

  @Override
  public void close() {
    // It runs on.
  }
}
