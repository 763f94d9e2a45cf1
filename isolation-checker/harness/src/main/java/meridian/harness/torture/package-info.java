/// `meridian torture`: workloads against a live cluster while it is being broken, and a verdict.
@org.jspecify.annotations.NullMarked
package meridian.harness.torture;
