/// The extension as an application's tests use it.
@org.jspecify.annotations.NullMarked
package meridian.harness.junit;
