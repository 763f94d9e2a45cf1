/// A server as a process: its configuration, what it opens and listens on, and what operators ask
/// it.
///
/// ```
///  flags > MERIDIAN_* > node.yaml --> NodeConfig --+--> HostedNode: data directory, shards, coordinator,
///                      cluster.yaml -> ClusterFile-+      driver and streams; Overseer looks in
///                                                  +--> Health (HTTP), Admin (gRPC)
/// ```
@org.jspecify.annotations.NullMarked
package meridian.server;
