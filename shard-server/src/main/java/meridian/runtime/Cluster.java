package meridian.runtime;

import java.util.List;
import meridian.model.NodeId;
import meridian.model.RegionId;

/// The servers of a cluster and where they listen.
public record Cluster(List<Member> members) {
  /// One server.
  public record Member(NodeId id, RegionId region, String host, int port) {}

  public Cluster {
    members = List.copyOf(members);
  }
}
