package meridian.dev;

import java.nio.file.Path;
import java.util.Optional;
import meridian.paxos.FastPath;
import meridian.runtime.RegionMatrix;
import meridian.server.ClusterFile;

/// What cluster to run, and how.
///
/// @param cluster its nodes with their ports; 0 for any that is free
/// @param data the folder that has, or gets, a folder for each node
/// @param delays the round trips to emulate between regions
/// @param fastPath which electorates leaders choose
public record DevPlan(
    ClusterFile cluster, Path data, Optional<RegionMatrix> delays, FastPath fastPath) {}
