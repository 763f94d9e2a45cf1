/// Clusters that can be broken, and whether they then are.
@org.jspecify.annotations.NullMarked
package meridian.harness.cluster;
