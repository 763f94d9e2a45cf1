/// A server as a process: its configuration, what it opens and listens on, and what operators ask
/// it.
///
/// ```
///  flags > MERIDIAN_* > node.yaml --> NodeConfig --+--> HostedNode: data directory, shards,
///                     cluster.yaml -> ClusterFile -+      coordinator, driver and streams
///                                                  +--> Health (HTTP), Admin (gRPC), Overseer
/// ```
@org.jspecify.annotations.NullMarked
package meridian.server;
