/// Applications that embed the client library.
@org.jspecify.annotations.NullMarked
package meridian.examples;
