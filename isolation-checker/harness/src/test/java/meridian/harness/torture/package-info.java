/// `torture` itself, on recordings made up and on real processes.
@org.jspecify.annotations.NullMarked
package meridian.harness.torture;
