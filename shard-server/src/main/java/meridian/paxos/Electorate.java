package meridian.paxos;

import java.util.List;
import meridian.model.NodeId;

/// The replicas whose direct votes count on the fast path of a ballot (protocol 2.8, E). Empty: the
/// ballot has no fast path.
public record Electorate(List<NodeId> members) {
  public static final Electorate EMPTY = new Electorate(List.of());

  public Electorate {
    members = List.copyOf(members);
  }
}
