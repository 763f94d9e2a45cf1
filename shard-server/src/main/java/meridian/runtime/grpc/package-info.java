/// The streams of a node: to and from other nodes (`Peer` in `node.proto`), and from clients
/// (`Store` in `client.proto`). Everything here happens on the event loop of the node that it
/// belongs to.
@org.jspecify.annotations.NullMarked
package meridian.runtime.grpc;
