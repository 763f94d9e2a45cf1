/// What an application's own tests get: a cluster, recorded connections to it, and a verdict after
/// each test.
@org.jspecify.annotations.NullMarked
package meridian.harness.junit;
