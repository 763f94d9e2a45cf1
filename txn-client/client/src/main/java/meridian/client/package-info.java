/// What an application calls.
@org.jspecify.annotations.NullMarked
package meridian.client;
