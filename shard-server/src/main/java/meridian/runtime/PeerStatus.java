package meridian.runtime;

import java.util.Optional;
import meridian.model.NodeId;
import meridian.model.RegionId;

/// How another node is reached, for people.
///
/// @param connected whether a stream to it is open
/// @param rttMicros the last round trip measured, injected delays included
/// @param trouble why there is no stream, or what was wrong with the last one; may be empty
public record PeerStatus(
    NodeId node, RegionId region, boolean connected, Optional<Long> rttMicros, String trouble) {}
