/// Clusters to be broken: of processes, which can be killed, and in this process, where a node can
/// also be cut off.
@org.jspecify.annotations.NullMarked
package meridian.harness.cluster;
