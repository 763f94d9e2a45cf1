/// The product as its users run it: real processes, sockets and files.
@org.jspecify.annotations.NullMarked
package meridian.e2e;
