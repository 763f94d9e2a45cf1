/// An application's own tests, as somebody outside of this repository would write them.
@org.jspecify.annotations.NullMarked
package meridian.harness.example;
